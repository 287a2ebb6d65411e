package org.fasteners.boot;

import org.fasteners.LockStolenException;

/**
 * Published when the watchdog detects that an inter-process lock which this application
 * holds has been lost without a release. Published once per lost lock, by the thread of
 * the watchdog.
 *
 * @param lockName the path of the lock file relative to the lock directory, with the key
 * if the lock has one
 * @param reason the exception that the holders of the lock get when they release it
 */
public record LockStolenEvent(String lockName, LockStolenException reason) {

	/** The message of the exception, in which the name is escaped. */
	@Override
	public String toString() {
		return "LockStolenEvent[" + this.reason.getMessage() + "]";
	}

}
