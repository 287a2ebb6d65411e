package org.fasteners.boot;

import org.fasteners.LockStolenException;

/**
 * Published, by a thread of its own, when the watchdog finds that an inter-process lock
 * which this application holds was taken away from it. Once for each such lock.
 *
 * @param lockName the path of the lock file relative to the lock directory, with the key
 * if there is one
 * @param reason what the holders of the lock will get when they release it
 */
public record LockStolenEvent(String lockName, LockStolenException reason) {

	/** By the message of the exception, in which the name is escaped. */
	@Override
	public String toString() {
		return "LockStolenEvent[" + this.reason.getMessage() + "]";
	}

}
