package org.fasteners.stress;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A rendezvous of the actors of one state. Without it they would often run at different
 * times, and no race would occur.
 */
final class Rendezvous {

	private static final int PATIENCE = 100;

	private final int actors;

	private final AtomicInteger arrived = new AtomicInteger();

	Rendezvous(int actors) {
		this.actors = actors;
	}

	/**
	 * Wait a few microseconds for the other actors, and then for a random time.
	 * Afterwards the actors probably run at the same time; this is not guaranteed.
	 */
	void arrive() {
		this.arrived.incrementAndGet();
		for (int i = 0; i < PATIENCE && this.arrived.get() < this.actors; i++) {
			Thread.onSpinWait();
		}
		Jitter.spin(8);
	}

	/**
	 * Wait until all actors have arrived. If they have not within ten seconds, one of
	 * them is stuck: fail, so that the others end, because jcstress would wait for them
	 * forever.
	 */
	void await() {
		this.arrived.incrementAndGet();
		long start = System.nanoTime();
		while (this.arrived.get() < this.actors) {
			if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(10)) {
				throw new IllegalStateException("another actor is stuck");
			}
			Thread.yield();
		}
	}

}
