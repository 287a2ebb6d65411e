package org.fasteners.benchmarks;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.infra.ThreadParams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class WorkerTests {

	@ParameterizedTest
	@ValueSource(ints = { 0, 50, 90, 99, 100 })
	void theShareOfReadsIsAsRequested(int percent) {
		for (int thread = 0; thread < 8; thread++) {
			Worker worker = worker(thread);
			long reads = IntStream.range(0, 100_000).filter((i) -> worker.isToRead(percent)).count();
			assertThat(reads / 1000.0).isCloseTo(percent, within(0.5));
		}
	}

	@Test
	void threadsChooseDifferently() {
		assertThat(choices(worker(0))).isNotEqualTo(choices(worker(1)));
	}

	@Test
	void aThreadChoosesTheSameInEveryRun() {
		assertThat(choices(worker(1))).isEqualTo(choices(worker(1)));
	}

	private static String choices(Worker worker) {
		return IntStream.range(0, 64).mapToObj((i) -> worker.isToRead(50) ? "r" : "w").reduce("", String::concat);
	}

	private static Worker worker(int thread) {
		Worker worker = new Worker();
		worker.start(new ThreadParams(thread, 8, 0, 1, thread, 8, 0, 1, thread, 8), new GuardedCounter());
		return worker;
	}

}
