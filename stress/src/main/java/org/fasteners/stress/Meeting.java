package org.fasteners.stress;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where the actors of one state meet. Without, they would often come to the same state at
 * different times, and there would be no race.
 */
final class Meeting {

	private static final int PATIENCE = 100;

	private final int actors;

	private final AtomicInteger arrived = new AtomicInteger();

	Meeting(int actors) {
		this.actors = actors;
	}

	/**
	 * Wait for the others for some microseconds, and then for a random moment. After that
	 * they most probably do what follows at the same time, and nothing more is known.
	 */
	void arrive() {
		this.arrived.incrementAndGet();
		for (int i = 0; i < PATIENCE && this.arrived.get() < this.actors; i++) {
			Thread.onSpinWait();
		}
		Jitter.spin(8);
	}

	/**
	 * Wait until all are here. If they are not in ten seconds, one of them is stuck: this
	 * fails so that the others come free, for jcstress waits for them without an end.
	 */
	void await() {
		this.arrived.incrementAndGet();
		long start = System.nanoTime();
		while (this.arrived.get() < this.actors) {
			if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(10)) {
				throw new IllegalStateException("somebody is stuck");
			}
			Thread.yield();
		}
	}

}
