package org.fasteners.interceptor;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.fasteners.Background;
import org.fasteners.LockContext;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.LockTimeoutException;
import org.fasteners.annotation.InterProcessLocked;
import org.fasteners.annotation.Locked;
import org.fasteners.config.EnableFasteners;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Calls that need thousands of locks: acquired and released without a frame for each.
 */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class ManyKeysIntegrationTests {

	private static final int MANY = 4_000;

	private static final List<String> KEYS = IntStream.range(0, MANY).mapToObj(String::valueOf).toList();

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final LockRegistry registry;

	private final Orders orders;

	ManyKeysIntegrationTests(@TempDir Path directory) {
		this.registry = LockRegistries.builder().lockDirectory(directory).build();
		this.context.registerBean(LockRegistry.class, () -> this.registry);
		this.context.register(Annotations.class, Orders.class);
		this.context.refresh();
		this.orders = this.context.getBean(Orders.class);
	}

	@AfterAll
	void close() {
		this.context.close();
	}

	@AfterEach
	void nothingIsLeft() {
		assertThat(LockContext.current().locks()).isEmpty();
		assertThat(heldOf("0")).isZero();
		assertThat(heldOf(String.valueOf(MANY - 1))).isZero();
	}

	private int heldOf(String key) {
		return this.registry.readWriteLock("orders", key).holdCount(LockMode.EXCLUSIVE);
	}

	@Test
	void thousandsOfKeysAreLockedAtOnce() {
		this.orders.threads(KEYS, () -> {
			assertThat(LockContext.current().locks()).hasSize(MANY);
			assertThat(heldOf("0")).isOne();
			assertThat(heldOf(String.valueOf(MANY - 1))).isOne();
		});
	}

	@Test
	void thousandsOfKeysOfAFileAreLockedAtOnce() {
		this.orders.files(KEYS, () -> {
			assertThat(LockContext.current().locks()).hasSize(MANY);
			assertThat(this.registry.interProcessLock("orders", "7").isHeldByCurrentOwner()).isTrue();
		});
		assertThat(this.registry.interProcessLock("orders", "7").isHeld()).isFalse();
	}

	@Test
	void thousandsOfLocksOfABeanAreLockedAtOnce() {
		this.orders.used(() -> assertThat(LockContext.current().locks()).hasSize(MANY));
	}

	@Test
	void theExceptionOfTheBodyComesOutAndAllAreReleased() {
		IllegalStateException failure = new IllegalStateException("expected");
		assertThatThrownBy(() -> this.orders.threads(KEYS, () -> {
			throw failure;
		})).isSameAs(failure).hasNoSuppressedExceptions();
	}

	@Test
	void anErrorOfTheBodyRepairsThemAll() {
		AssertionError failure = new AssertionError("expected");
		assertThatThrownBy(() -> this.orders.threads(KEYS, () -> {
			throw failure;
		})).isSameAs(failure).hasNoSuppressedExceptions();
	}

	@Test
	void ifTheLastIsNotAcquiredInTimeNoneIsHeld() {
		String last = KEYS.stream().sorted().reduce((one, other) -> other).orElseThrow();
		try (LockHold hold = this.registry.lock("orders", last).acquire()) {
			assertThat(hold).isNotNull();
			Background.elsewhere(() -> {
				assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> this.orders.impatient(KEYS))
					.satisfies((ex) -> assertThat(ex.lockName()).contains(last));
				assertThat(LockContext.current().locks()).isEmpty();
				return true;
			});
			assertThat(heldOf("0")).isZero();
		}
	}

	@Test
	void moreThanTheLimitAreRefusedBeforeAnythingIsLocked() {
		List<String> allowed = IntStream.range(0, 10_000).mapToObj(String::valueOf).toList();
		List<String> tooMany = IntStream.range(0, 10_001).mapToObj(String::valueOf).toList();
		this.orders.threads(allowed, () -> assertThat(LockContext.current().locks()).hasSize(10_000));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.orders.threads(tooMany, () -> assertThat(true).as("body").isFalse()))
			.withMessage(
					"The key of Orders.threads() asks for 10001 locks in one call, and at most 10000 are allowed: split the call, or lock the name without a key");
	}

	@Test
	void combinationsAreCountedBeforeTheyAreMade() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.orders.combined(KEYS, KEYS, KEYS))
			.withMessageContaining("asks for 16000000 locks");
	}

	@Test
	void whatIsTheSameCountsOnce() {
		List<String> same = Stream.generate(() -> "7").limit(20_000).toList();
		this.orders.threads(same, () -> assertThat(LockContext.current().locks()).hasSize(1));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class Annotations {

	}

	static class Orders {

		final List<Lock> locks = IntStream.range(0, MANY).<Lock>mapToObj((i) -> new ReentrantLock()).toList();

		@Locked(value = "orders", key = "#ids")
		void threads(List<String> ids, Runnable body) {
			body.run();
		}

		@Locked(value = "orders", key = "#ids", timeout = "10ms")
		void impatient(List<String> ids) {
		}

		@InterProcessLocked(value = "orders", key = "#ids")
		void files(List<String> ids, Runnable body) {
			body.run();
		}

		@Locked(using = "locks")
		void used(Runnable body) {
			body.run();
		}

		@Locked(value = "orders", key = { "#one", "#two", "#three" })
		void combined(List<String> one, List<String> two, List<String> three) {
		}

	}

}
