package org.fasteners.benchmarks.file;

import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class SamplesTests {

	@Test
	void aPercentileIsTheSmallestSampleThatThePercentageDoesNotExceed() {
		Samples samples = Samples.of(LongStream.rangeClosed(1, 2000).map((i) -> 2001 - i).toArray());
		assertThat(samples.median()).isEqualTo(1000);
		assertThat(samples.percentile(99)).isEqualTo(1980);
		assertThat(samples.percentile(0.01)).isEqualTo(1);
		assertThat(samples.max()).isEqualTo(2000);
	}

	@Test
	void ofFewSamplesHighPercentilesAreTheGreatest() {
		Samples samples = Samples.of(7, 5, 6);
		assertThat(samples.median()).isEqualTo(6);
		assertThat(samples.percentile(99)).isEqualTo(7);
	}

	@Test
	void samplesCanBeAddedAfterAPercentile() {
		Samples samples = Samples.of(7, 5, 6);
		assertThat(samples.max()).isEqualTo(7);
		samples.add(1);
		assertThat(samples.median()).isEqualTo(5);
	}

	@Test
	void withoutSamplesThereAreNoPercentiles() {
		assertThatIllegalStateException().isThrownBy(() -> new Samples().median());
	}

}
