package org.fasteners.benchmarks;

import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ThreadLockBenchmarkTests {

	/*
	 * GuardedCounter checks the counter of each run. A failed check ends the run.
	 */
	@Test
	void everyBenchmarkRunsWithEveryLockAndLosesNoWrite() throws RunnerException {
		Collection<RunResult> results = BriefRun.of(ThreadLockBenchmark.class, 50, (options) -> options.threads(2));
		assertThat(results).extracting(ThreadLockBenchmarkTests::name)
			.containsExactlyInAnyOrderElementsOf(Stream.of("read", "write", "reentrantRead", "mix99", "mix90", "mix50")
				.flatMap((method) -> Contender.labels().stream().map((lock) -> method + " " + lock))
				.toList());
		BriefRun.assertScores(results);
	}

	private static String name(RunResult result) {
		return BriefRun.method(result) + " " + result.getParams().getParam("lock");
	}

}
