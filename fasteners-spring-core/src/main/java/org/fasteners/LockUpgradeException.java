package org.fasteners;

import java.util.Locale;

/**
 * Somebody who only reads under a lock asked to write or to update under it. That is
 * refused at once, because two readers who did so would wait for one another for ever.
 * The read hold is still there.
 */
public final class LockUpgradeException extends LockException {

	/**
	 * Create an exception.
	 * @param lockName the lock
	 */
	public LockUpgradeException(String lockName) {
		super(lockName, String.format(Locale.ROOT,
				"%s is held for reading by this owner, so it cannot be locked for writing or updating: two readers that both upgrade would wait for one another for ever. Release the read hold first, or start with an update hold, which can be upgraded, or lock for writing from the start",
				Text.quote(lockName)), null);
	}

}
