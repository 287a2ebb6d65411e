package org.fasteners.benchmarks.file;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class MarkdownTableTests {

	@Test
	void numbersAreOnTheRight() {
		assertThat(new MarkdownTable("a", "b", "c").row("x", 12, 1.234)).hasToString("""
				| a | b | c |
				|---|---:|---:|
				| x | 12 | 1.23 |
				""");
	}

	@Test
	void aRowHasACellForEachColumn() {
		assertThatIllegalArgumentException().isThrownBy(() -> new MarkdownTable("a", "b").row("x"))
			.withMessage("1 cells in 2 columns");
	}

	@Test
	void numbersHaveThreeDigits() {
		assertThat(MarkdownTable.number(0.1234)).isEqualTo("0.12");
		assertThat(MarkdownTable.number(9.996)).isEqualTo("10.0");
		assertThat(MarkdownTable.number(99.96)).isEqualTo("100");
		assertThat(MarkdownTable.micros(1_234)).isEqualTo("1.23");
		assertThat(MarkdownTable.millis(123_456_789)).isEqualTo("123");
	}

}
