package org.fasteners.interceptor;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

import org.fasteners.LockHolder;
import org.fasteners.LockInterruptedException;
import org.fasteners.LockMode;
import org.fasteners.LockTimeoutException;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.StackReserve;
import org.jspecify.annotations.Nullable;

/**
 * One lock in front of one method.
 *
 * @param lock what is locked
 * @param name what it is called in messages
 * @param mode in which mode
 * @param timeout the longest wait, or {@code null} to wait for ever
 * @param holders tells who holds it
 * @param count tells how often the caller holds it, or {@link #UNKNOWN}
 * @param method the method, as {@code Type.method()}
 */
record LockGuard(Lock lock, String name, LockMode mode, @Nullable Duration timeout, Supplier<List<LockHolder>> holders,
		IntSupplier count, String method) implements Guard {

	/*
	 * A body that ends by a StackOverflowError may leave holds behind: a frame near the
	 * end of the stack has no room to release its own. So a frame that sees an Error
	 * restores the count of its entry, and thereby repairs what the frames within it
	 * could not release. The outermost one has to succeed: it tries the stack before it
	 * acquires anything.
	 */

	static final int UNKNOWN = -1;

	static LockGuard of(SharedExclusiveLock lock, LockMode mode, @Nullable Duration timeout, String method) {
		return new LockGuard(lock.side(mode), lock.name(), mode, timeout, lock::holders, () -> lock.holdCount(mode),
				method);
	}

	/**
	 * Wait for the lock.
	 * @return how often the caller held it before
	 */
	int acquire() {
		int before = this.count.getAsInt();
		if (before <= 0) {
			StackReserve.require();
		}
		obtain();
		return before;
	}

	private void obtain() {
		long start = System.nanoTime();
		try {
			if (this.timeout == null) {
				this.lock.lockInterruptibly();
			}
			else if (!this.lock.tryLock(TimeUnit.NANOSECONDS.convert(this.timeout), TimeUnit.NANOSECONDS)) {
				Duration waited = Duration.ofNanos(System.nanoTime() - start);
				throw new LockTimeoutException(this.name, this.mode, this.timeout, waited, this.holders.get(),
						this.method);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new LockInterruptedException(this.name, this.mode, ex);
		}
	}

	/**
	 * Release what was acquired.
	 * @param before what {@link #acquire()} returned
	 * @param failure how the body ended, if it failed: never hidden by a failing release
	 */
	void release(int before, @Nullable Throwable failure) {
		try {
			if (failure instanceof Error && before != UNKNOWN) {
				while (this.count.getAsInt() > before) {
					this.lock.unlock();
				}
			}
			else {
				this.lock.unlock();
			}
		}
		catch (Throwable ex) {
			if (failure == null) {
				throw ex;
			}
			failure.addSuppressed(ex);
		}
	}

}
