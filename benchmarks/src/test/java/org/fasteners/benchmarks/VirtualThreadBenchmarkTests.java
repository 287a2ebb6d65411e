package org.fasteners.benchmarks;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.openjdk.jmh.runner.RunnerException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class VirtualThreadBenchmarkTests {

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void itRunsWithEveryLock() throws RunnerException {
		assertThat(BriefRun.of(VirtualThreadBenchmark.class, 5))
			.extracting((result) -> result.getParams().getParam("lock"))
			.containsExactlyInAnyOrderElementsOf(Contender.labels());
	}

	@Test
	@EnabledForJreRange(max = JRE.JAVA_20)
	void withoutVirtualThreadsTheErrorNamesTheRequiredVersion() {
		assertThatIllegalStateException().isThrownBy(VirtualThreads::newExecutor)
			.withMessageStartingWith("Virtual threads need Java 21 or later, and this is Java ");
	}

}
