package org.fasteners.interceptor;

import org.fasteners.LockTimeoutException;

/**
 * A lock was not had in time. Goes up to where nothing is locked any more; no body
 * returns one.
 *
 * @param guard what was not had
 * @param waited how long was waited, in nanoseconds
 */
record TimedOut(Guard guard, long waited) {

	/** Made only if somebody wants it, for it asks who holds the lock. */
	LockTimeoutException exception() {
		return this.guard.timeout(this.waited);
	}

}
