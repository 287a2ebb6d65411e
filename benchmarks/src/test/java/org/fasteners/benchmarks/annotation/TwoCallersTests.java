package org.fasteners.benchmarks.annotation;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class TwoCallersTests {

	private static final SecondCall TOGETHER = new SecondCall(2, 2, null);

	private static final SecondCall ONE_AFTER_THE_OTHER = new SecondCall(1, 2, null);

	@Test
	void onlyTheLockInTheBodyExcludesTheSecondCallOfAnOrdinaryBean() throws Exception {
		try (TwoCallers<Tally> callers = new TwoCallers<>(new DirectTally())) {
			assertThat(callers.meet(Tally::unlocked)).isEqualTo(TOGETHER);
			assertThat(callers.meet(Tally::locked)).isEqualTo(TOGETHER);
			assertThat(callers.meet(Tally::handWritten)).isEqualTo(ONE_AFTER_THE_OTHER);
		}
	}

	@Test
	void onlyTheLockInTheBodyExcludesTheSecondCallOfAProxyThatDoesNothing() throws Exception {
		try (TwoCallers<Tally> callers = new TwoCallers<>(new InterceptedTally())) {
			assertThat(callers.meet(Tally::unlocked)).isEqualTo(TOGETHER);
			assertThat(callers.meet(Tally::locked)).isEqualTo(TOGETHER);
			assertThat(callers.meet(Tally::handWritten)).isEqualTo(ONE_AFTER_THE_OTHER);
		}
	}

	@Test
	void theAnnotationsExcludeTheSecondCallExceptForReaders() throws Exception {
		try (TwoCallers<Tally> callers = new TwoCallers<>(new LockedTally())) {
			assertThat(callers.meet(Tally::locked)).isEqualTo(ONE_AFTER_THE_OTHER);
			assertThat(callers.meet(Tally::lockedKey)).isEqualTo(ONE_AFTER_THE_OTHER);
			assertThat(callers.meet(Tally::lockedKey, (tally, id) -> tally.lockedKey("another"))).isEqualTo(TOGETHER);
			assertThat(callers.meet(Tally::interProcessLocked)).isEqualTo(ONE_AFTER_THE_OTHER);
			assertThat(callers.meet(Tally::readLocked)).isEqualTo(TOGETHER);
			assertThat(callers.meet(Tally::readLocked, Tally::locked)).isEqualTo(ONE_AFTER_THE_OTHER);
			assertThat(callers.meet(Tally::handWritten, Tally::locked)).isEqualTo(ONE_AFTER_THE_OTHER);
		}
	}

}
