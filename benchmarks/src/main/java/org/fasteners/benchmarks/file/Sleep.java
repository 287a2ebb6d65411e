package org.fasteners.benchmarks.file;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A sleep with a precise end.
 */
final class Sleep {

	/** Upper bound of the delay with which the system wakes a thread. */
	private static final long SLACK = TimeUnit.MICROSECONDS.toNanos(100);

	private Sleep() {
	}

	/**
	 * Sleep until a given time. The last part is a busy wait.
	 * @param time the end, by {@link System#nanoTime()}
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
