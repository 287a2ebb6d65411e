package org.fasteners.interceptor;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

import org.fasteners.ExclusiveLock;
import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockUpgradeException;
import org.jspecify.annotations.Nullable;

/**
 * A lock in front of one method that its bean instance has: any {@link Lock}.
 */
final class UsedGuard extends Guard {

	private final Lock lock;

	/** Of which it is the write lock, if that is known. */
	private final @Nullable ReentrantReadWriteLock both;

	UsedGuard(Terms terms, Rank rank, Budget budget, Lock lock) {
		this(terms, rank, budget, lock, null);
	}

	private UsedGuard(Terms terms, Rank rank, Budget budget, Lock lock, @Nullable ReentrantReadWriteLock both) {
		super(terms, rank, rank.name(), null, budget);
		this.lock = lock;
		this.both = both;
	}

	/** One side of a lock. */
	static UsedGuard of(Terms terms, Rank rank, Budget budget, ReadWriteLock lock) {
		if (terms.mode() == LockMode.SHARED) {
			return new UsedGuard(terms, rank, budget, lock.readLock());
		}
		return new UsedGuard(terms, rank, budget, lock.writeLock(),
				(lock instanceof ReentrantReadWriteLock both) ? both : null);
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
		if (this.both != null && this.both.getReadHoldCount() > 0 && !this.both.isWriteLockedByCurrentThread()) {
			// it would wait for itself
			throw new LockUpgradeException(name());
		}
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
