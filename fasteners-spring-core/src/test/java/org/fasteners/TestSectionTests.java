package org.fasteners;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Unit tests of methods that require a lock, without a context.
 */
@Timeout(60)
class TestSectionTests {

	@AfterEach
	void nothingIsLeft() {
		assertThat(LockContext.current().locks()).isEmpty();
	}

	@Test
	void withoutItRequireHeldThrowsAndNamesIt() {
		assertThatIllegalStateException().isThrownBy(() -> Locks.requireHeld("stock"))
			.withMessageContaining("TestSection.of(name)");
	}

	@Test
	void withinItTheCheckOfThatNamePassesAlone() {
		try (TestSection section = TestSection.of("stock")) {
			assertThat(section).isNotNull();
			Locks.requireHeld("stock");
			assertThatIllegalStateException().isThrownBy(() -> Locks.requireHeld("shelf"));
			assertThatIllegalStateException().isThrownBy(() -> Locks.requireHeld("stock", "7"));
		}
		assertThatIllegalStateException().isThrownBy(() -> Locks.requireHeld("stock"));
	}

	@Test
	void withinTheOneOfAKeyTheCheckOfTheKeyPasses() {
		try (TestSection section = TestSection.of("stock", "7")) {
			assertThat(section).isNotNull();
			Locks.requireHeld("stock");
			Locks.requireHeld("stock", "7");
			assertThatIllegalStateException().isThrownBy(() -> Locks.requireHeld("stock", "8"));
		}
	}

	@Test
	void severalMayBeClosedInAnyOrderAndTwice() {
		TestSection one = TestSection.of("one");
		TestSection other = TestSection.of("one");
		one.close();
		one.close();
		Locks.requireHeld("one");
		other.close();
		assertThatIllegalStateException().isThrownBy(() -> Locks.requireHeld("one"));
	}

	@Test
	void itHoldsForItsThreadAlone() {
		TestSection section = TestSection.of("stock");
		Background.elsewhere(() -> {
			assertThatIllegalStateException().isThrownBy(() -> Locks.requireHeld("stock"));
			assertThatIllegalStateException().isThrownBy(section::close).withMessageContaining("belongs to thread");
			return true;
		});
		Locks.requireHeld("stock");
		section.close();
	}

	@Test
	@SuppressWarnings("NullAway")
	void aNameIsNeeded() {
		assertThatNullPointerException().isThrownBy(() -> TestSection.of(null)).withMessage("name");
		assertThatNullPointerException().isThrownBy(() -> TestSection.of("name", null)).withMessage("key");
	}

}
