package org.fasteners;

import org.jspecify.annotations.Nullable;

/**
 * A hold or an attempt of a lock. Without a lock it is a refused attempt.
 */
final class Hold implements LockAttempt {

	static final Hold REFUSED = new Hold();

	private final @Nullable AbstractSharedExclusiveLock lock;

	private final LockMode mode;

	/** Whose it is; not looked at once the hold is detached. */
	private final @Nullable Object owner;

	/** Set while the hold is detached, until it has been released. */
	private volatile @Nullable Runnable release;

	private volatile boolean attached;

	/** Whether the release of the owner's hold has failed below the bookkeeping. */
	private volatile boolean failed;

	private Hold() {
		this.lock = null;
		this.mode = LockMode.SHARED;
		this.owner = null;
	}

	Hold(AbstractSharedExclusiveLock lock, LockMode mode) {
		this.lock = lock;
		this.mode = mode;
		this.owner = lock.currentOwner();
	}

	/** From now on it is a hold: the lock was obtained. */
	Hold attached() {
		this.attached = true;
		return this;
	}

	/**
	 * A hold that never had an owner.
	 * @param lock what is held
	 * @param release releases it
	 */
	Hold(AbstractSharedExclusiveLock lock, LockMode mode, Runnable release) {
		this.lock = lock;
		this.mode = mode;
		this.owner = null;
		this.release = release;
	}

	@Override
	public boolean isAcquired() {
		return this.lock != null;
	}

	@Override
	public LockAttempt detach() {
		AbstractSharedExclusiveLock held = this.lock;
		if (held != null && isMine(held)) {
			this.release = held.detach(this.mode);
			this.attached = false;
		}
		return this;
	}

	@Override
	public void close() {
		AbstractSharedExclusiveLock held = this.lock;
		if (held == null) {
			return;
		}
		if (isMine(held)) {
			// Before the release: if that fails the hold is gone all the same.
			this.attached = false;
			this.failed = true;
			held.release(this.mode);
			this.failed = false;
			return;
		}
		Runnable detached = this.release;
		if (detached != null) {
			// Marked last: a release that fails can be repeated. It happens once, by
			// whichever thread is the first.
			detached.run();
			this.release = null;
		}
		else if (this.failed) {
			held.releaseAgain();
			this.failed = false;
		}
	}

	/**
	 * Whether the hold belongs to the caller.
	 * @return {@code false} if it belongs to nobody, because it is detached or closed
	 * @throws IllegalMonitorStateException if it belongs to somebody else
	 */
	private boolean isMine(AbstractSharedExclusiveLock held) {
		// Asked here, because a foreign owner may have a hold of its own that it would
		// lose.
		if (this.attached && !held.isCurrentOwner(this.owner)) {
			throw new IllegalMonitorStateException("This hold belongs to another owner");
		}
		return this.attached;
	}

}
