package org.fasteners.interceptor;

import java.time.Duration;
import java.util.Locale;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Timeouts}.
 */
class TimeoutsTests {

	@ParameterizedTest
	@CsvSource({ "10ns, PT0.00000001S", "20us, PT0.00002S", "250ms, PT0.25S", "5s, PT5S", "2m, PT2M", "3h, PT3H",
			"1d, PT24H" })
	void aNumberWithAUnitIsRead(String text, Duration expected) {
		assertThat(Timeouts.parse(text)).hasValue(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT1M30S", "pt1m30s", "1m30s" })
	void minutesAndSecondsAreRead(String text) {
		assertThat(Timeouts.parse(text)).hasValue(Duration.ofSeconds(90));
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "0s", "0ms", "PT0S" })
	void zeroMeansOneAttempt(String text) {
		assertThat(Timeouts.parse(text)).hasValue(Duration.ZERO);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\t" })
	void nothingMeansNothing(String text) {
		assertThat(Timeouts.parse(text)).isEmpty();
	}

	@Test
	void blanksAroundItDoNotMatter() {
		assertThat(Timeouts.parse(" 5s ")).hasValue(Duration.ofSeconds(5));
	}

	@ParameterizedTest
	@ValueSource(strings = { "5", "+5", "00", "1000" })
	void aNumberWithoutAUnitIsRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> Timeouts.parse(text))
			.withMessageContaining(String.format(Locale.ROOT, "'%s' has no unit", text))
			.withMessageContaining(String.format(Locale.ROOT, "'%ss' for seconds", text));
	}

	@ParameterizedTest
	@ValueSource(strings = { "-5", "-5s", "-1ns", "PT-5S", "-PT5S" })
	void aNegativeTimeIsRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> Timeouts.parse(text))
			.withMessageContaining(String.format(Locale.ROOT, "'%s' is negative", text));
	}

	@ParameterizedTest
	@ValueSource(strings = { "soon", "5 parsecs", "5s later", "1.5s", "PT", "s", "${unknown}", "0x10" })
	void whatIsNoDurationIsRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> Timeouts.parse(text))
			.withMessageContaining(String.format(Locale.ROOT, "'%s' is not a duration", text))
			.withMessageContaining("'5s'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "99999999999999999999s", "9223372036854775807d", "PT99999999999999999999S" })
	void whatNoDurationCanHoldIsRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> Timeouts.parse(text))
			.withMessageContaining(String.format(Locale.ROOT, "'%s' is not a duration", text));
	}

	@Test
	void aTimeTooLongForNanosecondsIsFine() {
		assertThat(Timeouts.parse("1000000d")).hasValue(Duration.ofDays(1_000_000));
	}

}
