package org.fasteners.stress;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;

import org.jspecify.annotations.Nullable;

/**
 * A re-entrant lock with a mistake, for the checks to find. Readers and writers are the
 * same to it.
 */
abstract class BrokenLock implements Lock, ReadWriteLock {

	final AtomicReference<@Nullable Thread> owner = new AtomicReference<>();

	private int depth;

	@Override
	public Lock readLock() {
		return this;
	}

	@Override
	public Lock writeLock() {
		return this;
	}

	@Override
	public void lock() {
		if (!tryLock()) {
			await(Thread.currentThread());
			this.depth = 1;
		}
	}

	@Override
	public boolean tryLock() {
		Thread thread = Thread.currentThread();
		boolean locked = this.owner.get() == thread || take(thread);
		if (locked) {
			this.depth++;
		}
		return locked;
	}

	@Override
	public void unlock() {
		this.depth--;
		if (this.depth == 0) {
			handOver();
		}
	}

	boolean take(Thread thread) {
		return this.owner.compareAndSet(null, thread);
	}

	void await(Thread thread) {
		while (!take(thread)) {
			Thread.yield();
		}
	}

	void handOver() {
		this.owner.set(null);
	}

	@Override
	public void lockInterruptibly() {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean tryLock(long time, TimeUnit unit) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Condition newCondition() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Two threads can both find it free, and both take it.
	 */
	static final class LetsTwoIn extends BrokenLock {

		@Override
		boolean take(Thread thread) {
			boolean free = this.owner.get() == null;
			if (free) {
				this.owner.set(thread);
			}
			return free;
		}

	}

	/**
	 * Forgets a thread that comes to wait in the moment of the release.
	 */
	static final class ForgetsAWaiter extends BrokenLock {

		private final Queue<Thread> waiters = new ConcurrentLinkedQueue<>();

		@Override
		void await(Thread thread) {
			this.waiters.add(thread);
			while (this.owner.get() != thread) {
				LockSupport.park(this);
			}
		}

		@Override
		void handOver() {
			Thread next = this.waiters.poll();
			this.owner.set(next);
			LockSupport.unpark(next);
		}

	}

}
