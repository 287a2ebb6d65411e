package org.fasteners.process;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Passing}, with a clock of their own.
 */
class PassingTests {

	private static final long SHORT = 100;

	private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(1);

	private int looks;

	private final Passing passing = new Passing(() -> {
		this.looks++;
		return this.now;
	});

	@Test
	void sectionsOfNoLengthArePassedSoOften() {
		this.passing.begin();
		assertThat(pass(1_000, 0)).isEqualTo(Passing.MOST);
		assertThat(this.looks).isLessThan(Passing.MOST / 2);
		this.passing.begin();
		assertThat(pass(1_000, 0)).isEqualTo(Passing.MOST);
	}

	@Test
	void sectionsOfSomeLengthArePassedForSoLong() {
		long length = Passing.LONGEST / 10;
		this.passing.begin();
		assertThat(pass(1_000, length)).isEqualTo(10);
		this.passing.begin();
		assertThat(pass(1_000, length)).isEqualTo(10);
	}

	/** The time before the first pass is that of a section which nobody waited for. */
	@Test
	void aSectionThatTakesAllTheTimeIsPassedOnce() {
		this.passing.begin();
		assertThat(pass(1_000, Passing.LONGEST)).isEqualTo(1);
	}

	@Test
	void longSectionsAreNoticedSoonAfterShortOnes() {
		for (int shortOnes = 0; shortOnes < Passing.MOST / 2; shortOnes++) {
			this.passing.begin();
			assertThat(pass(shortOnes, SHORT)).isEqualTo(shortOnes);
			assertThat(pass(1_000, 2 * Passing.LONGEST)).as("after " + shortOnes).isBetween(1, Passing.UNTIMED + 1);
		}
	}

	/** How often it was passed, of so many times, after sections of a length. */
	private int pass(int most, long length) {
		int passes = 0;
		while (passes < most && this.passing.once()) {
			passes++;
			this.now += length;
		}
		return passes;
	}

}
