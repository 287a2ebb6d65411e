package org.fasteners.benchmarks.file;

import java.time.Duration;

/**
 * A number of rounds with similar hold times.
 *
 * @param hold the mean hold time in nanoseconds; hold times vary from half to one and a
 * half of it
 * @param rounds the number of rounds
 */
record HandOverPlan(long hold, int rounds) {

	static HandOverPlan of(Duration hold, int rounds) {
		return new HandOverPlan(hold.toNanos(), rounds);
	}

	static HandOverPlan parse(String text) {
		String[] parts = text.split(":", -1);
		return new HandOverPlan(Long.parseLong(parts[0]), Integer.parseInt(parts[1]));
	}

	/** The target of the median delay. */
	long medianTarget() {
		return this.hold / 8 + 100_000;
	}

	/** The target of the 99th percentile of the delays. */
	long percentile99Target() {
		return Math.max(1_000_000, this.hold / 4);
	}

	/** The plan as a command line argument. */
	@Override
	public String toString() {
		return this.hold + ":" + this.rounds;
	}

}
