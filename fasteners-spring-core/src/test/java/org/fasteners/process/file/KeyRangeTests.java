package org.fasteners.process.file;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class KeyRangeTests {

	/*
	 * Computed with Python: 2**20 + 8 *
	 * (int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") >> 5)
	 */
	@ParameterizedTest
	@CsvSource({ "'', 4101707308207113984", "hamlet, 1225219281321282712", "Zoë, 3578190881630187584" })
	void theRuleDoesNotChange(String key, long first) {
		assertThat(KeyRange.first(key)).isEqualTo(first);
	}

	@Test
	void aKeyIsComparedExactly() {
		assertThat(KeyRange.first("Hamlet")).isNotEqualTo(KeyRange.first("hamlet"));
		assertThat(KeyRange.first("\u00e9")).isNotEqualTo(KeyRange.first("e\u0301"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a", "b", "another key" })
	void aRangeIsApartFromAllOthersAndFromThatOfThePath(String key) {
		assertThat(KeyRange.first(key)).isBetween(1L << 20, Long.MAX_VALUE - 8);
		assertThat((KeyRange.first(key) - (1L << 20)) % 8).isZero();
	}

	@Test
	void whatIsNoTextIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> KeyRange.first("half a \ud83d"))
			.withMessage("A key must be text, but this one has a lone surrogate");
	}

}
