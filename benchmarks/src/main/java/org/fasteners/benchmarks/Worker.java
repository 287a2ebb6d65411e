package org.fasteners.benchmarks;

import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * What a thread has to itself: its random numbers and the count of its writes.
 */
@State(Scope.Thread)
public class Worker {

	private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

	long writes;

	private long random;

	/**
	 * Seed the random numbers, with another seed for every thread and the same in every
	 * run.
	 * @param threads knows the number of this thread
	 * @param counter what this thread will write
	 */
	@Setup
	public void start(ThreadParams threads, GuardedCounter counter) {
		this.random = GOLDEN_RATIO * (threads.getThreadIndex() + 1);
		counter.usedBy(this);
	}

	/**
	 * Whether the next section is to read: true for so many out of a hundred calls. By
	 * xorshift (Marsaglia, "Xorshift RNGs", 2003), which needs no more than this object.
	 * @param percent the share of reads
	 * @return whether to read
	 */
	boolean isToRead(int percent) {
		long x = this.random;
		x ^= x << 13;
		x ^= x >>> 7;
		x ^= x << 17;
		this.random = x;
		return ((x >>> 32) * 100) >>> 32 < percent;
	}

}
