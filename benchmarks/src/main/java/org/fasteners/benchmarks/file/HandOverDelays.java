package org.fasteners.benchmarks.file;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The times from a release by one process to the acquisition by another.
 *
 * @param plan the rounds
 * @param delays the delays of the rounds, in nanoseconds
 */
record HandOverDelays(HandOverPlan plan, Samples delays) {

	/**
	 * Combine the output of holder and waiter.
	 * @param plans the plans, in their order
	 * @param released the time of the release of each round
	 * @param acquired the time of the acquisition of each round
	 * @return the delays of each plan
	 * @throws IllegalArgumentException if the numbers of rounds differ
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

	/**
	 * Return median and 99th percentile in microseconds, each with its ratio to the
	 * target.
	 */
	String toCell() {
		return String.format(Locale.ROOT, "%s / %s", part(this.delays.median(), this.plan.medianTarget()),
				part(this.delays.percentile(99), this.plan.percentile99Target()));
	}

	private static String part(long delay, long target) {
		return String.format(Locale.ROOT, "%s (%s)", MarkdownTable.micros(delay),
				MarkdownTable.number((double) delay / target));
	}

}
