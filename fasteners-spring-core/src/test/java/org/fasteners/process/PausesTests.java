package org.fasteners.process;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link Pauses}.
 */
class PausesTests {

	@Test
	void aPauseIsAtMostAnEighthOfTheWaitAndStaysWithinItsBounds() {
		for (int i = 0; i < 1000; i++) {
			assertThat(micros(0)).isBetween(15L, 20L);
			assertThat(micros(1_000)).isBetween(93L, 125L);
			assertThat(micros(30_000)).isBetween(2_812L, 3_750L);
			assertThat(micros(59_000_000)).isBetween(3_750L, 5_000L);
			assertThat(micros(61_000_000)).isBetween(75_000L, 100_000L);
		}
	}

	private static long micros(long waitedMicros) {
		return TimeUnit.NANOSECONDS.toMicros(Pauses.DEFAULT.next(TimeUnit.MICROSECONDS.toNanos(waitedMicros)));
	}

}
