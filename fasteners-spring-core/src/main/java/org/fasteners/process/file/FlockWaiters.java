package org.fasteners.process.file;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * Finds out which locks by {@code flock(2)} other processes wait for in the kernel, in a
 * daemon thread that ends when it has had nothing to do for a second.
 * <p>
 * Thread-safe.
 */
final class FlockWaiters {

	/*
	 * A mutex of its own: a lock asks while its gate's mutex is held, and must not wait
	 * for a reading of the kernel's table. The thread serves all locks of the JVM, so it
	 * reads nothing but that table: a file system might not answer. One reading answers
	 * all locks that have asked. The thread pauses after it for a hundred times as long
	 * as it took, but no longer than a second, so a lock may get its answer late. That it
	 * gets none if no thread can be made is no error: the answer is a hint.
	 */

	private static final long IDLE = TimeUnit.SECONDS.toNanos(1);

	private static final ReentrantLock MUTEX = new ReentrantLock();

	private static final Condition ASKED = MUTEX.newCondition();

	private static final Set<FlockLock> ASKING = new LinkedHashSet<>();

	private static @Nullable Thread thread;

	private FlockWaiters() {
	}

	/** Have a lock look for waiters soon. */
	static void ask(FlockLock lock) {
		MUTEX.lock();
		try {
			ASKING.add(lock);
			ASKED.signal();
			if (thread == null) {
				start();
			}
		}
		finally {
			MUTEX.unlock();
		}
	}

	private static void start() {
		Thread started = new Thread(null, FlockWaiters::answer, "fasteners-flock-waiters", 0, false);
		started.setDaemon(true);
		started.setContextClassLoader(null);
		try {
			started.start();
			thread = started;
		}
		catch (OutOfMemoryError ex) {
			// no thread can be made now; the next lock that asks tries again
			ASKING.clear();
		}
	}

	private static void answer() {
		boolean idle = false;
		try {
			while (!idle) {
				Set<FlockLock> asking = next();
				idle = asking.isEmpty();
				LockSupport.parkNanos(KernelLocks.answer(asking));
			}
		}
		finally {
			if (!idle) {
				// an error: the next lock that asks begins again
				forget();
			}
		}
	}

	private static void forget() {
		MUTEX.lock();
		try {
			thread = null;
		}
		finally {
			MUTEX.unlock();
		}
	}

	/**
	 * Those that have asked; none if there were none for a while, and then the thread
	 * ends.
	 */
	private static Set<FlockLock> next() {
		MUTEX.lock();
		try {
			long left = IDLE;
			while (ASKING.isEmpty() && left > 0) {
				left = ASKED.awaitNanos(left);
			}
			Set<FlockLock> asking = new LinkedHashSet<>(ASKING);
			ASKING.clear();
			if (asking.isEmpty()) {
				thread = null;
			}
			return asking;
		}
		catch (InterruptedException ex) {
			// not by this library: end, and the next lock that asks begins again
			thread = null;
			return Set.of();
		}
		finally {
			MUTEX.unlock();
		}
	}

}
