package org.fasteners.benchmarks.file;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * Individually measured durations, in nanoseconds.
 */
final class Samples {

	private long[] nanos = new long[1024];

	private int size;

	static Samples of(long... nanos) {
		Samples samples = new Samples();
		LongStream.of(nanos).forEach(samples::add);
		return samples;
	}

	void add(long duration) {
		if (this.size == this.nanos.length) {
			this.nanos = Arrays.copyOf(this.nanos, 2 * this.size);
		}
		this.nanos[this.size++] = duration;
	}

	int size() {
		return this.size;
	}

	long median() {
		return percentile(50);
	}

	long max() {
		return percentile(100);
	}

	/**
	 * Return the smallest of these durations that a given percentage does not exceed.
	 * @param percent the percentage, above 0 and at most 100
	 * @return the duration
	 * @throws IllegalStateException if there are no durations
	 */
	long percentile(double percent) {
		if (this.size == 0) {
			throw new IllegalStateException("Could not compute a percentile: there are no measurements");
		}
		Arrays.sort(this.nanos, 0, this.size);
		return this.nanos[Math.max(0, (int) Math.ceil(percent / 100 * this.size) - 1)];
	}

}
