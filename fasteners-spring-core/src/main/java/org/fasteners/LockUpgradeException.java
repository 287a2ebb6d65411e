package org.fasteners;

/**
 * Somebody who reads under a lock asked to write under it. That is refused at once,
 * because two readers who did so would wait for one another for ever. The read hold is
 * still there.
 */
public final class LockUpgradeException extends LockException {

	/**
	 * Create an exception.
	 * @param lockName the lock
	 */
	public LockUpgradeException(String lockName) {
		super(lockName,
				"%s is held for reading by this thread, so it cannot be locked for writing: two readers that both upgrade would wait for one another for ever. Release the read hold first, or lock for writing from the start"
					.formatted(Text.quote(lockName)),
				null);
	}

}
