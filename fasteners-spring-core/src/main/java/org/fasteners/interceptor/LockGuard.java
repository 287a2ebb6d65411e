package org.fasteners.interceptor;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

import org.fasteners.LockHolder;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.StackReserve;
import org.jspecify.annotations.Nullable;

/**
 * A lock of a registry in front of one method.
 */
final class LockGuard extends Guard {

	private final SharedExclusiveLock lock;

	private final Lock side;

	LockGuard(Terms terms, Rank rank, String name, @Nullable String key, Budget budget, SharedExclusiveLock lock) {
		super(terms, rank, name, key, budget);
		this.lock = lock;
		this.side = lock.side(terms.mode());
	}

	/** Of a key between processes there is another object each time. */
	@Override
	boolean isSame(Guard other) {
		return other instanceof LockGuard same && (same.lock == this.lock
				|| (rank().sort() == Sort.PROCESS && same.rank().equals(rank()) && Objects.equals(same.key(), key())));
	}

	@Override
	String lockName() {
		return this.lock.name();
	}

	@Override
	boolean isQuickToTry() {
		return true;
	}

	@Override
	boolean obtain(long nanos) throws InterruptedException {
		if (nanos == Terms.FOREVER) {
			this.side.lockInterruptibly();
			return true;
		}
		return this.side.tryLock(nanos, TimeUnit.NANOSECONDS);
	}

	@Override
	void requireStack() {
		if (rank().sort() == Sort.THREAD) {
			StackReserve.requireForBodyUnderThreadLock();
		}
		else {
			super.requireStack();
		}
	}

	@Override
	int count() {
		return this.lock.holdCount(mode());
	}

	@Override
	void releaseOnce() {
		this.side.unlock();
	}

	@Override
	List<LockHolder> holders() {
		return this.lock.holders();
	}

}
