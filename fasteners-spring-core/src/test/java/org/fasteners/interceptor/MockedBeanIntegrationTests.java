package org.fasteners.interceptor;

import java.util.ArrayList;
import java.util.List;

import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.annotation.Locked;
import org.fasteners.config.EnableFasteners;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.context.bean.override.mockito.MockitoSpyBean;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;

/**
 * A test may replace a locked bean by a mock, which needs no lock, or spy on it, which
 * leaves it locked.
 */
@Timeout(60)
@SpringJUnitConfig
class MockedBeanIntegrationTests {

	@MockitoBean
	@SuppressWarnings("NullAway.Init")
	Clerk clerk;

	@MockitoBean
	@SuppressWarnings("NullAway.Init")
	Counter counter;

	@MockitoSpyBean
	@SuppressWarnings("NullAway.Init")
	Porter porter;

	@Test
	void aMockIsLeftAlone() {
		given(this.clerk.work()).willReturn("mocked");
		given(this.counter.serve()).willReturn("mocked");
		assertThat(this.clerk.work()).isEqualTo("mocked");
		assertThat(this.counter.serve()).isEqualTo("mocked");
	}

	@Test
	void aSpyIsLocked(ApplicationContext context) {
		LockRegistry registry = context.getBean(LockRegistry.class);
		List<Integer> holds = new ArrayList<>();
		context.getBean(Porter.class)
			.carry(() -> holds.add(registry.readWriteLock("porter").holdCount(LockMode.EXCLUSIVE)));
		assertThat(holds).containsExactly(1);
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

	interface Counter {

		@Locked("counter")
		String serve();

	}

	static class Porter {

		@Locked("porter")
		void carry(Runnable body) {
			body.run();
		}

	}

}
