package org.fasteners.thread;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import org.fasteners.LockHold;
import org.fasteners.LockMode;
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

		private final WaitQueue queue;

		final Thread thread = Thread.currentThread();

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
			LockSupport.unpark(this.thread);
		}

	}

	/**
	 * A future. What it waits for is done on its behalf by whoever changes the lock, but
	 * the future is completed by its executor, so that no code of the user runs inside of
	 * a release.
	 */
	static final class Promise extends Waiter {

		final CompletableFuture<LockHold> future = new CompletableFuture<>();

		final DetachedHold hold;

		/** What the user gets. */
		private final LockHold handle;

		private final Executor executor;

		private @Nullable RuntimeException failure;

		Promise(DetachedHold hold, LockHold handle, Executor executor) {
			super(hold, hold.mode, false);
			this.hold = hold;
			this.handle = handle;
			this.executor = executor;
		}

		/** Ends without the lock. */
		void fail(RuntimeException ex) {
			this.failure = ex;
		}

		@Override
		void wake() {
			try {
				this.executor.execute(this::complete);
			}
			catch (Throwable ex) {
				// it refuses, or it ran the task here and the task failed
				if (this.failure == null) {
					this.handle.close();
				}
				this.future.completeExceptionally(ex);
			}
		}

		private void complete() {
			if (this.failure != null) {
				this.future.completeExceptionally(this.failure);
			}
			else if (!this.future.complete(this.handle)) {
				// cancelled in the meantime
				this.handle.close();
			}
		}

	}

}
