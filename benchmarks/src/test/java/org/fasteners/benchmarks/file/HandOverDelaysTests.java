package org.fasteners.benchmarks.file;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class HandOverDelaysTests {

	private final List<HandOverPlan> plans = List.of(HandOverPlan.of(Duration.ofMillis(10), 3),
			HandOverPlan.of(Duration.ofMillis(1), 1));

	@Test
	void aDelayIsTheTimeFromReleaseToAcquisition() {
		List<HandOverDelays> delays = HandOverDelays.of(this.plans,
				List.of("1000000", "20000000", "40000000", "50000000"),
				List.of("1675000", "20001000", "45000000", "50112500"));
		// targets: 1350 and 2500, and 225 and 1000 microseconds
		assertThat(delays).extracting(HandOverDelays::toCell)
			.containsExactly("675 (0.50) / 5000 (2.00)", "113 (0.50) / 113 (0.11)");
	}

	@Test
	void roundsWithoutBothTimesAreRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> HandOverDelays.of(this.plans, List.of("1"), List.of("1", "2")))
			.withMessage("4 rounds, but 1 releases and 2 acquisitions");
	}

	@Test
	void theTargetGrowsWithTheHoldTime() {
		HandOverPlan shortHold = HandOverPlan.of(Duration.ofNanos(100_000), 1);
		assertThat(shortHold.medianTarget()).isEqualTo(112_500);
		assertThat(shortHold.percentile99Target()).isEqualTo(1_000_000);
		HandOverPlan longHold = HandOverPlan.of(Duration.ofMillis(100), 1);
		assertThat(longHold.medianTarget()).isEqualTo(12_600_000);
		assertThat(longHold.percentile99Target()).isEqualTo(25_000_000);
	}

	@Test
	void aPlanCanBeParsed() {
		HandOverPlan plan = HandOverPlan.of(Duration.ofMillis(10), 7);
		assertThat(HandOverPlan.parse(plan.toString())).isEqualTo(plan);
	}

}
