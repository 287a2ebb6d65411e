package org.fasteners.interceptor;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;

import org.fasteners.Background;
import org.fasteners.CountingSemaphore;
import org.fasteners.LockHold;
import org.fasteners.LockInterruptedException;
import org.fasteners.LockMisuseException.Finding;
import org.fasteners.LockRegistry;
import org.fasteners.LockTimeoutException;
import org.fasteners.annotation.InterProcessLimited;
import org.fasteners.annotation.InterProcessLocked;
import org.fasteners.annotation.Locked;
import org.fasteners.config.EnableFasteners;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.AliasFor;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What {@code @InterProcessLimited} does, and where it stops the start.
 */
@Timeout(60)
class LimitedIntegrationTests {

	/** It has room for fewer calls than there are permits. */
	private static final long SMALL_STACK = 256 << 10;

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final LockRegistry registry;

	LimitedIntegrationTests(@TempDir Path directory) {
		this.registry = LockRegistries.builder().lockDirectory(directory.resolve("locks")).build();
	}

	@AfterEach
	void close() {
		this.context.close();
		this.registry.close();
	}

	private <T> T start(Class<T> bean, Class<?>... others) {
		register(bean, others);
		this.context.refresh();
		return this.context.getBean(bean);
	}

	private List<Finding> refused(Class<?> bean, Class<?>... others) {
		register(bean, others);
		return Refusal.of(this.context).findings();
	}

	private void register(Class<?> bean, Class<?>... others) {
		this.context.registerBean(LockRegistry.class, () -> this.registry);
		this.context.register(Annotations.class, bean);
		if (others.length > 0) {
			this.context.register(others);
		}
		this.context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test", Map.of("reports.path", "reports", "reports.timeout", "10ms")));
	}

	private CountingSemaphore reports() {
		return this.registry.interProcessSemaphore("reports", 2);
	}

