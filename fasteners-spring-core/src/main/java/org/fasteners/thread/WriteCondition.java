package org.fasteners.thread;

import java.lang.ref.Reference;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Date;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

import org.fasteners.LockMode;
import org.fasteners.StackReserve;

/**
 * A condition of the write lock. Waiters are signalled in the order of their arrival.
 * <p>
 * Thread-safe, as only whoever writes gets at the queue.
 */
final class WriteCondition implements Condition {

	private static final long FOREVER = Long.MAX_VALUE;

	/** Keeps it in the table of named locks while somebody waits here. */
	private final ReaderWriterLock lock;

	private final LockCore core;

	/** Guarded by the write lock itself. */
	private final Deque<Waiting> queue = new ArrayDeque<>();

	WriteCondition(ReaderWriterLock lock, LockCore core) {
		this.lock = lock;
		this.core = core;
	}

	@Override
	public void await() throws InterruptedException {
		untilSignalled(() -> FOREVER, true);
	}

	@Override
	public void awaitUninterruptibly() {
		try {
			untilSignalled(() -> FOREVER, false);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException("an uninterruptible wait was interrupted", ex);
		}
	}

	@Override
	public long awaitNanos(long nanos) throws InterruptedException {
		long left = Math.max(0, nanos);
		long start = System.nanoTime();
		untilSignalled(() -> left - (System.nanoTime() - start), true);
		return left - (System.nanoTime() - start);
	}

	@Override
	public boolean await(long time, TimeUnit unit) throws InterruptedException {
		long nanos = Math.max(0, unit.toNanos(time));
		long start = System.nanoTime();
		return untilSignalled(() -> nanos - (System.nanoTime() - start), true);
	}

	@Override
	@SuppressWarnings("JavaUtilDate") // the contract of Condition has it
	public boolean awaitUntil(Date deadline) throws InterruptedException {
		// by the wall clock, which may be set meanwhile
		Clock clock = Clock.systemUTC();
		long end = deadline.getTime();
		return untilSignalled(() -> {
			long now = clock.millis();
			return (now >= end) ? 0 : TimeUnit.MILLISECONDS.toNanos(Math.max(1, end - now));
		}, true);
	}

	/**
	 * Give up the lock, wait, and take the lock again, however long that takes.
	 * @param left how many nanoseconds are left
	 * @return whether it was signalled in time
	 */
	private boolean untilSignalled(LongSupplier left, boolean interruptible) throws InterruptedException {
		if (interruptible && Thread.interrupted()) {
			throw new InterruptedException();
		}
		StackReserve.requireForThreadLock();
		Object me = this.core.currentOwner();
		this.core.requireOnlyWriter(me);
		Waiting waiting = new Waiting();
		Waiter.Sleeper returning = new Waiter.Sleeper(this.core.queue(), me);
		this.queue.add(waiting);
		// nothing is allocated from here on until the lock is held again
		int more = this.core.unlockWriteFully();
		boolean interrupted = false;
		try {
			while (!waiting.ended.get()) {
				interrupted |= Thread.interrupted();
				long time = left.getAsLong();
				if ((time <= 0 || (interrupted && interruptible)) && waiting.ended.compareAndSet(false, true)) {
					waiting.gaveUp = true;
				}
				else if (!waiting.ended.get()) {
					park(time);
				}
			}
		}
		finally {
			comeBack(returning, waiting, more);
		}
		if (interrupted) {
			if (waiting.gaveUp && interruptible) {
				throw new InterruptedException();
			}
			Thread.currentThread().interrupt();
		}
		return !waiting.gaveUp;
	}

	/** A thread that finds no memory to sleep looks again at once. */
	private void park(long nanos) {
		try {
			LockSupport.parkNanos(this, nanos);
		}
		catch (OutOfMemoryError ex) {
			Thread.onSpinWait();
		}
	}

	/** Take the lock again, as often as it was held. */
	private void comeBack(Waiter.Sleeper returning, Waiting waiting, int more) throws InterruptedException {
		try {
			returning.await(FOREVER, false);
			this.core.rewrite(more);
		}
		finally {
			Reference.reachabilityFence(this.lock);
		}
		if (waiting.gaveUp || !waiting.ended.get()) {
			this.queue.remove(waiting);
		}
	}

	@Override
	public void signal() {
		requireWriter();
		boolean signalled = false;
		while (!signalled && !this.queue.isEmpty()) {
			signalled = this.queue.remove().signal();
		}
	}

	@Override
	public void signalAll() {
		requireWriter();
		while (!this.queue.isEmpty()) {
			this.queue.remove().signal();
		}
	}

	private void requireWriter() {
		if (!this.core.isWriter(this.core.currentOwner())) {
			throw this.core.notHeld(LockMode.EXCLUSIVE);
		}
	}

	/**
	 * One wait. It ends once: by a signal, or by giving up.
	 */
	private static final class Waiting {

		private final Thread thread = Thread.currentThread();

		private final AtomicBoolean ended = new AtomicBoolean();

		/** Written and read by the waiting thread alone. */
		private boolean gaveUp;

		boolean signal() {
			boolean signalled = this.ended.compareAndSet(false, true);
			LockSupport.unpark(this.thread);
			return signalled;
		}

	}

}
