package org.fasteners.benchmarks.file;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One section under a lock after the other, with gaps between them.
 *
 * @param lock which lock
 * @param shared whether the sections share it
 * @param shortest the shortest section, in microseconds
 * @param longest the longest section, in microseconds
 * @param gap the mean of the gaps, in microseconds; 0 for none
 * @param millis for how long
 */
record SectionPlan(FileContender lock, boolean shared, long shortest, long longest, long gap, long millis) {

	static SectionPlan parse(String text) {
		String[] parts = text.split(":", -1);
		long[] numbers = Arrays.stream(parts).skip(2).mapToLong(Long::parseLong).toArray();
		return new SectionPlan(FileContender.of(parts[0]), Boolean.parseBoolean(parts[1]), numbers[0], numbers[1],
				numbers[2], numbers[3]);
	}

	/** The length of the next section, in nanoseconds. */
	long nextSection() {
		return 1000 * ThreadLocalRandom.current().nextLong(this.shortest, this.longest + 1);
	}

	/** The length of the next gap, in nanoseconds. */
	long nextGap() {
		return 1000 * ThreadLocalRandom.current().nextLong(this.gap / 2, this.gap * 3 / 2 + 1);
	}

	/** As an argument for a process. */
	@Override
	public String toString() {
		return String.format(Locale.ROOT, "%s:%s:%d:%d:%d:%d", this.lock.label(), this.shared, this.shortest,
				this.longest, this.gap, this.millis);
	}

}
