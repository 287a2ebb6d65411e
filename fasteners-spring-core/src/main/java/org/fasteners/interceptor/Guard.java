package org.fasteners.interceptor;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;

import org.fasteners.LockHolder;
import org.fasteners.LockInterruptedException;
import org.fasteners.LockMode;
import org.fasteners.LockTimeoutException;
import org.fasteners.SharedExclusiveLock;
import org.jspecify.annotations.Nullable;

/**
 * One lock in front of one method.
 *
 * @param lock what is locked
 * @param name what it is called in messages
 * @param mode in which mode
 * @param timeout the longest wait, or {@code null} to wait for ever
 * @param holders tells who holds it
 * @param method the method, as {@code Type.method()}
 */
record Guard(Lock lock, String name, LockMode mode, @Nullable Duration timeout, Supplier<List<LockHolder>> holders,
		String method) {

	static Guard of(SharedExclusiveLock lock, LockMode mode, @Nullable Duration timeout, String method) {
		return new Guard(lock.side(mode), lock.name(), mode, timeout, lock::holders, method);
	}

	void acquire() {
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
	 * @param failure how the body ended, if it failed: never hidden by a failing release
	 */
	void release(@Nullable Throwable failure) {
		try {
			this.lock.unlock();
		}
		catch (Throwable ex) {
			if (failure == null) {
				throw ex;
			}
			failure.addSuppressed(ex);
		}
	}

}
