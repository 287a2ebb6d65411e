package org.fasteners.benchmarks;

import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

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
class ThreadLockBenchmarkTests {

	/*
	 * That the counter of every run is right is checked by GuardedCounter, and a failed
	 * check ends the run.
	 */
	@Test
	void everyBenchmarkRunsWithEveryLockAndLosesNoWrite() throws RunnerException {
		Collection<RunResult> results = new Runner(
				new OptionsBuilder().include(ThreadLockBenchmark.class.getName() + "\\.")
					.forks(0)
					.threads(2)
					.warmupIterations(0)
					.measurementIterations(1)
					.measurementTime(TimeValue.milliseconds(50))
					.shouldFailOnError(true)
					.verbosity(VerboseMode.SILENT)
					.build())
			.run();
		assertThat(results).extracting(ThreadLockBenchmarkTests::name)
			.containsExactlyInAnyOrderElementsOf(Stream.of("read", "write", "reentrantRead", "mix99", "mix90", "mix50")
				.flatMap((method) -> Contender.labels().stream().map((lock) -> method + " " + lock))
				.toList());
		assertThat(results).extracting((result) -> result.getPrimaryResult().getScore())
			.allSatisfy((nanos) -> assertThat(nanos).isPositive().isFinite());
	}

	private static String name(RunResult result) {
		String benchmark = result.getParams().getBenchmark();
		return benchmark.substring(benchmark.lastIndexOf('.') + 1) + " " + result.getParams().getParam("lock");
	}

}
