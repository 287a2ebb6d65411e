package org.fasteners.benchmarks.file;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How long it took from the release by one process until another had the lock.
 *
 * @param plan the rounds
 * @param delays their delays, in nanoseconds
 */
record HandOverDelays(HandOverPlan plan, Samples delays) {

	/**
	 * Bring together what holder and waiter have printed.
	 * @param plans the rounds, one plan after the other
	 * @param released when the holder released, for each round
	 * @param acquired when the waiter had the lock, for each round
	 * @return the delays of each plan
	 * @throws IllegalArgumentException if these are not the times of these rounds
	 */
	static List<HandOverDelays> of(List<HandOverPlan> plans, List<String> released, List<String> acquired) {
		int rounds = plans.stream().mapToInt(HandOverPlan::rounds).sum();
		if (released.size() != rounds || acquired.size() != rounds) {
			throw new IllegalArgumentException(String.format(Locale.ROOT,
					"%d rounds, but %d releases and %d acquisitions", rounds, released.size(), acquired.size()));
		}
		List<HandOverDelays> all = new ArrayList<>();
		int round = 0;
		for (HandOverPlan plan : plans) {
			Samples delays = new Samples();
			for (int i = 0; i < plan.rounds(); i++, round++) {
				delays.add(Long.parseLong(acquired.get(round)) - Long.parseLong(released.get(round)));
			}
			all.add(new HandOverDelays(plan, delays));
		}
		return all;
	}

	/** Median and 99th percentile in microseconds, each with its ratio to the target. */
	String toCell() {
		return String.format(Locale.ROOT, "%s / %s", part(this.delays.median(), this.plan.medianTarget()),
				part(this.delays.percentile(99), this.plan.percentile99Target()));
	}

	private static String part(long delay, long target) {
		return String.format(Locale.ROOT, "%s (%s)", MarkdownTable.micros(delay),
				MarkdownTable.number((double) delay / target));
	}

}
