package org.fasteners.interceptor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

import org.fasteners.Background;
import org.aopalliance.intercept.MethodInvocation;
import org.fasteners.LockHold;
import org.fasteners.LockHolder;
import org.fasteners.LockInterruptedException;
import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.LockTimeoutException;
import org.fasteners.LockUpgradeException;
import org.fasteners.annotation.InterProcessLocked;
import org.fasteners.annotation.InterProcessReadLocked;
import org.fasteners.annotation.InterProcessWriteLocked;
import org.fasteners.annotation.Locked;
import org.fasteners.annotation.ReadLocked;
import org.fasteners.annotation.WriteLocked;
import org.fasteners.config.EnableFasteners;
import org.fasteners.registry.LockRegistries;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.Mockito;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How long an annotated method waits for its lock, and how a wait ends without it.
 */
@Timeout(60)
class WaitingIntegrationTests {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final List<String> events = new ArrayList<>();

	@TempDir
	@SuppressWarnings("NullAway.Init")
	Path directory;

	@AfterEach
	void close() {
		this.context.close();
	}

	@ParameterizedTest
	@CsvSource({ "seconds, PT5S", "iso, PT1M30S", "placeholder, PT0.7S", "placeholderDefault, PT3S", "zero, PT0S",
			"process, PT6S", "own, PT7S" })
	void aTimeoutIsReadFromTheAnnotation(String method, Duration expected) {
		start(LockRegistries.builder().lockDirectory(this.directory).build(), Timeouts.class);
		assertThat(timeout(method)).isEqualTo(expected);
	}

