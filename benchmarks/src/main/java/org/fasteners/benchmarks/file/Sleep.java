package org.fasteners.benchmarks.file;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sleep that ends when it should.
 */
final class Sleep {

	/** How much longer than asked for the system may let a thread sleep. */
	private static final long SLACK = TimeUnit.MICROSECONDS.toNanos(100);

	private Sleep() {
	}

	/**
	 * Sleep, and look at the clock for the last part.
	 * @param time when to end, by {@link System#nanoTime()}
	 */
	static void until(long time) {
		long left = time - System.nanoTime();
		while (left > 0) {
			if (left > SLACK) {
				LockSupport.parkNanos(left - SLACK);
			}
			left = time - System.nanoTime();
		}
	}

}
