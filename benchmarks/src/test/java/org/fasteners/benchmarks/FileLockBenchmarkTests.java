package org.fasteners.benchmarks;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class FileLockBenchmarkTests {

	/*
	 * GuardedCounter checks that no write is lost. A failed check ends the run.
	 */
	@Test
	void everyBenchmarkRunsWithEveryLockAndLosesNoWrite() throws RunnerException {
		Collection<RunResult> results = BriefRun.of(FileLockBenchmark.class, 50);
		List<String> processLocks = List.of("ours", "ours-reader", "ours-fair", "ours-flock", "channel");
		Stream<String> alone = Stream.of("exclusive", "shared", "keyed")
			.flatMap((method) -> processLocks.stream()
				.filter((lock) -> !"keyed ours-flock".equals(method + " " + lock))
				.map((lock) -> String.format(Locale.ROOT, "%s %s null", method, lock)));
		Stream<String> contended = Stream.concat(processLocks.stream(), Stream.of("reentrant"))
			.flatMap((lock) -> Stream.of(0, 260)
				.map((work) -> String.format(Locale.ROOT, "contended %s %d", lock, work)));
		assertThat(results).extracting(FileLockBenchmarkTests::name)
			.containsExactlyInAnyOrderElementsOf(Stream.concat(alone, contended).toList());
		BriefRun.assertScores(results);
	}

	private static String name(RunResult result) {
		BenchmarkParams params = result.getParams();
		return String.format(Locale.ROOT, "%s %s %s", BriefRun.method(result), params.getParam("lock"),
				params.getParam("work"));
	}

}