	@Test
	void asManyAsThereArePermitsAreInside() {
		Reports reports = start(Reports.class);
		AtomicInteger inside = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		List<Background<Boolean>> threads = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			threads.add(Background.start(() -> {
				for (int call = 0; call < 100; call++) {
					reports.print(() -> {
						most.accumulateAndGet(inside.incrementAndGet(), Math::max);
						Thread.yield();
						inside.decrementAndGet();
					});
				}
			}));
		}
		threads.forEach(Background::result);
		assertThat(most).hasValueBetween(1, 2);
		assertThat(reports().heldPermits()).isZero();
	}

	@Test
	void itLimitsWhereverItStands() {
		Reports reports = start(Reports.class, OnClass.class, OnInterface.class, OwnAnnotation.class);
		for (BiConsumer<LimitedIntegrationTests, Runnable> place : List
			.<BiConsumer<LimitedIntegrationTests, Runnable>>of((test, body) -> reports.print(body),
					(test, body) -> test.context.getBean(OnClass.class).print(body),
					(test, body) -> test.context.getBean(Printer.class).print(body),
					(test, body) -> test.context.getBean(OwnAnnotation.class).print(body))) {
			List<Integer> held = new ArrayList<>();
			place.accept(this, () -> held.add(reports().heldPermits()));
			assertThat(held).containsExactly(1);
			assertThat(reports().heldPermits()).isZero();
		}
	}

	@Test
	void aCallWithinACallTakesAnotherPermit() {
		Reports reports = start(Reports.class);
		reports.print(() -> reports.print(() -> {
			assertThat(reports().heldPermits()).isEqualTo(2);
			assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(reports::printSoon);
		}));
	}

	@Test
	void aTimeoutNamesTheMethodAndWhoHolds() {
		Reports reports = start(Reports.class);
		try (LockHold hold = reports().acquire(2)) {
			assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(reports::printSoon)
				.withMessage(String.format(Locale.ROOT,
						"Could not get 1 of 2 permits of 'reports' within 10ms in Reports.printSoon(); held by thread '%s'",
						Thread.currentThread().getName()));
		}
		reports.printSoon();
	}

	@Test
	void anInterruptEndsAWait() {
		Reports reports = start(Reports.class);
		LockHold hold = reports().acquire(2);
		Background<Boolean> waiter = Background.start(() -> reports.print(() -> {
			throw new AssertionError("It ran without a permit");
		})).awaitWaiting();
		waiter.thread().interrupt();
		assertThatExceptionOfType(LockInterruptedException.class).isThrownBy(waiter::result);
		hold.close();
	}

	@Test
	void aBodyThatFailsGivesItsPermitBackAndItsExceptionIsNotHidden() {
		Reports reports = start(Reports.class);
		for (int i = 0; i < 3; i++) {
			assertThatIllegalStateException().isThrownBy(() -> reports.print(() -> {
				throw new IllegalStateException("planned");
			})).withMessage("planned").withNoCause();
		}
		assertThat(reports().heldPermits()).isZero();
	}

	@Test
	void aBodyThatRunsOutOfStackGivesAllPermitsBack() throws InterruptedException {
		Deep deep = start(Deep.class);
		AtomicReference<Throwable> end = new AtomicReference<>();
		Thread thread = new Thread(null, () -> deep.descend(deep), "deep", SMALL_STACK);
		thread.setUncaughtExceptionHandler((which, ex) -> end.set(ex));
		thread.start();
		thread.join();
		assertThat(end.get()).isInstanceOf(StackOverflowError.class);
		assertThat(this.registry.interProcessSemaphore("deep", 1_000).heldPermits()).isZero();
	}

	@Test
	void theThreadLockIsTakenFirst() {
		Both both = start(Both.class);
		LockHold hold = this.registry.interProcessSemaphore("both", 1).acquire();
		Background<Boolean> waiter = Background.start(() -> both.work(() -> {
		})).awaitWaiting();
		assertThat(this.registry.lock("both").isHeld()).isTrue();
		hold.close();
		waiter.result();
	}

	@Test
	void twoNumbersForOnePathAreRefused() {
		assertThat(refused(Reports.class, OtherReports.class)).singleElement()
			.satisfies((finding) -> Refusal.assertFinding(finding, "OtherReports.print()",
					"it limits 'reports' to 3, but Reports.print() limits it to 2, and the number must be the same for all",
					"Write the same number in both"));
	}

	@Test
	void anotherNumberThanThatOfCodeIsRefused() {
		this.registry.interProcessSemaphore("reports", 3);
		assertThat(refused(Reports.class)).hasSize(2)
			.allSatisfy((finding) -> assertThat(finding.cause()).contains(
					"'reports' is used in this JVM as a semaphore of 3 permits already, and cannot be one of 2 as well"));
	}

	@Test
	void aNumberOfPermitsThatThereCannotBeIsRefused() {
		assertThat(refused(WrongNumbers.class)).extracting(Finding::place, Finding::cause)
			.hasSize(2)
			.anySatisfy((finding) -> assertThat(finding.toList()).asString()
				.contains("WrongNumbers.none()", "from 1 to 1000 permits, so that 'none' cannot have -1"))
			.anySatisfy((finding) -> assertThat(finding.toList()).asString()
				.contains("WrongNumbers.many()", "so that 'many' cannot have 1001"));
	}

	@Test
	void aPathThatIsNoneIsRefused() {
		assertThat(refused(WrongPath.class)).singleElement()
			.satisfies((finding) -> Refusal.assertFinding(finding, "WrongPath.work()",
					"'../reports' cannot be used as an inter-process lock", "Write another path"));
	}

	@Test
	void whatCannotBeLimitedIsRefused() {
		assertThat(refused(Unreachable.class)).extracting(Finding::place, Finding::cause)
			.hasSize(3)
			.anySatisfy((finding) -> assertThat(finding.toList()).asString()
				.contains("Unreachable.later()", "returns CompletableFuture"))
			.anySatisfy((finding) -> assertThat(finding.toList()).asString().contains("Unreachable.sealed()", "final"))
			.anySatisfy((finding) -> assertThat(finding.toList()).asString()
				.contains("Unreachable.both()", "ask for it twice"));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class Annotations {

	}

	static class Reports {

		@InterProcessLimited(value = "reports", permits = 2)
		void print(Runnable body) {
			body.run();
		}

		@InterProcessLimited(value = "${reports.path}", permits = 2, timeout = "${reports.timeout}")
		void printSoon() {
		}

	}

	static class OtherReports {

		@InterProcessLimited(value = "reports", permits = 3)
		void print() {
		}

	}

	@InterProcessLimited(value = "reports", permits = 2)
	static class OnClass {

		void print(Runnable body) {
			body.run();
		}

	}

	interface Printer {

		@InterProcessLimited(value = "reports", permits = 2)
		void print(Runnable body);

	}

	static class OnInterface implements Printer {

		@Override
		public void print(Runnable body) {
			body.run();
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@InterProcessLimited(value = "reports", permits = 0)
	@interface AtMost {

		@AliasFor(annotation = InterProcessLimited.class, attribute = "permits")
		int value();

	}

	static class OwnAnnotation {

		@AtMost(2)
		void print(Runnable body) {
			body.run();
		}

	}

	static class Deep {

		@InterProcessLimited(value = "deep", permits = 1_000)
		void descend(Deep self) {
			self.descend(self);
		}

	}

	static class Both {

		@Locked("both")
		@InterProcessLimited(value = "both", permits = 1)
		void work(Runnable body) {
			body.run();
		}

	}

	static class WrongNumbers {

		@InterProcessLimited(value = "none", permits = -1)
		void none() {
		}

		@InterProcessLimited(value = "many", permits = 1_001)
		void many() {
		}

	}

	static class WrongPath {

		@InterProcessLimited(value = "../reports", permits = 1)
		void work() {
		}

	}

	static class Unreachable {

		@InterProcessLimited(value = "unreachable", permits = 1)
		CompletableFuture<String> later() {
			return CompletableFuture.completedFuture("");
		}

		@InterProcessLimited(value = "unreachable", permits = 1)
		final void sealed() {
		}

		@InterProcessLimited(value = "unreachable", permits = 1)
		@InterProcessLimited(value = "unreachable", permits = 1, timeout = "1s")
		void both() {
		}

	}

}
