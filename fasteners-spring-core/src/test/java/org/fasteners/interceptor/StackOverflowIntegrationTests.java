package org.fasteners.interceptor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.annotation.Locked;
import org.fasteners.annotation.ReadLocked;
import org.fasteners.annotation.WriteLocked;
import org.fasteners.thread.ReaderWriterLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A method under a lock calls itself until the stack is used up, wherever that happens to
 * be: afterwards the lock is free, and while it lasted nobody else was let in.
 */
@Timeout(300)
class StackOverflowIntegrationTests {

	private static final int ROUNDS = 60;

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Config.class);

	private final LockRegistry registry = this.context.getBean(LockRegistry.class);

	private final Tally tally = this.context.getBean(Tally.class);

	private final Diver diver = this.context.getBean(Diver.class);

	@AfterEach
	void close() {
		this.context.close();
	}

	@ParameterizedTest
	@EnumSource
	void whenTheStackIsUsedUpTheLockIsFreeAfterwards(Dive dive) throws Exception {
		ReaderWriterLock lock = (ReaderWriterLock) this.registry.readWriteLock("deep");
		AtomicBoolean over = new AtomicBoolean();
		List<Background<Integer>> contenders = List.of(Background.run(() -> contend(lock, over)),
				Background.run(() -> contend(lock, over)));
		List<String> wrong = new ArrayList<>();
		for (int round = 0; round < ROUNDS; round++) {
			Throwable end = dive(dive, round);
			if (!(end instanceof StackOverflowError)) {
				wrong.add(String.format(Locale.ROOT, "round %d ended with %s", round, end));
			}
			String held = held(lock);
			if (!held.isEmpty()) {
				wrong.add(String.format(Locale.ROOT, "round %d left %s", round, held));
				break;
			}
		}
		over.set(true);
		assertThat(wrong).isEmpty();
		int sections = contenders.stream().mapToInt(Background::result).sum();
		assertThat(this.tally.unguarded).isEqualTo(sections).isPositive();
		assertThat(this.tally.intrusions).as("divers beside a contender").isZero();
		assertThat(this.tally.dives).isPositive();
		assertThat(lock.queueLength()).isZero();
		try (LockAttempt attempt = lock.tryAcquire(LockMode.EXCLUSIVE)) {
			assertThat(attempt.isAcquired()).isTrue();
		}
	}

	/** Who still holds of those that dived: their threads have ended. */
	private static String held(SharedExclusiveLock lock) {
		return lock.holders()
			.stream()
			.map(LockHolder::description)
			.filter((holder) -> holder.contains("diver"))
			.collect(Collectors.joining(", "));
	}

	private int contend(SharedExclusiveLock lock, AtomicBoolean over) {
		int sections = 0;
		while (!over.get()) {
			try (LockAttempt attempt = lock.tryAcquire(LockMode.EXCLUSIVE, Duration.ofMillis(50))) {
				if (attempt.isAcquired()) {
					this.tally.contended = true;
					this.tally.unguarded++;
					sections++;
					this.tally.contended = false;
				}
			}
		}
		return sections;
	}

	/** In a thread of its own, with another size of stack each round. */
	private @Nullable Throwable dive(Dive dive, int round) throws InterruptedException {
		AtomicReference<@Nullable Throwable> end = new AtomicReference<>();
		Thread thread = new Thread(null, () -> {
			try {
				dive.begin(this.diver);
			}
			catch (Throwable ex) {
				end.set(ex);
			}
		}, "diver " + round, 256 * 1024 + round * 1003L);
		thread.setDaemon(true);
		thread.start();
		thread.join();
		return end.get();
	}

	/**
	 * Which methods call one another.
	 */
	enum Dive {

		LOCKED {
			@Override
			void begin(Diver diver) {
				diver.locked(diver);
			}
		},

		READING {
			@Override
			void begin(Diver diver) {
				diver.read(diver);
			}
		},

		WRITING_THEN_READING {
			@Override
			void begin(Diver diver) {
				diver.writeAndRead(diver, 0);
			}
		};

		abstract void begin(Diver diver);

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Configured.class)
	static class Config {

		@Bean
		Tally tally() {
			return new Tally();
		}

		@Bean
		Diver diver(Tally tally) {
			return new Diver(tally);
		}

	}

	/**
	 * Calls itself by way of its proxy, which it is given.
	 */
	static class Diver {

		private final Tally tally;

		Diver(Tally tally) {
			this.tally = tally;
		}

		@Locked("deep")
		void locked(Diver proxy) {
			Tally told = this.tally;
			told.dives++;
			if (told.contended) {
				told.intrusions++;
			}
			proxy.locked(proxy);
		}

		@ReadLocked("deep")
		void read(Diver proxy) {
			Tally told = this.tally;
			told.dives++;
			if (told.contended) {
				told.intrusions++;
			}
			proxy.read(proxy);
		}

		@WriteLocked("deep")
		void writeAndRead(Diver proxy, int depth) {
			Tally told = this.tally;
			told.dives++;
			if (told.contended) {
				told.intrusions++;
			}
			proxy.readAndWrite(proxy, depth + 1);
		}

		@ReadLocked("deep")
		void readAndWrite(Diver proxy, int depth) {
			Tally told = this.tally;
			told.dives++;
			if (told.contended) {
				told.intrusions++;
			}
			proxy.writeAndRead(proxy, depth + 1);
		}

	}

	/**
	 * What was seen. No method, so that no stack is needed to write it down.
	 */
	static class Tally {

		/** Guarded by the lock alone. */
		private long unguarded;

		private volatile boolean contended;

		private long dives;

		private long intrusions;

	}

}
