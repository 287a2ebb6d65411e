package org.fasteners;

import java.util.Locale;

/**
 * The registry (with Spring: the application context) was closed, so nobody waits for its
 * locks any more. Nothing is held.
 */
public final class LockRegistryClosedException extends LockException {

	/**
	 * Create an exception.
	 * @param lockName the lock
	 */
	public LockRegistryClosedException(String lockName) {
		super(lockName, String.format(Locale.ROOT, "The lock registry was closed, so %s is not waited for any more",
				Text.quote(lockName)), null);
	}

}