	@ParameterizedTest
	@ValueSource(strings = { "none", "emptyPlaceholder" })
	void withoutATimeoutAMethodWaitsForEver(String method) {
		start(LockRegistries.builder().lockDirectory(this.directory).build(), Timeouts.class);
		assertThat(timeout(method)).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "none, PT9S", "own, PT7S", "zero, PT0S", "noneOfProcess, PT9S", "emptyPlaceholder, PT9S" })
	void theDefaultTimeoutOfTheRegistryAppliesWhereNoneIsGiven(String method, Duration expected) {
		start(LockRegistries.builder().lockDirectory(this.directory).defaultTimeout(Duration.ofSeconds(9)).build(),
				Timeouts.class);
		assertThat(timeout(method)).isEqualTo(expected);
	}

	@org.jspecify.annotations.Nullable
	Duration timeout(String name) {
		Timeouts bean = this.context.getBean(Timeouts.class);
		return this.context.getBean(LockAdvisor.class)
			.operations()
			.get(Objects.requireNonNull(ReflectionUtils.findMethod(Timeouts.class, name)), Timeouts.class)
			.guards(Mockito.mock(MethodInvocation.class), bean)[0].terms()
			.timeout();
	}

	@Test
	void aWaitThatIsTooLongEndsAndTheMessageTellsWhichLockForWhomAndWhoHoldsIt() {
		LockRegistry registry = start(LockRegistries.builder().build(), Catalog.class);
		Catalog catalog = this.context.getBean(Catalog.class);
		try (LockHold hold = registry.lock("catalog").acquire()) {
			assertThat(hold).isNotNull();
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> Background.elsewhere(catalog::reload))
				.withMessage(String.format(Locale.ROOT,
						"Could not lock 'catalog' for reading within 20ms in Catalog.reload(); held for writing by thread '%s'",
						Thread.currentThread().getName()))
				.satisfies((ex) -> {
					assertThat(ex.lockName()).isEqualTo("catalog");
					assertThat(ex.mode()).isEqualTo(LockMode.SHARED);
					assertThat(ex.waited()).isGreaterThanOrEqualTo(Duration.ofMillis(20));
					assertThat(ex.holders())
						.containsExactly(LockHolder.local(LockMode.EXCLUSIVE, Thread.currentThread()));
				});
		}
		assertThat(Background.elsewhere(catalog::reload)).isEqualTo("reloaded");
	}

	@Test
	void aTimeoutOfZeroTriesOnce() {
		LockRegistry registry = start(LockRegistries.builder().build(), Catalog.class);
		Catalog catalog = this.context.getBean(Catalog.class);
		try (LockHold hold = registry.readWriteLock("catalog").acquire(LockMode.SHARED)) {
			assertThat(hold).isNotNull();
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> Background.elsewhere(catalog::tryToChange))
				.withMessageStartingWith("Could not lock 'catalog' for writing at once in Catalog.tryToChange();")
				.withMessageContaining("held for reading by thread");
		}
		assertThat(Background.elsewhere(catalog::tryToChange)).isEqualTo("changed");
	}

	@Test
	void theLockBetweenProcessesTellsTheSame() {
		LockRegistry registry = start(LockRegistries.builder().lockDirectory(this.directory).build(), Shows.class);
		Shows shows = this.context.getBean(Shows.class);
		try (LockHold hold = registry.interProcessLock("shows").acquire()) {
			assertThat(hold).isNotNull();
			assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> Background.elsewhere(shows::sell))
				.withMessage(String.format(Locale.ROOT,
						"Could not lock 'shows' for writing within 20ms in Shows.sell(); held for writing by thread '%s'",
						Thread.currentThread().getName()));
		}
		assertThat(Background.elsewhere(shows::sell)).isEqualTo("sold");
	}

	@Test
	void theDefaultTimeoutEndsAWait() {
		LockRegistry registry = start(
				LockRegistries.builder().lockDirectory(this.directory).defaultTimeout(Duration.ofMillis(30)).build(),
				Unlimited.class);
		Unlimited unlimited = this.context.getBean(Unlimited.class);
		try (LockHold hold = registry.lock("unlimited").acquire()) {
			assertThat(hold).isNotNull();
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> Background.elsewhere(unlimited::work))
				.withMessageContaining("within 30ms");
		}
	}

	@Test
	void aWaitThatTimedOutLeavesNoTrace() {
		LockRegistry registry = start(LockRegistries.builder().lockDirectory(this.directory).build(), Catalog.class,
				Shows.class);
		Catalog catalog = this.context.getBean(Catalog.class);
		Shows shows = this.context.getBean(Shows.class);
		try (LockHold hold = registry.lock("catalog").acquire();
				LockHold other = registry.interProcessLock("shows").acquire()) {
			assertThat(hold).isNotEqualTo(other);
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> Background.elsewhere(catalog::reload));
			assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> Background.elsewhere(shows::sell));
		}
		assertThat(registry.readWriteLock("catalog").holders()).isEmpty();
		assertThat(registry.interProcessReaderWriterLock("shows").holders()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void anInterruptEndsTheWaitAndTheFlagStays(boolean interProcess) {
		LockRegistry registry = start(LockRegistries.builder().lockDirectory(this.directory).build(), Unlimited.class);
		Unlimited unlimited = this.context.getBean(Unlimited.class);
		AtomicBoolean flag = new AtomicBoolean();
		try (LockHold hold = interProcess ? registry.interProcessLock("unlimited").acquire()
				: registry.lock("unlimited").acquire()) {
			assertThat(hold).isNotNull();
			Background<String> caller = Background.run(() -> {
				try {
					return interProcess ? unlimited.workBetweenProcesses() : unlimited.work();
				}
				finally {
					flag.set(Thread.currentThread().isInterrupted());
				}
			}).awaitWaiting();
			caller.thread().interrupt();
			assertThatExceptionOfType(LockInterruptedException.class).isThrownBy(caller::result)
				.withMessageContaining("'unlimited'")
				.withCauseInstanceOf(InterruptedException.class)
				.satisfies((ex) -> assertThat(ex.lockName()).isEqualTo("unlimited"));
		}
		assertThat(flag).as("interrupt flag").isTrue();
		assertThat(Background.elsewhere(interProcess ? unlimited::workBetweenProcesses : unlimited::work))
			.isEqualTo("worked");
	}

	@Test
	void aThreadThatIsInterruptedAlreadyDoesNotRunTheBody() {
		start(LockRegistries.builder().lockDirectory(this.directory).build(), Unlimited.class);
		Unlimited unlimited = this.context.getBean(Unlimited.class);
		assertThatExceptionOfType(LockInterruptedException.class).isThrownBy(() -> Background.elsewhere(() -> {
			Thread.currentThread().interrupt();
			return unlimited.work();
		}));
	}

	@Test
	void aWaiterIsLetInWhenTheLockIsFree() {
		LockRegistry registry = start(LockRegistries.builder().lockDirectory(this.directory).build(), Unlimited.class);
		Unlimited unlimited = this.context.getBean(Unlimited.class);
		Background<String> caller;
		try (LockHold hold = registry.lock("unlimited").acquire()) {
			assertThat(hold).isNotNull();
			caller = Background.run(unlimited::work).awaitWaiting();
		}
		assertThat(caller.result()).isEqualTo("worked");
	}

	@Test
	void aReaderThatWantsToWriteIsRefusedAtOnceThoughItMightWaitForEver() {
		LockRegistry registry = start(LockRegistries.builder().lockDirectory(this.directory).build(), Upgrading.class);
		Upgrading upgrading = this.context.getBean(Upgrading.class);
		assertThatExceptionOfType(LockUpgradeException.class)
			.isThrownBy(() -> upgrading.read(() -> upgrading.write(() -> this.events.add("written"))))
			.satisfies((ex) -> assertThat(ex.lockName()).isEqualTo("upgrading"));
		assertThatExceptionOfType(LockUpgradeException.class)
			.isThrownBy(() -> upgrading
				.readBetweenProcesses(() -> upgrading.writeBetweenProcesses(() -> this.events.add("written"))))
			.satisfies((ex) -> assertThat(ex.lockName()).isEqualTo("upgrading"));
		assertThat(this.events).isEmpty();
		assertThat(registry.readWriteLock("upgrading").holders()).isEmpty();
		assertThat(registry.interProcessReaderWriterLock("upgrading").holders()).isEmpty();
	}

	@Test
	void twoReadersThatBothWantToWriteAreBothRefused() {
		start(LockRegistries.builder().lockDirectory(this.directory).build(), Upgrading.class);
		Upgrading upgrading = this.context.getBean(Upgrading.class);
		CountDownLatch reading = new CountDownLatch(2);
		List<Background<Boolean>> readers = new ArrayList<>();
		for (int i = 0; i < 2; i++) {
			readers.add(Background.start(() -> upgrading.read(() -> {
				reading.countDown();
				Background.until(() -> reading.getCount() == 0);
				upgrading.write(() -> this.events.add("written"));
			})));
		}
		readers.forEach((reader) -> assertThatExceptionOfType(LockUpgradeException.class).isThrownBy(reader::result));
		assertThat(this.events).isEmpty();
	}

	@Test
	void aWriterMayRead() {
		start(LockRegistries.builder().lockDirectory(this.directory).build(), Upgrading.class);
		Upgrading upgrading = this.context.getBean(Upgrading.class);
		upgrading.write(() -> upgrading.read(() -> this.events.add("thread")));
		upgrading.writeBetweenProcesses(() -> upgrading.readBetweenProcesses(() -> this.events.add("process")));
		assertThat(this.events).containsExactly("thread", "process");
	}

	private LockRegistry start(LockRegistry registry, Class<?>... beans) {
		this.context.registerBean(LockRegistry.class, () -> registry);
		this.context.register(Configured.class);
		this.context.register(beans);
		this.context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test", Map.of("catalog.timeout", "700ms", "empty.timeout", "")));
		this.context.refresh();
		return registry;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class Configured {

	}

	static class Timeouts {

		@Locked("a")
		void none() {
		}

		@InterProcessLocked("a")
		void noneOfProcess() {
		}

		@Locked(value = "a", timeout = "5s")
		void seconds() {
		}

		@ReadLocked(value = "a", timeout = "PT1M30S")
		void iso() {
		}

		@WriteLocked(value = "a", timeout = "${catalog.timeout}")
		void placeholder() {
		}

		@Locked(value = "a", timeout = "${unknown.timeout:3s}")
		void placeholderDefault() {
		}

		@Locked(value = "a", timeout = "${empty.timeout}")
		void emptyPlaceholder() {
		}

		@Locked(value = "a", timeout = "0")
		void zero() {
		}

		@InterProcessReadLocked(value = "a", timeout = "6s")
		void process() {
		}

		@Locked(timeout = "7s")
		void own() {
		}

	}

	static class Catalog {

		@ReadLocked(value = "catalog", timeout = "20ms")
		String reload() {
			return "reloaded";
		}

		@Locked(value = "catalog", timeout = "0")
		String tryToChange() {
			return "changed";
		}

	}

	static class Shows {

		@InterProcessWriteLocked(value = "shows", timeout = "20ms")
		String sell() {
			return "sold";
		}

	}

	static class Unlimited {

		@Locked("unlimited")
		String work() {
			return "worked";
		}

		@InterProcessLocked("unlimited")
		String workBetweenProcesses() {
			return "worked";
		}

	}

	static class Upgrading {

		@ReadLocked("upgrading")
		void read(Runnable body) {
			body.run();
		}

		@WriteLocked("upgrading")
		void write(Runnable body) {
			body.run();
		}

		@InterProcessReadLocked("upgrading")
		void readBetweenProcesses(Runnable body) {
			body.run();
		}

		@InterProcessWriteLocked("upgrading")
		void writeBetweenProcesses(Runnable body) {
			body.run();
		}

	}

}
