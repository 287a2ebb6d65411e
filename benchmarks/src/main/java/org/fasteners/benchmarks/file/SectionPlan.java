package org.fasteners.benchmarks.file;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Sections under a lock, one after another, with gaps between them.
 *
 * @param lock the kind of lock
 * @param shared whether the sections are shared
 * @param shortest the shortest section, in microseconds
 * @param longest the longest section, in microseconds
 * @param gap the mean gap, in microseconds; 0 for none
 * @param millis the total time, in milliseconds
 */
record SectionPlan(FileContender lock, boolean shared, long shortest, long longest, long gap, long millis) {

	static SectionPlan parse(String text) {
		String[] parts = text.split(":", -1);
		long[] numbers = Arrays.stream(parts).skip(2).mapToLong(Long::parseLong).toArray();
		return new SectionPlan(FileContender.of(parts[0]), Boolean.parseBoolean(parts[1]), numbers[0], numbers[1],
				numbers[2], numbers[3]);
	}

	/** Return the length of the next section, in nanoseconds. */
	long nextSection() {
		return 1000 * ThreadLocalRandom.current().nextLong(this.shortest, this.longest + 1);
	}

	/** Return the length of the next gap, in nanoseconds. */
	long nextGap() {
		return 1000 * ThreadLocalRandom.current().nextLong(this.gap / 2, this.gap * 3 / 2 + 1);
	}

	/** The plan as a command line argument. */
	@Override
	public String toString() {
		return String.format(Locale.ROOT, "%s:%s:%d:%d:%d:%d", this.lock.label(), this.shared, this.shortest,
				this.longest, this.gap, this.millis);
	}

}
