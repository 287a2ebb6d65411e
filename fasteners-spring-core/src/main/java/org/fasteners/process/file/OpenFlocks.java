package org.fasteners.process.file;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The locks by {@code flock(2)} of an engine that have a descriptor. Idle ones are closed
 * beyond a bound, and when the engine is closed.
 * <p>
 * Thread-safe.
 */
final class OpenFlocks {

	private static final int MOST = DescriptorLimit.mostIdle();

	private final Set<FlockLock> locks = ConcurrentHashMap.newKeySet();

	private volatile boolean closed;

	/** A lock has a descriptor now. To be called without the mutex of any lock. */
	void add(FlockLock lock) {
		this.locks.add(lock);
		if (this.locks.size() > MOST) {
			closeIdle(MOST - MOST / 4);
		}
	}

	/** A lock has no descriptor any more. */
	void remove(FlockLock lock) {
		this.locks.remove(lock);
	}

	/** Whether a descriptor is closed as soon as it is idle. */
	boolean closesIdle() {
		return this.closed || this.locks.size() > MOST;
	}

	/** Close what is idle until there are no more than so many. */
	void closeIdle(int most) {
		for (FlockLock lock : this.locks) {
			if (this.locks.size() <= most) {
				return;
			}
			lock.closeIfIdle();
		}
	}

	void close() {
		this.closed = true;
		closeIdle(0);
	}

}
