package org.fasteners.benchmarks.file;

import java.util.Arrays;
import java.util.Locale;

/**
 * What a process found that ran one section after the other. Times are in nanoseconds.
 *
 * @param sections how many sections it ran
 * @param timeouts how often it got no lock in the time it allowed
 * @param longest its longest section, from when it had the lock until just before it
 * released
 * @param medianWait the median of the times that it waited for the lock, timeouts
 * included
 * @param percentile99Wait their 99th percentile
 * @param maxWait the longest of them
 */
record SectionReport(long sections, long timeouts, long longest, long medianWait, long percentile99Wait, long maxWait) {

	static SectionReport of(long sections, long timeouts, long longest, Samples waits) {
		return new SectionReport(sections, timeouts, longest, waits.median(), waits.percentile(99), waits.max());
	}

	static SectionReport parse(String text) {
		long[] numbers = Arrays.stream(text.split(" ", -1)).mapToLong(Long::parseLong).toArray();
		return new SectionReport(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
	}

	@Override
	public String toString() {
		return String.format(Locale.ROOT, "%d %d %d %d %d %d", this.sections, this.timeouts, this.longest,
				this.medianWait, this.percentile99Wait, this.maxWait);
	}

}
