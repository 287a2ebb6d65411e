package org.fasteners.benchmarks.file;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SectionPlanTests {

	private final SectionPlan plan = new SectionPlan(FileContender.OURS_FAIR, true, 2500, 7500, 10_000, 300);

	@Test
	void planAndReportCanBeParsed() {
		assertThat(SectionPlan.parse(this.plan.toString())).isEqualTo(this.plan);
		SectionReport report = SectionReport.of(5, 1, 7, Samples.of(1, 2, 9));
		assertThat(report).isEqualTo(new SectionReport(5, 1, 7, 2, 9, 9));
		assertThat(SectionReport.parse(report.toString())).isEqualTo(report);
	}

	@RepeatedTest(10)
	void sectionsAndGapsAreAsLongAsPlanned() {
		assertThat(this.plan.nextSection()).isBetween(2_500_000L, 7_500_000L);
		assertThat(this.plan.nextGap()).isBetween(5_000_000L, 15_000_000L);
	}

	@Test
	void theRatioIsOfTheLargerToTheSmaller() {
		assertThat(Sharing.ratio(100, 120)).isEqualTo(1.2);
		assertThat(Sharing.ratio(120, 100)).isEqualTo(1.2);
	}

}
