package org.fasteners.benchmarks;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

class GuardedCounterTests {

	private final GuardedCounter counter = new GuardedCounter();

	private final Worker first = new Worker();

	private final Worker second = new Worker();

	GuardedCounterTests() {
		this.counter.usedBy(this.first);
		this.counter.usedBy(this.second);
		this.first.writes = 3;
		this.second.writes = 4;
	}

	@Test
	void aCounterOfAllWritesPassesTheCheck() {
		this.counter.number = 7;
		assertThatNoException().isThrownBy(this.counter::check);
	}

	@Test
	void aLostWriteIsAnError() {
		this.counter.number = 6;
		assertThatIllegalStateException().isThrownBy(this.counter::check)
			.withMessage("Mutual exclusion is violated: the counter is 6 after 7 writes");
	}

}
