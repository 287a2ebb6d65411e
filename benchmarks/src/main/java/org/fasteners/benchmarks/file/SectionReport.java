package org.fasteners.benchmarks.file;

import java.util.Arrays;
import java.util.Locale;

/**
 * The results of a process that ran sections one after another. Times are in nanoseconds.
 *
 * @param sections the number of sections
 * @param timeouts the number of attempts that timed out
 * @param longest the longest section, from its acquisition until just before its release
 * @param medianWait the median of the waits for the lock, including timeouts
 * @param percentile99Wait the 99th percentile of the waits
 * @param maxWait the longest wait
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
