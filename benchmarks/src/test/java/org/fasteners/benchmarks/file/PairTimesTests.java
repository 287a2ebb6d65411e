package org.fasteners.benchmarks.file;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class PairTimesTests {

	@Test
	void aRowHasMedianRangeAndFactor() {
		List<PairTime> rounds = List.of(new PairTime("filelock", "3", "exclusive", 3000),
				new PairTime("channel", "Java", "exclusive", 1000), new PairTime("channel", "Java", "shared", 900),
				new PairTime("filelock", "3", "exclusive", 2000), new PairTime("filelock", "3", "exclusive", 9000));
		assertThat(new PairTimes(rounds).toMarkdown()).isEqualTo("""
				| ns per pair | exclusive | shared | version |
				|---|---:|---:|---:|
				| filelock | 3000 [2000..9000] ×3.00 | – | 3 |
				| channel | 1000 [1000..1000] | 900 [900..900] | Java |
				""");
	}

	@Test
	void theLineOfARoundCanBeParsed() {
		PairTime round = new PairTime("fcntl", "C, gcc 12", "shared", 543.2);
		assertThat(round.toLine()).isEqualTo("fcntl\tC, gcc 12\tshared\t543.2");
		assertThat(PairTime.parse(round.toLine())).isEqualTo(round);
	}

	@Test
	void anotherLineIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> PairTime.parse("fcntl: not permitted"))
			.withMessageContaining("fcntl: not permitted");
	}

}
