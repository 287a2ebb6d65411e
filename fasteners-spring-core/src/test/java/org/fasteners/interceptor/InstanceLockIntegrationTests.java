package org.fasteners.interceptor;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

import org.fasteners.Background;
import org.fasteners.LockRegistry;
import org.fasteners.LockUpgradeException;
import org.fasteners.annotation.Locked;
import org.fasteners.annotation.ReadLocked;
import org.fasteners.annotation.WriteLocked;
import org.fasteners.config.EnableFasteners;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An annotation without a name means the bean instance's own lock.
 */
@Timeout(60)
class InstanceLockIntegrationTests {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Accounts.class);

	private final Account first = this.context.getBean("first", Account.class);

	private final Account second = this.context.getBean("second", Account.class);

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void oneThreadAtATimeUsesABean() {
		Gauge.assertAlone(this.first::locked);
	}

	@Test
	void methodsOfABeanShareItsLock() {
		Gauge.assertAlone((body) -> {
			this.first.locked(body);
			this.first.writeLocked(body);
		}, 2);
	}

	@Test
	void twoBeansOfAClassDoNotExcludeOneAnother() {
		CyclicBarrier together = new CyclicBarrier(2);
		Background<Boolean> one = Background.start(() -> this.first.locked(() -> meet(together)));
		Background<Boolean> two = Background.start(() -> this.second.locked(() -> meet(together)));
		assertThat(one.result()).isTrue();
		assertThat(two.result()).isTrue();
	}

	@Test
	void aMethodMayCallOthersOfItsBeanThroughTheProxy() {
		List<String> events = new ArrayList<>();
		this.first.locked(() -> this.first
			.writeLocked(() -> this.first.readLocked(() -> this.first.locked(() -> events.add("innermost")))));
		assertThat(events).containsExactly("innermost");
		assertThat(Background.elsewhere(() -> {
			this.first.locked(() -> events.add("free"));
			return events;
		})).endsWith("free");
	}

	@Test
	void readersOfABeanAreInsideTogether() {
		CyclicBarrier together = new CyclicBarrier(2);
		Background<Boolean> one = Background.start(() -> this.first.readLocked(() -> meet(together)));
		Background<Boolean> two = Background.start(() -> this.first.readLocked(() -> meet(together)));
		assertThat(one.result()).isTrue();
		assertThat(two.result()).isTrue();
	}

	@Test
	void aWriterOfABeanWaitsForItsReaders() {
		List<String> events = new ArrayList<>();
		List<Background<Boolean>> writers = new ArrayList<>();
		this.first.readLocked(() -> {
			writers.add(Background.start(() -> this.first.writeLocked(() -> events.add("written"))).awaitWaiting());
			writers.add(Background.start(() -> this.first.locked(() -> events.add("locked"))).awaitWaiting());
			events.add("read");
		});
		writers.forEach(Background::result);
		assertThat(events).startsWith("read").containsExactlyInAnyOrder("read", "written", "locked");
	}

	@Test
	void aReaderOfABeanThatWantsToWriteIsRefusedAtOnce() {
		List<String> events = new ArrayList<>();
		assertThatExceptionOfType(LockUpgradeException.class)
			.isThrownBy(() -> this.first.readLocked(() -> this.first.writeLocked(() -> events.add("written"))));
		assertThatExceptionOfType(LockUpgradeException.class)
			.isThrownBy(() -> this.first.readLocked(() -> this.first.locked(() -> events.add("written"))));
		assertThat(events).isEmpty();
		assertThat(Background.elsewhere(() -> {
			this.first.writeLocked(() -> events.add("free"));
			return events;
		})).containsExactly("free");
	}

	@Test
	void theLockDoesNotKeepItsBeanAlive() {
		List<WeakReference<Object>> targets = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			Account account = this.context.getBean("many", Account.class);
			account.locked(() -> {
			});
			targets.add(new WeakReference<>(Objects.requireNonNull(AopProxyUtils.getSingletonTarget(account))));
		}
		Background.until(() -> {
			System.gc();
			return targets.stream().allMatch((target) -> target.refersTo(null));
		});
	}

	@Test
	void thatEachOfManyInstancesHasItsOwnLockIsMentionedOnce() {
		List<String> messages;
		try (LogMessages log = new LogMessages();
				AnnotationConfigApplicationContext another = new AnnotationConfigApplicationContext(Prototypes.class)) {
			assertThat(another.isActive()).isTrue();
			messages = log.list();
		}
		assertThat(messages).singleElement()
			.asString()
			.startsWith("INFO")
			.contains("bean 'many'", "scope 'prototype'", "a lock of its own", "name the lock");
	}

	private static void meet(CyclicBarrier barrier) {
		try {
			barrier.await(30, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException("The other did not come", ex);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class Accounts {

		@Bean
		LockRegistry locks() {
			return LockRegistries.builder().build();
		}

		@Bean
		Account first() {
			return new Account();
		}

		@Bean
		Account second() {
			return new Account();
		}

		@Bean
		@Scope("prototype")
		Account many() {
			return new Account();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class Prototypes {

		@Bean
		LockRegistry locks() {
			return LockRegistries.builder().build();
		}

		@Bean
		@Scope("prototype")
		Account many() {
			return new Account();
		}

		@Bean
		@Scope("prototype")
		Named named() {
			return new Named();
		}

	}

	static class Account {

		@Locked
		void locked(Runnable body) {
			body.run();
		}

		@ReadLocked
		void readLocked(Runnable body) {
			body.run();
		}

		@WriteLocked
		void writeLocked(Runnable body) {
			body.run();
		}

	}

	@Locked("named")
	static class Named {

		void work() {
		}

	}

}
