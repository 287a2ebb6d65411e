package org.fasteners;

import java.util.concurrent.locks.Lock;

import org.jspecify.annotations.Nullable;

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
		return new Attempt(lock.tryLock() ? lock : null);
	}

	/**
	 * An attempt with a lock of any kind.
	 */
	private static final class Attempt implements LockAttempt {

		private final Thread owner = Thread.currentThread();

		private final boolean acquired;

		private volatile @Nullable Lock lock;

		Attempt(@Nullable Lock lock) {
			this.acquired = lock != null;
			this.lock = lock;
		}

		@Override
		public boolean isAcquired() {
			return this.acquired;
		}

		@Override
		public void close() {
			Lock held = this.lock;
			if (held == null) {
				return;
			}
			// Asked here, because a foreign thread may have a hold of its own that it
			// would lose.
			if (Thread.currentThread() != this.owner) {
				throw new IllegalMonitorStateException("This hold belongs to another owner");
			}
			// Before the release: if that fails the hold is gone all the same.
			this.lock = null;
			held.unlock();
		}

	}

}
