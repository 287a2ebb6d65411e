package org.fasteners;

import java.util.concurrent.locks.Lock;

/**
 * What can be done with any {@link Lock}, ours or not.
 * <p>
 * Thread-safe.
 */
public final class Locks {

	private Locks() {
	}

	/**
	 * Try a lock once and release it at the end of the block if it was obtained, as
	 * {@code try_lock} of Python's fasteners:
	 *
	 * <pre>{@code
	 * try (LockAttempt attempt = Locks.tryLock(lock)) {
	 *     if (attempt.isAcquired()) {
	 *         // alone here
	 *     }
	 * }
	 * }</pre>
	 * @param lock the lock
	 * @return the attempt, to be closed by this thread
	 */
	public static LockAttempt tryLock(Lock lock) {
		return Hold.attempt(lock.tryLock(), lock);
	}

}
