package org.fasteners;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import org.jspecify.annotations.Nullable;

/**
 * The one implementation of {@link LockHold} and {@link LockAttempt}. Without a lock it
 * is a refused attempt.
 */
final class Hold implements LockHold, LockAttempt {

	static final Hold REFUSED = new Hold();

	private static final VarHandle RELEASE;
	static {
		try {
			RELEASE = MethodHandles.lookup().findVarHandle(Hold.class, "release", Runnable.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	private final @Nullable AbstractSharedExclusiveLock lock;

	private final LockMode mode;

	/** Whose it is; not looked at once the hold is detached. */
	private final @Nullable Object owner;

	/** Set while the hold is detached, and taken by whoever closes it. */
	private volatile @Nullable Runnable release;

	private volatile boolean attached;

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
	public LockHold detach() {
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
			held.release(this.mode);
			return;
		}
		Runnable detached = this.release;
		if (detached != null && RELEASE.compareAndSet(this, detached, null)) {
			detached.run();
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
