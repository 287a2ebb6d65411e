package org.fasteners.stress;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Delays of random length, so that actors interleave at different points. No test relies
 * on them.
 */
final class Jitter {

	private Jitter() {
	}

	/**
	 * Spin for a random time.
	 * @param most the upper bound of the number of rounds, of about ten nanoseconds each
	 */
	static void spin(int most) {
		for (int i = ThreadLocalRandom.current().nextInt(most); i > 0; i--) {
			Thread.onSpinWait();
		}
	}

	/**
	 * Return a short random timeout in nanoseconds: from one nanosecond to a few
	 * microseconds, shorter ones more often.
	 */
	static long nanos() {
		return 1L << ThreadLocalRandom.current().nextInt(13);
	}

}
