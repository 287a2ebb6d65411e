package org.fasteners;

import java.util.concurrent.locks.Lock;

import org.jspecify.annotations.Nullable;

/**
 * The one implementation of {@link LockHold} and {@link LockAttempt}. Without a lock it
 * is a refused attempt.
 */
final class Hold implements LockHold, LockAttempt {

	static final Hold REFUSED = new Hold(null);

	private final boolean acquired;

	private final @Nullable Thread owner;

	private volatile @Nullable Lock lock;

	Hold(@Nullable Lock lock) {
		this.acquired = lock != null;
		this.owner = (lock != null) ? Thread.currentThread() : null;
		this.lock = lock;
	}

	static LockAttempt attempt(boolean acquired, Lock lock) {
		return acquired ? new Hold(lock) : REFUSED;
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
		// Asked here, because a foreign thread may have a hold of its own that it would
		// lose.
		if (Thread.currentThread() != this.owner) {
			throw new IllegalMonitorStateException("This hold belongs to another thread");
		}
		// Before the release: if that fails the hold is gone all the same.
		this.lock = null;
		held.unlock();
	}

}
