package org.fasteners.benchmarks.annotation.boot3;

import java.util.Collection;
import java.util.concurrent.TimeUnit;

import io.github.resilience4j.bulkhead.BulkheadFullException;
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
					"locked", "lockedKey", "readLocked", "interProcessLocked", "shedlock", "resilience4jBulkhead");
		assertThat(results).extracting((result) -> result.getPrimaryResult().getScore())
			.allSatisfy((nanos) -> assertThat(nanos).isPositive().isFinite());
	}

	@Test
	void shedLockSkipsTheSecondCall() throws Exception {
		try (TwoCallers<ShedLockTally.Tally> callers = new TwoCallers<>(new ShedLockTally())) {
			assertThat(callers.meet(ShedLockTally.Tally::count)).isEqualTo(new SecondCall(1, 1, null));
		}
	}

	@Test
	void theBulkheadRefusesTheSecondCall() throws Exception {
		try (TwoCallers<BulkheadTally.Tally> callers = new TwoCallers<>(new BulkheadTally())) {
			SecondCall call = callers.meet(BulkheadTally.Tally::count);
			assertThat(call.inside()).isOne();
			assertThat(call.runs()).isOne();
			assertThat(call.refusal()).isInstanceOf(BulkheadFullException.class);
		}
	}

}
