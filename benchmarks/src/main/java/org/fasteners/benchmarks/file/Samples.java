package org.fasteners.benchmarks.file;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * Durations that were measured one by one, in nanoseconds.
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
	 * The least of these durations that so many of them do not exceed.
	 * @param percent how many, above 0 and at most 100
	 * @return that duration
	 * @throws IllegalStateException if there are none
	 */
	long percentile(double percent) {
		if (this.size == 0) {
			throw new IllegalStateException("Nothing was measured");
		}
		Arrays.sort(this.nanos, 0, this.size);
		return this.nanos[Math.max(0, (int) Math.ceil(percent / 100 * this.size) - 1)];
	}

}
