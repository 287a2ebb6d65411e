package org.fasteners.thread;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A mutex for bookkeeping that must not fail: {@link #lock()} succeeds although there is
 * no memory. Public for the other packages of this library. Not API.
 * <p>
 * Thread-safe.
 */
public final class Mutex extends ReentrantLock {

	private static final long serialVersionUID = 1L;

	private static final int YIELDS_BEFORE_SLEEP = 100;

	private static final long SLEEP = TimeUnit.MICROSECONDS.toNanos(100);

	/**
	 * Create a free mutex.
	 */
	public Mutex() {
		// the default of its super class: not fair
	}

	/**
	 * Lock. A contended lock of the JDK allocates a node for its queue before it changes
	 * anything. If there is no memory for the node this polls instead: the mutex is held
	 * for microseconds, and a release that gave up here would leave a lock held for ever.
	 */
	@Override
	public void lock() {
		try {
			super.lock();
		}
		catch (OutOfMemoryError ex) {
			poll();
		}
	}

	@SuppressWarnings("ThreadPriorityCheck") // a hint is what is meant
	private void poll() {
		for (int round = 0; !tryLock(); round++) {
			if (round < YIELDS_BEFORE_SLEEP) {
				Thread.yield();
			}
			else {
				LockSupport.parkNanos(SLEEP);
			}
		}
	}

}
