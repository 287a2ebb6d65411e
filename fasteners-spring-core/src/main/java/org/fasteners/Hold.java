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

	private volatile @Nullable Lock lock;

	Hold(@Nullable Lock lock) {
		this.acquired = lock != null;
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
		if (held != null) {
			// Throws if a foreign thread closes, and the hold stays open for its owner.
			held.unlock();
			this.lock = null;
		}
	}

}
