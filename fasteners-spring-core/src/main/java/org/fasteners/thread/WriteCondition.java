package org.fasteners.thread;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Date;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;

import org.fasteners.LockMode;

/**
 * A condition of the write lock. Waiters are signalled in the order of their arrival.
 * <p>
 * Thread-safe, as only whoever writes gets at the queue.
 */
final class WriteCondition implements Condition {

	private static final long FOREVER = Long.MAX_VALUE;

	private final LockCore core;

	/** Guarded by the write lock itself. */
	private final Deque<Waiting> queue = new ArrayDeque<>();

	WriteCondition(LockCore core) {
		this.core = core;
	}

	@Override
	public void await() throws InterruptedException {
		untilSignalled(FOREVER, true);
	}

	@Override
	public void awaitUninterruptibly() {
		try {
			untilSignalled(FOREVER, false);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException("an uninterruptible wait was interrupted", ex);
		}
	}

	@Override
	public long awaitNanos(long nanos) throws InterruptedException {
		long start = System.nanoTime();
		untilSignalled(nanos, true);
		return nanos - (System.nanoTime() - start);
	}

	@Override
	public boolean await(long time, TimeUnit unit) throws InterruptedException {
		return untilSignalled(unit.toNanos(time), true);
	}

	@Override
	@SuppressWarnings("JavaUtilDate") // the contract of Condition has it
	public boolean awaitUntil(Date deadline) throws InterruptedException {
		// by the wall clock, which may be set meanwhile
		Clock clock = Clock.systemUTC();
		boolean signalled = false;
		long left = deadline.getTime() - clock.millis();
		do {
			signalled = untilSignalled(TimeUnit.MILLISECONDS.toNanos(left), true);
			left = deadline.getTime() - clock.millis();
		}
		while (!signalled && left > 0);
		return signalled;
	}

	/**
	 * @return whether it was signalled in time
	 */
	private boolean untilSignalled(long nanos, boolean interruptible) throws InterruptedException {
		if (interruptible && Thread.interrupted()) {
			throw new InterruptedException();
		}
		long start = System.nanoTime();
		Object me = this.core.currentOwner();
		Waiting waiting = new Waiting();
		this.core.requireOnlyWriter(me);
		this.queue.add(waiting);
		int holds = this.core.unlockWriteFully();
		boolean interrupted = false;
		while (!waiting.ended.get()) {
			long left = (nanos == FOREVER) ? FOREVER : nanos - (System.nanoTime() - start);
			interrupted |= Thread.interrupted();
			if ((left <= 0 || (interrupted && interruptible)) && waiting.ended.compareAndSet(false, true)) {
				waiting.gaveUp = true;
			}
			else if (!waiting.ended.get()) {
				LockSupport.parkNanos(this, left);
			}
		}
		this.core.obtain(LockMode.EXCLUSIVE, FOREVER, false);
		this.core.setWriteCount(holds);
		if (waiting.gaveUp) {
			this.queue.remove(waiting);
			if (interrupted && interruptible) {
				throw new InterruptedException();
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
		return !waiting.gaveUp;
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
