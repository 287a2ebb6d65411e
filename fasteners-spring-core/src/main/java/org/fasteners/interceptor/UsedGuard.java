package org.fasteners.interceptor;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import org.fasteners.ExclusiveLock;
import org.fasteners.LockHolder;

/**
 * A lock in front of one method that its bean instance has: any {@link Lock}.
 */
final class UsedGuard extends Guard {

	private final Lock lock;

	UsedGuard(Terms terms, Rank rank, Budget budget, Lock lock) {
		super(terms, rank, rank.name(), null, budget);
		this.lock = lock;
	}

	@Override
	boolean isSame(Guard other) {
		return other instanceof UsedGuard used && used.lock == this.lock;
	}

	@Override
	String lockName() {
		return (this.lock instanceof ExclusiveLock ours) ? ours.name() : name();
	}

	/** Who knows what a foreign lock makes of attempts. */
	@Override
	boolean isQuickToTry() {
		return this.lock instanceof ExclusiveLock;
	}

	@Override
	boolean obtain(long nanos) throws InterruptedException {
		if (nanos == Terms.FOREVER) {
			this.lock.lockInterruptibly();
			return true;
		}
		return this.lock.tryLock(nanos, TimeUnit.NANOSECONDS);
	}

	@Override
	int count() {
		if (this.lock instanceof ExclusiveLock ours) {
			return ours.holdCount();
		}
		return (this.lock instanceof ReentrantLock known) ? known.getHoldCount() : UNKNOWN;
	}

	@Override
	void releaseOnce() {
		this.lock.unlock();
	}

	@Override
	List<LockHolder> holders() {
		return (this.lock instanceof ExclusiveLock ours) ? ours.holders() : List.of();
	}

}
