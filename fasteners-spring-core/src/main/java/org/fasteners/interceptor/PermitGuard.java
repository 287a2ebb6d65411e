package org.fasteners.interceptor;

import java.time.Duration;
import java.util.List;

import org.fasteners.CountingSemaphore;
import org.fasteners.LockAttempt;
import org.fasteners.LockHolder;
import org.fasteners.LockInterruptedException;
import org.fasteners.LockTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One permit of a semaphore in front of one call of a method. It has no owner, so the
 * guard keeps what was acquired, and serves one call.
 */
final class PermitGuard extends Guard {

	private final CountingSemaphore semaphore;

	private @Nullable LockAttempt permit;

	PermitGuard(Terms terms, CountingSemaphore semaphore) {
		super(terms, new Rank(Sort.PERMIT, semaphore.name()), semaphore.name(), null, Budget.of(terms));
		this.semaphore = semaphore;
	}

	/** Each call has a permit of its own. */
	@Override
	boolean isSame(Guard other) {
		return this == other;
	}

	@Override
	String lockName() {
		return this.semaphore.name();
	}

	@Override
	boolean isQuickToTry() {
		return true;
	}

	@Override
	boolean obtain(long nanos) {
		// as a lock does, whereas an attempt of a semaphore takes no notice
		if (Thread.currentThread().isInterrupted()) {
			throw LockInterruptedException.ofPermits(this.semaphore.name(), 1, this.semaphore.permits(),
					new InterruptedException());
		}
		LockAttempt attempt = this.semaphore.tryAcquire(Duration.ofNanos(nanos));
		this.permit = attempt;
		return attempt.isAcquired();
	}

	@Override
	LockTimeoutException timeout(long waited) {
		return LockTimeoutException.ofPermits(this.semaphore.name(), 1, this.semaphore.permits(), limit(),
				Duration.ofNanos(waited), this.semaphore.holders(), terms().place());
	}

	@Override
	int count() {
		return UNKNOWN;
	}

	@Override
	void releaseOnce() {
		LockAttempt held = this.permit;
		if (held != null) {
			held.close();
		}
	}

	@Override
	List<LockHolder> holders() {
		return this.semaphore.holders();
	}

}
