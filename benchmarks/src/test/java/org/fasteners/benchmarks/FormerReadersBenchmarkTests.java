package org.fasteners.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jmh.runner.RunnerException;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class FormerReadersBenchmarkTests {

	/*
	 * Without the lock whose readers exclude each other: its former readers would wait
	 * for each other.
	 */
	@Test
	void itRunsWithEveryNumberOfFormerReaders() throws RunnerException {
		assertThat(BriefRun.of(FormerReadersBenchmark.class, 5, (options) -> options.param("lock", "ours", "rrwl")))
			.extracting((result) -> List.of(result.getParams().getParam("lock"),
					result.getParams().getParam("formerReaders")))
			.containsExactlyInAnyOrderElementsOf(Stream.of("ours", "rrwl")
				.flatMap((lock) -> Stream.of("0", "1", "8", "64")
					.flatMap((readers) -> Stream.of(List.of(lock, readers), List.of(lock, readers))))
				.toList());
	}

}
