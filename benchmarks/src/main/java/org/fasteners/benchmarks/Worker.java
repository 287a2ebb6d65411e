package org.fasteners.benchmarks;

import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * The state of a thread: its random numbers and the number of its writes.
 */
@State(Scope.Thread)
public class Worker {

	private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

	long writes;

	private long random;

	/**
	 * Seed the random numbers. Each thread has another seed, which is the same in each
	 * run.
	 * @param threads provides the number of this thread
	 * @param counter the counter that this thread writes
	 */
	@Setup
	public void start(ThreadParams threads, GuardedCounter counter) {
		this.random = GOLDEN_RATIO * (threads.getThreadIndex() + 1);
		counter.usedBy(this);
	}

	/**
	 * Return whether the next section reads. Uses xorshift (Marsaglia, "Xorshift RNGs",
	 * 2003), which accesses no memory but this object.
	 * @param percent the percentage of calls that return {@code true}
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
