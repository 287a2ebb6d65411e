package org.fasteners.process;

import java.util.concurrent.locks.LockSupport;

import org.fasteners.LockMode;

/**
 * A thread in the queue of a {@link Gate}, and what the gate has told it.
 */
final class Waiter {

	enum Status {

		/** In the queue. */
		WAITING,

		/** In the queue, at its head, and the one to ask the engine. */
		NEGOTIATOR,

		/** Out of the queue, with the lock. */
		ADMITTED,

		/** Out of the queue, without the lock: the only attempt it allowed failed. */
		REFUSED

	}

	final Thread thread;

	final LockMode mode;

	/** Written under the mutex of the gate. */
	volatile Status status = Status.WAITING;

	private final long nanos;

	private final long start = System.nanoTime();

	Waiter(Thread thread, LockMode mode, long nanos) {
		this.thread = thread;
		this.mode = mode;
		this.nanos = nanos;
	}

	boolean triesOnce() {
		return this.nanos == 0;
	}

	void tell(Status news) {
		this.status = news;
		if (this.thread != Thread.currentThread()) {
			LockSupport.unpark(this.thread);
		}
	}

	/** How much of the time is left, in nanoseconds. */
	long remaining() {
		return (this.nanos == Long.MAX_VALUE) ? Long.MAX_VALUE : this.nanos - waited();
	}

	/** Sleep until there may be news, or it is time for the next attempt. */
	void sleep(Object blocker) {
		long pause = (this.status == Status.NEGOTIATOR) ? Pauses.next(waited()) : Long.MAX_VALUE;
		if (triesOnce()) {
			LockSupport.park(blocker);
		}
		else {
			LockSupport.parkNanos(blocker, Math.min(pause, remaining()));
		}
	}

	private long waited() {
		return System.nanoTime() - this.start;
	}

}
