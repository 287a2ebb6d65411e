package org.fasteners;

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
		super(lockName,
				"The lock registry was closed, so %s is not waited for any more".formatted(Text.quote(lockName)), null);
	}

}
