package org.fasteners.stress;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Moments of random length, so that actors meet in different places. No test relies on
 * one.
 */
final class Jitter {

	private Jitter() {
	}

	/**
	 * Spin for a moment.
	 * @param most the most rounds, each some ten nanoseconds
	 */
	static void spin(int most) {
		for (int i = ThreadLocalRandom.current().nextInt(most); i > 0; i--) {
			Thread.onSpinWait();
		}
	}

	/**
	 * A short time to wait, in nanoseconds: from one nanosecond to some microseconds,
	 * short ones more often.
	 */
	static long nanos() {
		return 1L << ThreadLocalRandom.current().nextInt(13);
	}

}
