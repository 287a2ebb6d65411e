package org.fasteners.benchmarks;

import java.util.Collection;
import java.util.function.UnaryOperator;

import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs a benchmark completely, in this JVM, and too briefly for meaningful results. A
 * failure in a benchmark ends the run.
 */
final class BriefRun {

	private BriefRun() {
	}

	static Collection<RunResult> of(Class<?> benchmark, int millis) throws RunnerException {
		return of(benchmark, millis, UnaryOperator.identity());
	}

	/** Run a benchmark with additional options. */
	static Collection<RunResult> of(Class<?> benchmark, int millis, UnaryOperator<ChainedOptionsBuilder> more)
			throws RunnerException {
		return new Runner(more
			.apply(new OptionsBuilder().include(benchmark.getName() + "\\.")
				.forks(0)
				.warmupIterations(0)
				.measurementIterations(1)
				.measurementTime(TimeValue.milliseconds(millis))
				.shouldFailOnError(true)
				.verbosity(VerboseMode.SILENT))
			.build()).run();
	}

	/** The name of the measured method. */
	static String method(RunResult result) {
		String benchmark = result.getParams().getBenchmark();
		return benchmark.substring(benchmark.lastIndexOf('.') + 1);
	}

	static void assertScores(Collection<RunResult> results) {
		assertThat(results).extracting((result) -> result.getPrimaryResult().getScore())
			.allSatisfy((score) -> assertThat(score).isPositive().isFinite());
	}

}
