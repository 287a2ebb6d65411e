package org.fasteners;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * {@link LockSettings}.
 */
class LockSettingsTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	@Test
	void oneThingIsSetAtATime() {
		assertThat(LockSettings.NONE.withTimeout(SECOND)).isEqualTo(new LockSettings(SECOND, null));
		assertThat(LockSettings.NONE.withPreference(LockPreference.FAIR))
			.isEqualTo(new LockSettings(null, LockPreference.FAIR));
		assertThat(LockSettings.NONE.withTimeout(SECOND).withPreference(LockPreference.READER))
			.isEqualTo(new LockSettings(SECOND, LockPreference.READER));
	}

	@Test
	void whatIsNotSetIsAsOtherwise() {
		LockSettings others = new LockSettings(SECOND, LockPreference.FAIR);
		assertThat(LockSettings.NONE.orElse(others)).isEqualTo(others);
		assertThat(LockSettings.NONE.withTimeout(Duration.ZERO).orElse(others))
			.isEqualTo(new LockSettings(Duration.ZERO, LockPreference.FAIR));
		assertThat(LockSettings.NONE.withPreference(LockPreference.WRITER).orElse(others))
			.isEqualTo(new LockSettings(SECOND, LockPreference.WRITER));
		assertThat(others.orElse(LockSettings.NONE)).isEqualTo(others);
	}

	@Test
	void aTimeoutIsZeroOrMore() {
		assertThatIllegalArgumentException().isThrownBy(() -> LockSettings.NONE.withTimeout(Duration.ofSeconds(-1)))
			.withMessage("A timeout is zero or more, not PT-1S");
	}

}
