package org.fasteners.thread;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.StackReserve;
import org.jspecify.annotations.Nullable;

/**
 * Somebody in a {@link WaitQueue}: a thread that sleeps, or a future. Its fields are
 * guarded by the mutex of the queue, unless they say something else.
 */
abstract class Waiter {

	final Object owner;

	final LockMode mode;

	/**
	 * Whether the owner holds more than reads already: it goes first, for others wait for
	 * it.
	 */
	final boolean upgrade;

	/** Told to look, and has not looked yet. */
	volatile boolean signalled;

	/** Counted among the readers already. */
	volatile boolean granted;

	/** Granted, and in a slot. */
	boolean converted;

	/** Has taken WRITER, and waits for readers to leave. */
	boolean pending;

	/** How often it was told to look and found the lock taken. */
	int failures;

	// Links of the lists that a waiter may be in, so that entering one allocates nothing.

	/** The list in which it waits. */
	@Nullable WaiterList list;

	@Nullable Waiter previous;

	@Nullable Waiter next;

	/**
	 * In a chain of waiters to be woken. Set under the mutex, and cleared by the thread
	 * that took the chain, before it wakes the waiter: a thread that finds it set may
	 * rely on a wake-up that is still to come.
	 */
	volatile boolean toWake;

	@Nullable Waiter nextToWake;

	Waiter(Object owner, LockMode mode, boolean upgrade) {
		this.owner = owner;
		this.mode = mode;
		this.upgrade = upgrade;
	}

	/** Whether waiting is over for this one, whatever becomes of the others. */
	boolean isClosed() {
		return false;
	}

	/** Called without the mutex, after a change that concerns this waiter. */
	abstract void wake();

	/**
	 * A thread.
	 */
	static final class Sleeper extends Waiter {

		/** Absent before Java 21. */
		private static final @Nullable MethodHandle IS_VIRTUAL = isVirtual();

		private final WaitQueue queue;

		final Thread thread = Thread.currentThread();

		final boolean virtual = isVirtual(this.thread);

		/**
		 * Woken, and has not looked since: unlike the permit to park, code of the user
		 * that runs in this thread cannot take it.
		 */
		volatile boolean woken;

		// In the list of deputies.

		@Nullable Sleeper previousDeputy;

		@Nullable Sleeper nextDeputy;

		/** Waits on although the registry is closed, for it held the lock before. */
		final boolean returning;

		private final BooleanSupplier closed;

		Sleeper(WaitQueue queue, Object owner, LockMode mode, boolean upgrade, boolean pending,
				BooleanSupplier closed) {
			super(owner, mode, upgrade);
			this.queue = queue;
			this.pending = pending;
			this.returning = false;
			this.closed = closed;
		}

		/** A thread that was signalled under a condition. */
		Sleeper(WaitQueue queue, Object owner) {
			super(owner, LockMode.EXCLUSIVE, false);
			this.queue = queue;
			this.returning = true;
			this.closed = LockCore.NEVER;
		}

		private static @Nullable MethodHandle isVirtual() {
			try {
				return MethodHandles.publicLookup()
					.findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
			}
			catch (NoSuchMethodException ex) {
				return null;
			}
			catch (IllegalAccessException ex) {
				throw new ExceptionInInitializerError(ex);
			}
		}

		private static boolean isVirtual(Thread thread) {
			MethodHandle isVirtual = IS_VIRTUAL;
			if (isVirtual == null) {
				return false;
			}
			try {
				return (boolean) isVirtual.invokeExact(thread);
			}
			catch (Error ex) {
				throw ex;
			}
			catch (Throwable ex) {
				throw new IllegalStateException("Thread.isVirtual() failed", ex);
			}
		}

		@Override
		boolean isClosed() {
			return this.closed.getAsBoolean();
		}

		/** Wait for the lock, and tell whether it was obtained in time. */
		boolean await(long nanos, boolean interruptible) throws InterruptedException {
			return this.queue.await(this, nanos, interruptible);
		}

		@Override
		void wake() {
			this.woken = true;
			LockSupport.unpark(this.thread);
		}

	}

	/**
	 * A future. What it waits for is done on its behalf by the thread that changes the
	 * lock, but the future is completed by its executor, so that no code of the user runs
	 * inside of a release.
	 */
	static final class Promise extends Waiter implements Runnable {

		/*-
		 * Phases; each change is made under the mutex of the queue:
		 *
		 *   WAITING --> GRANTED    the lock is held for the future, which is to be told
		 *   GRANTED --> DELIVERED  its executor runs: from here on the hold is the user's
		 *   WAITING --> ENDED      the future was completed by other code, or fails
		 *   GRANTED --> ENDED      likewise; the lock is released in the same step
		 *
		 * So the hold is released exactly once, by the step GRANTED --> ENDED or by the
		 * user, whatever the executor does: reject the task, drop it, run it twice, or
		 * run it and then throw.
		 */

		enum Phase {

			WAITING, GRANTED, DELIVERED, ENDED

		}

		private static final System.Logger LOGGER = System.getLogger("org.fasteners");

		final DetachedHold hold;

		volatile Phase phase = Phase.WAITING;

		/** Of those that one thread is to wake. */
		@Nullable Promise nextPromise;

		private final WaitQueue queue;

		/** What the user gets. */
		private final LockHold handle;

		private final PromisedFuture<?> future;

		private final Executor executor;

		private @Nullable Throwable failure;

		Promise(WaitQueue queue, DetachedHold hold, LockHold handle, PromisedFuture<?> future, Executor executor) {
			super(hold, hold.mode, false);
			this.queue = queue;
			this.hold = hold;
			this.handle = handle;
			this.future = future;
			this.executor = executor;
			future.promise = this;
		}

		/** Ends without the lock. */
		void fail(Throwable ex) {
			this.failure = ex;
		}

		/** The future was completed by other code, or will be. */
		void withdraw() {
			StackReserve.requireForThreadLock();
			this.queue.withdraw(this);
		}

		@Override
		void wake() {
			if (this.phase == Phase.ENDED && this.failure == null) {
				return; // completed by other code, which needs no executor
			}
			try {
				this.executor.execute(this);
			}
			catch (Throwable ex) {
				executorFailed(ex);
			}
		}

		/** It rejects the task, or it has run the task and failed then. */
		private void executorFailed(Throwable ex) {
			if (this.failure != null) {
				completeWithFailure();
			}
			else if (this.queue.withdraw(this)) {
				this.failure = ex;
				completeWithFailure();
			}
			else if (this.phase == Phase.DELIVERED) {
				LOGGER.log(System.Logger.Level.WARNING,
						"An executor has completed the future of a lock and failed then", ex);
			}
		}

		/** Run by the executor. */
		@Override
		public void run() {
			if (this.failure != null) {
				completeWithFailure();
			}
			else if (this.queue.beginDelivery(this)) {
				this.future.deliver(this.handle);
			}
		}

		private void completeWithFailure() {
			try {
				this.future.settleExceptionally(this.failure);
			}
			catch (OutOfMemoryError ex) {
				// the lock is free already; the future is told with the next change
				this.queue.wakeLater(this);
			}
		}

	}

}
