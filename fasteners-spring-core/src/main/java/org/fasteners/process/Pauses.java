package org.fasteners.process;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * How long a waiter sleeps between two attempts: the longer it has waited, the longer, so
 * that a short wait ends promptly and a long one costs next to nothing. Jittered, so that
 * waiters do not march in step.
 */
final class Pauses {

	private static final long SHORTEST = TimeUnit.MICROSECONDS.toNanos(20);

	private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(5);

	private static final long LONGEST_OF_A_LONG_WAIT = TimeUnit.MILLISECONDS.toNanos(100);

	private static final long LONG_WAIT = TimeUnit.MINUTES.toNanos(1);

	private Pauses() {
	}

	/**
	 * The next pause.
	 * @param waited how long the waiter has waited, in nanoseconds
	 * @return nanoseconds, at most an eighth of that wait once it exceeds the shortest
	 * pause
	 */
	static long next(long waited) {
		long longest = (waited > LONG_WAIT) ? LONGEST_OF_A_LONG_WAIT : LONGEST;
		long pause = Math.max(SHORTEST, Math.min(longest, waited / 8));
		return pause - ThreadLocalRandom.current().nextLong(pause / 4 + 1);
	}

}
