package org.fasteners;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link SharedExclusiveLock} that is the same for all: views, holds,
 * attempts and timeouts, on top of obtaining and releasing. For those who implement a
 * lock.
 * <p>
 * Thread-safe.
 */
public abstract class AbstractSharedExclusiveLock implements SharedExclusiveLock {

	/**
	 * The longest wait: for ever.
	 */
	protected static final long FOREVER = Long.MAX_VALUE;

	private final String name;

	private final @Nullable Duration defaultTimeout;

	/**
	 * Create a lock.
	 * @param name the name that messages show
	 * @param defaultTimeout the longest wait of {@link #acquire(LockMode)}, or
	 * {@code null} to wait for ever
	 */
	protected AbstractSharedExclusiveLock(String name, @Nullable Duration defaultTimeout) {
		this.name = Objects.requireNonNull(name, "name");
		this.defaultTimeout = defaultTimeout;
		nanos(defaultTimeout);
	}

	/**
	 * Obtain one hold for the caller.
	 * @param mode how to hold it
	 * @param nanos the longest wait in nanoseconds; 0 for one attempt, {@link #FOREVER}
	 * for no limit
	 * @param interruptible whether an interrupt ends the wait; if not, the interrupt flag
	 * is set again in the end
	 * @return whether the hold was obtained
	 * @throws InterruptedException if the thread was interrupted on entry or while it
	 * waited; nothing more is held
	 */
	protected abstract boolean obtain(LockMode mode, long nanos, boolean interruptible) throws InterruptedException;

	/**
	 * Obtain one hold for the caller if that is possible without waiting, even if others
	 * have been waiting longer.
	 * @param mode how to hold it
	 * @return whether the hold was obtained
	 */
	protected abstract boolean obtainAtOnce(LockMode mode);

	/**
	 * Release one hold of the caller.
	 * @param mode how it is held
	 * @throws IllegalMonitorStateException if the caller has no such hold
	 */
	protected abstract void release(LockMode mode);

	/**
	 * Take one hold away from the caller. If this fails the caller still has it.
	 * @param mode how it is held
	 * @return releases the hold, from any thread: once, however often it is run and by
	 * whichever threads. If it fails, the next run tries again
	 * @throws IllegalMonitorStateException if the caller has no such hold
	 */
	protected abstract Runnable detach(LockMode mode);

	/**
	 * Try again what a {@link #release} could not finish, if there is anything: the hold
	 * of the caller has ended, but what the lock is made of was not given back. By
	 * default there is nothing.
	 */
	protected void releaseAgain() {
	}

	/**
	 * Whose holds the caller acquires.
	 * @return the owner, by default the current thread
	 */
	protected Object currentOwner() {
		return Thread.currentThread();
	}

	/**
	 * Whether the caller acts for an owner.
	 * @param owner the owner
	 * @return {@code true} if it is the {@link #currentOwner()}
	 */
	protected boolean isCurrentOwner(@Nullable Object owner) {
		return Thread.currentThread() == owner;
	}

	/**
	 * A condition of the exclusive side.
	 * @return a new condition
	 * @throws UnsupportedOperationException if this kind of lock has none
	 */
	protected Condition newCondition() {
		throw new UnsupportedOperationException("This lock has no conditions");
	}

	/**
	 * A hold that has no owner.
	 * @param mode how the lock is held
	 * @param release releases it, from any thread: once, however often it is run
	 * @return the hold
	 */
	protected final LockHold detachedHold(LockMode mode, Runnable release) {
		Objects.requireNonNull(mode, "mode");
		Objects.requireNonNull(release, "release");
		return new Hold(this, mode, release);
	}

	@Override
	public final String name() {
		return this.name;
	}

	@Override
	public final Optional<Duration> defaultTimeout() {
		return Optional.ofNullable(this.defaultTimeout);
	}

	@Override
	public final LockHold acquire(LockMode mode) {
		Objects.requireNonNull(mode, "mode");
		long start = System.nanoTime();
		Hold hold = new Hold(this, mode);
		if (!obtainOrThrow(mode, nanos(this.defaultTimeout))) {
			Duration timeout = Objects.requireNonNull(this.defaultTimeout);
			throw new LockTimeoutException(this.name, mode, timeout, Duration.ofNanos(System.nanoTime() - start),
					holders(), null);
		}
		return hold.attached();
	}

