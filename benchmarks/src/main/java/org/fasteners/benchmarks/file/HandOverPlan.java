package org.fasteners.benchmarks.file;

import java.time.Duration;

/**
 * So many rounds in which a lock is held for about so long.
 *
 * @param hold the mean of the holds, which are between a half and one and a half of it,
 * in nanoseconds
 * @param rounds how many
 */
record HandOverPlan(long hold, int rounds) {

	static HandOverPlan of(Duration hold, int rounds) {
		return new HandOverPlan(hold.toNanos(), rounds);
	}

	static HandOverPlan parse(String text) {
		String[] parts = text.split(":", -1);
		return new HandOverPlan(Long.parseLong(parts[0]), Integer.parseInt(parts[1]));
	}

	/** The longest median delay that we allow ourselves. */
	long medianTarget() {
		return this.hold / 8 + 100_000;
	}

	/** The longest delay that one in a hundred may exceed. */
	long percentile99Target() {
		return Math.max(1_000_000, this.hold / 4);
	}

	/** As an argument for a process. */
	@Override
	public String toString() {
		return this.hold + ":" + this.rounds;
	}

}
