package org.fasteners.benchmarks.file;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ProcessorTimeTests {

	@Test
	void theUsageIsComputedBetweenTwoMoments() {
		ProcessorTime used = ProcessorTime.parse("3000 700 510").since(ProcessorTime.parse("1000 600 500"));
		assertThat(used.processPercent()).isEqualTo(5);
		assertThat(used.threadPercent()).isEqualTo(0.5);
	}

	@Test
	void thisProcessHasUsedProcessorTime() {
		ProcessorTime now = ProcessorTime.now(Thread.currentThread());
		assertThat(now.process()).isPositive();
		assertThat(now.thread()).isPositive();
		assertThat(ProcessorTime.parse(now.toString())).isEqualTo(now);
	}

}
