package org.fasteners;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link Text}.
 */
class TextTests {

	@Test
	void namesAreEscapedAndCut() {
		assertThat(Text.quote("catalog")).isEqualTo("'catalog'");
		assertThat(Text.quote("a\r\nWARN \u001b[31mforged\u2028x"))
			.isEqualTo("'a\\u000d\\u000aWARN \\u001b[31mforged\\u2028x'");
		assertThat(Text.quote("x".repeat(81))).isEqualTo("'" + "x".repeat(80) + "...'");
		assertThat(Text.quote("\ud800")).isEqualTo("'\\ud800'");
	}

	@Test
	void timesReadAsPeopleWriteThem() {
		assertThat(Text.time(Duration.ZERO)).isEqualTo("0s");
		assertThat(Text.time(Duration.ofNanos(1500))).isEqualTo("1us");
		assertThat(Text.time(Duration.ofMillis(250))).isEqualTo("250ms");
		assertThat(Text.time(Duration.ofSeconds(2))).isEqualTo("2s");
		assertThat(Text.time(Duration.ofMillis(1500))).isEqualTo("1.5s");
		assertThat(Text.time(Duration.ofSeconds(90))).isEqualTo("1m30s");
		assertThat(Text.time(Duration.ofHours(1))).isEqualTo("1h");
	}

}
