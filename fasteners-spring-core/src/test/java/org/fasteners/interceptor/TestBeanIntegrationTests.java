package org.fasteners.interceptor;

import org.fasteners.LockHold;
import org.fasteners.LockRegistry;
import org.fasteners.annotation.Locked;
import org.fasteners.config.EnableFasteners;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.bean.override.convention.TestBean;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.BDDMockito.given;

/**
 * A test may put an object of its own in the place of a locked bean, or a mock in that of
 * the registry.
 */
@Timeout(60)
class TestBeanIntegrationTests {

	/** Made before the context. */
	private static final LogMessages LOG = new LogMessages();

	@Nested
	@SpringJUnitConfig(Office.class)
	class OfALockedBean {

		@TestBean
		@SuppressWarnings("NullAway.Init")
		Clerk clerk;

		static Clerk clerk() {
			return new Clerk() {

				@Override
				String work() {
					return "tested";
				}

			};
		}

		@Test
		void anObjectOfATestIsAcceptedAndMentioned(@Autowired Porter porter) {
			assertThat(this.clerk.work()).isEqualTo("tested");
			assertThat(porter.work()).isEqualTo("worked");
			assertThat(LOG.list()).anyMatch((message) -> message.equals(
					"INFO Bean 'clerk' is an object of a test (TestBeanIntegrationTests$OfALockedBean$1): its lock annotations do not lock"));
		}

	}

	@Nested
	@SpringJUnitConfig(Office.class)
	class OfTheRegistry {

		@MockitoBean
		@SuppressWarnings("NullAway.Init")
		LockRegistry locks;

		@Test
		void aMockOfTheRegistrySaysWhichAnswerIsMissing(ApplicationContext context) {
			Porter porter = context.getBean(Porter.class);
			assertThatIllegalStateException().isThrownBy(porter::work)
				.withMessage(
						"The LockRegistry bean, which is a mock, returned null from readWriteLock(\"porter\"), so that there is nothing to lock. Give it an answer for that call, or use a registry that locks: LockRegistries.builder().build()");
			assertThat(LOG.list()).anyMatch((message) -> message.startsWith("WARNING The LockRegistry bean is a mock"));
			try (LockRegistry real = LockRegistries.builder().build()) {
				given(this.locks.readWriteLock("porter")).willReturn(real.readWriteLock("porter"));
				assertThat(porter.work()).isEqualTo("worked");
				try (LockHold hold = real.lock("porter").acquire()) {
					assertThat(hold).isNotNull();
				}
			}
		}

	}

	@Nested
	@SpringJUnitConfig(Office.class)
	class OfTheRegistryByATest {

		@TestBean
		@SuppressWarnings("NullAway.Init")
		LockRegistry locks;

		static LockRegistry locks() {
			return LockRegistries.builder().build();
		}

		@Test
		void aRegistryOfATestLocks(@Autowired Porter porter) {
			assertThat(porter.heldIn(this.locks)).isTrue();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class Office {

		@Bean
		LockRegistry locks() {
			return LockRegistries.builder().build();
		}

		@Bean
		Clerk clerk() {
			return new Clerk();
		}

		@Bean
		Porter porter() {
			return new Porter();
		}

	}

	static class Clerk {

		@Locked("clerk")
		String work() {
			return "worked";
		}

	}

	static class Porter {

		@Locked("porter")
		String work() {
			return "worked";
		}

		@Locked("porter")
		boolean heldIn(LockRegistry locks) {
			return locks.lock("porter").isHeldByCurrentOwner();
		}

	}

}
