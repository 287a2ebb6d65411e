package org.fasteners.torture;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * The time spent in a section: mostly microseconds, sometimes long enough for another
 * thread to run, and rarely so long that waiters back off to longer pauses.
 */
final class Work {

	private static final long LONGEST_SPIN = TimeUnit.MICROSECONDS.toNanos(30);

	private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(3);

	private static final long LONGEST_REST = TimeUnit.MILLISECONDS.toNanos(20);

	private final RandomGenerator random;

	Work(RandomGenerator random) {
		this.random = random;
	}

	void go() {
		int percent = this.random.nextInt(100);
		if (percent < 1) {
			LockSupport.parkNanos(this.random.nextLong(1, LONGEST_REST));
		}
		else if (percent < 10) {
			LockSupport.parkNanos(this.random.nextLong(1, LONGEST_PAUSE));
		}
		else if (percent < 20) {
			LockSupport.parkNanos(1);
		}
		else {
			spin(this.random.nextLong(LONGEST_SPIN));
		}
	}

	private static void spin(long nanos) {
		long start = System.nanoTime();
		while (System.nanoTime() - start < nanos) {
			Thread.onSpinWait();
		}
	}

}
