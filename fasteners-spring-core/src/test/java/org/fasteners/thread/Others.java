package org.fasteners.thread;

import java.util.concurrent.locks.Lock;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The other side of a test: threads that want the same lock.
 */
final class Others {

	private Others() {
	}

	/**
	 * Whether another thread could have the lock now, by an attempt that overtakes
	 * nobody.
	 */
	static boolean mayTake(ReaderWriterLock lock, LockMode mode) {
		return Background.elsewhere(() -> {
			try (LockAttempt attempt = lock.tryAcquire(mode)) {
				return attempt.isAcquired();
			}
		});
	}

	/** Whether another thread could have the lock now, before those who wait for it. */
	static boolean mayBarge(Lock side) {
		return Background.elsewhere(() -> {
			boolean locked = side.tryLock();
			if (locked) {
				side.unlock();
			}
			return locked;
		});
	}

	/** Start a thread that asks for the lock, and go on when it is in the queue. */
	static Background<Boolean> queue(ReaderWriterLock lock, LockMode mode, Background.Action body) {
		return queued(lock, () -> {
			try (LockHold hold = lock.acquire(mode)) {
				body.run();
			}
		});
	}

	/** Start a thread, and go on when it is in the queue. */
	static Background<Boolean> queued(ReaderWriterLock lock, Background.Action action) {
		int before = lock.queueLength();
		Background<Boolean> other = Background.start(action);
		Background.until(() -> lock.queueLength() > before || other.isDone());
		if (other.isDone()) {
			throw new AssertionError("It did not wait, but ended with " + other.result());
		}
		return other;
	}

	static void assertFree(ReaderWriterLock lock) {
		assertThat(mayTake(lock, LockMode.EXCLUSIVE)).as("free").isTrue();
		assertThat(lock.owner()).isEqualTo(ReaderWriterLock.Owner.NONE);
		assertThat(lock.queueLength()).isZero();
		assertThat(lock.holders()).isEmpty();
	}

}
