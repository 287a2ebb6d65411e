package org.fasteners;

import java.util.Locale;

/**
 * An inter-process lock was taken away while it was held, so that others may have been
 * inside at the same time. Thrown when a hold of it ends, after it was released. Somebody
 * has replaced or deleted the lock file, or other code in this process has opened and
 * closed it.
 */
public final class LockStolenException extends LockException {

	/**
	 * Create an exception.
	 * @param lockName the lock
	 */
	public LockStolenException(String lockName) {
		super(lockName, String.format(Locale.ROOT,
				"The inter-process lock %s was lost while it was held, and others may have been inside: its file was replaced or deleted, or other code in this process has opened and closed it. See to it that nothing but locks touches the lock directory",
				Text.quote(lockName)), null);
	}

}
