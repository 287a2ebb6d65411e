package org.fasteners.interceptor;

import java.time.Duration;

import org.fasteners.CountingSemaphore;
import org.fasteners.LockAttempt;
import org.fasteners.LockTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One permit of a semaphore in front of one method. It has no owner, so each call keeps
 * what it acquired.
 *
 * @param semaphore whose permit
 * @param timeout the longest wait, or {@code null} to wait for ever
 * @param method the method, as {@code Type.method()}
 */
record PermitGuard(CountingSemaphore semaphore, @Nullable Duration timeout, String method) implements Guard {

	private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

	/**
	 * Wait for a permit.
	 * @return the permit, to be closed
	 */
	LockAttempt acquire() {
		Duration longest = (this.timeout != null) ? this.timeout : FOREVER;
		long start = System.nanoTime();
		LockAttempt attempt = this.semaphore.tryAcquire(longest);
		if (!attempt.isAcquired()) {
			throw LockTimeoutException.ofPermits(this.semaphore.name(), 1, this.semaphore.permits(), longest,
					Duration.ofNanos(System.nanoTime() - start), this.semaphore.holders(), this.method);
		}
		return attempt;
	}

}
