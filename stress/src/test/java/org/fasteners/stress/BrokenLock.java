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
 * A re-entrant lock with a bug that the checks must detect. It makes no difference
 * between readers and writers.
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
		boolean locked = this.owner.get() == thread || acquire(thread);
		if (locked) {
			this.depth++;
		}
		return locked;
	}

	@Override
	public void unlock() {
		this.depth--;
		if (this.depth == 0) {
			release();
		}
	}

	boolean acquire(Thread thread) {
		return this.owner.compareAndSet(null, thread);
	}

	void await(Thread thread) {
		while (!acquire(thread)) {
			Thread.yield();
		}
	}

	void release() {
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
	 * Two threads can both find the lock free and acquire it.
	 */
	static final class AdmitsTwoHolders extends BrokenLock {

		@Override
		boolean acquire(Thread thread) {
			boolean free = this.owner.get() == null;
			if (free) {
				this.owner.set(thread);
			}
			return free;
		}

	}

	/**
	 * Loses a thread that starts to wait at the moment of the release.
	 */
	static final class LosesAWaiter extends BrokenLock {

		private final Queue<Thread> waiters = new ConcurrentLinkedQueue<>();

		@Override
		void await(Thread thread) {
			this.waiters.add(thread);
			while (this.owner.get() != thread) {
				LockSupport.park(this);
			}
		}

		@Override
		void release() {
			Thread next = this.waiters.poll();
			this.owner.set(next);
			LockSupport.unpark(next);
		}

	}

}
