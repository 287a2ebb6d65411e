package org.fasteners.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class FormerReadersBenchmarkTests {

	/*
	 * Not with the lock that does not let readers in side by side: its former readers
	 * would wait for one another.
	 */
	@Test
	void itRunsWithEveryNumberOfFormerReaders() throws RunnerException {
		assertThat(new Runner(new OptionsBuilder().include(FormerReadersBenchmark.class.getName() + "\\.")
			.param("lock", "ours", "rrwl")
			.forks(0)
			.warmupIterations(0)
			.measurementIterations(1)
			.measurementTime(TimeValue.milliseconds(5))
			.shouldFailOnError(true)
			.verbosity(VerboseMode.SILENT)
			.build()).run())
			.extracting((result) -> List.of(result.getParams().getParam("lock"),
					result.getParams().getParam("formerReaders")))
			.containsExactlyInAnyOrderElementsOf(Stream.of("ours", "rrwl")
				.flatMap((lock) -> Stream.of("0", "1", "8", "64")
					.flatMap((readers) -> Stream.of(List.of(lock, readers), List.of(lock, readers))))
				.toList());
	}

}
