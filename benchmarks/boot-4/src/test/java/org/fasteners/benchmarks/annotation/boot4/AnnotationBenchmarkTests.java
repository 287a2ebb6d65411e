package org.fasteners.benchmarks.annotation.boot4;

import java.util.Collection;
import java.util.concurrent.TimeUnit;

import org.fasteners.benchmarks.annotation.SecondCall;
import org.fasteners.benchmarks.annotation.TwoCallers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class AnnotationBenchmarkTests {

	/*
	 * Counter checks that each call has run the body once. A failed check ends the run.
	 */
	@Test
	void everyBenchmarkRunsTheBodyOnceInEachCall() throws RunnerException {
		Collection<RunResult> results = new Runner(
				new OptionsBuilder().include(AnnotationBenchmark.class.getName() + "\\.")
					.forks(0)
					.warmupIterations(0)
					.measurementIterations(1)
					.measurementTime(TimeValue.milliseconds(20))
					.shouldFailOnError(true)
					.verbosity(VerboseMode.SILENT)
					.build())
			.run();
		assertThat(results).extracting((result) -> result.getPrimaryResult().getLabel())
			.containsExactlyInAnyOrder("direct", "noopInterceptor", "handWritten", "noopInterceptorAndHandWritten",
					"locked", "lockedKey", "readLocked", "interProcessLocked", "concurrencyLimit");
	}

	@Test
	void theConcurrencyLimitExcludesTheSecondCall() throws Exception {
		try (TwoCallers<ConcurrencyLimitTally.Tally> callers = new TwoCallers<>(new ConcurrencyLimitTally())) {
			assertThat(callers.meet(ConcurrencyLimitTally.Tally::count)).isEqualTo(new SecondCall(1, 2, null));
		}
	}

}
