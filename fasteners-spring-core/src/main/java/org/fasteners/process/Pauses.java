package org.fasteners.process;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long a waiter sleeps between two attempts to get a lock that another process holds:
 * an eighth of the time that it has waited, within bounds, so that a short wait ends
 * promptly and a long one costs next to nothing. Up to a quarter is taken off at random,
 * so that waiters do not march in step.
 *
 * @param first the shortest pause, and so the first one; more than zero. The timer of the
 * operating system makes a very short one longer, on Linux by about 50 microseconds
 * @param longest the longest pause in an ordinary wait; not less than the first
 * @param longWait after this time a wait counts as long; zero or more
 * @param longestOfLongWait the longest pause in a long wait; not less than that in an
 * ordinary one
 */
public record Pauses(Duration first, Duration longest, Duration longWait, Duration longestOfLongWait) {

	/**
	 * From 20 microseconds to 5 milliseconds, and to 100 milliseconds after a minute.
	 */
	public static final Pauses DEFAULT = new Pauses(Duration.ofNanos(20_000), Duration.ofMillis(5),
			Duration.ofMinutes(1), Duration.ofMillis(100));

	private static final int PART = 8;

	/**
	 * Create pauses.
	 * @param first the shortest pause
	 * @param longest the longest pause in an ordinary wait
	 * @param longWait after this time a wait counts as long
	 * @param longestOfLongWait the longest pause in a long wait
	 * @throws IllegalArgumentException if one of them is out of its range
	 */
	public Pauses {
		require(first.compareTo(Duration.ZERO) > 0, "The first pause must be more than zero, not " + first);
		require(longest.compareTo(first) >= 0, String.format(Locale.ROOT,
				"The longest pause must not be shorter than the first, %s, but is %s", first, longest));
		require(!longWait.isNegative(), "A wait counts as long after zero or more, not after " + longWait);
		require(longestOfLongWait.compareTo(longest) >= 0,
				String.format(Locale.ROOT,
						"The longest pause of a long wait must not be shorter than that of others, %s, but is %s",
						longest, longestOfLongWait));
		require(longWait.plus(longestOfLongWait).compareTo(Duration.ofDays(1)) <= 0,
				"Pauses, and what counts as a long wait, must be shorter than a day");
	}

	private static void require(boolean condition, String message) {
		if (!condition) {
			throw new IllegalArgumentException(message);
		}
	}

	/**
	 * The next pause.
	 * @param waited how long the waiter has waited, in nanoseconds
	 * @return how long it should sleep now, in nanoseconds
	 */
	public long next(long waited) {
		long most = ((waited > this.longWait.toNanos()) ? this.longestOfLongWait : this.longest).toNanos();
		long pause = Math.max(this.first.toNanos(), Math.min(most, waited / PART));
		return pause - ThreadLocalRandom.current().nextLong(pause / 4 + 1);
	}

}
