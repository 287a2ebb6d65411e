package org.fasteners.benchmarks;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ContenderTests {

	@Test
	void eachLabelSelectsItsLock() {
		for (Contender contender : Contender.values()) {
			assertThat(Contender.of(contender.label())).isSameAs(contender);
		}
	}

	@Test
	void anUnknownLabelIsRefusedWithAListOfLabels() {
		assertThatIllegalArgumentException().isThrownBy(() -> Contender.of("synchronized"))
			.withMessageContaining("'synchronized'")
			.withMessageContaining("ours-fair, rrwl");
	}

}