	@Override
	public final LockAttempt tryAcquire(LockMode mode) {
		return tryAcquire(mode, Duration.ZERO);
	}

	@Override
	public final LockAttempt tryAcquire(LockMode mode, Duration timeout) {
		Objects.requireNonNull(mode, "mode");
		Objects.requireNonNull(timeout, "timeout");
		// made before, so that nothing can fail once the lock is held
		Hold hold = new Hold(this, mode);
		return obtainOrThrow(mode, nanos(timeout)) ? hold.attached() : Hold.REFUSED;
	}

	/** One attempt of {@code Lock.tryLock()}, and what came of it. */
	final LockAttempt attempt(Lock side, LockMode mode) {
		Hold hold = new Hold(this, mode);
		return side.tryLock() ? hold.attached() : Hold.REFUSED;
	}

	private boolean obtainOrThrow(LockMode mode, long nanos) {
		try {
			return obtain(mode, nanos, nanos > 0);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new LockInterruptedException(this.name, mode, ex);
		}
	}

	private static long nanos(@Nullable Duration timeout) {
		if (timeout == null) {
			return FOREVER;
		}
		if (timeout.isNegative()) {
			throw new IllegalArgumentException("A timeout is zero or more, not " + timeout);
		}
		return TimeUnit.NANOSECONDS.convert(timeout);
	}

	/**
	 * One side of the lock.
	 */
	protected class Side implements Lock {

		private final LockMode mode;

		/**
		 * Create a view.
		 * @param mode the side
		 */
		public Side(LockMode mode) {
			this.mode = Objects.requireNonNull(mode, "mode");
		}

		@Override
		public void lock() {
			try {
				obtain(this.mode, FOREVER, false);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException("an uninterruptible wait was interrupted", ex);
			}
		}

		@Override
		public void lockInterruptibly() throws InterruptedException {
			obtain(this.mode, FOREVER, true);
		}

		@Override
		public boolean tryLock() {
			return obtainAtOnce(this.mode);
		}

		@Override
		public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
			Objects.requireNonNull(unit, "unit");
			return obtain(this.mode, Math.max(0, unit.toNanos(time)), true);
		}

		@Override
		public void unlock() {
			release(this.mode);
		}

		/** As {@link #tryLock()}. */
		final LockAttempt attempt() {
			return AbstractSharedExclusiveLock.this.attempt(this, this.mode);
		}

		@Override
		public Condition newCondition() {
			throw new UnsupportedOperationException(
					"Only the write lock can have conditions: waiting for one gives the lock up, and others may read on");
		}

		@Override
		public String toString() {
			return String.format(Locale.ROOT, "%s for %s", AbstractSharedExclusiveLock.this, this.mode.purpose());
		}

	}

	/**
	 * The side that one owner holds at a time.
	 */
	protected class ExclusiveSide extends Side implements ExclusiveLock {

		/**
		 * Create a view.
		 */
		public ExclusiveSide() {
			super(LockMode.EXCLUSIVE);
		}

		@Override
		public Condition newCondition() {
			return AbstractSharedExclusiveLock.this.newCondition();
		}

		@Override
		public String name() {
			return AbstractSharedExclusiveLock.this.name;
		}

		@Override
		public LockHold acquire() {
			return AbstractSharedExclusiveLock.this.acquire(LockMode.EXCLUSIVE);
		}

		@Override
		public LockAttempt tryAcquire() {
			return AbstractSharedExclusiveLock.this.tryAcquire(LockMode.EXCLUSIVE);
		}

		@Override
		public LockAttempt tryAcquire(Duration timeout) {
			return AbstractSharedExclusiveLock.this.tryAcquire(LockMode.EXCLUSIVE, timeout);
		}

		@Override
		public boolean isHeld() {
			return AbstractSharedExclusiveLock.this.isHeld(LockMode.EXCLUSIVE);
		}

		@Override
		public boolean isHeldByCurrentOwner() {
			return holdCount() > 0;
		}

		@Override
		public int holdCount() {
			return AbstractSharedExclusiveLock.this.holdCount(LockMode.EXCLUSIVE);
		}

		@Override
		public List<LockHolder> holders() {
			return AbstractSharedExclusiveLock.this.holders();
		}

		@Override
		public LockState verify() {
			return AbstractSharedExclusiveLock.this.verify();
		}

	}

}
