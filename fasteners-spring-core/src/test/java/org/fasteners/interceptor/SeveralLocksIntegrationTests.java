package org.fasteners.interceptor;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.fasteners.Background;
import org.fasteners.CountingSemaphore;
import org.fasteners.LockContext;
import org.fasteners.LockHold;
import org.fasteners.LockInterruptedException;
import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.LockTimeoutException;
import org.fasteners.LockUpgradeException;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.annotation.InterProcessLimited;
import org.fasteners.annotation.InterProcessLocked;
import org.fasteners.annotation.InterProcessReadLocked;
import org.fasteners.annotation.Locked;
import org.fasteners.annotation.ReadLocked;
import org.fasteners.annotation.WriteLocked;
import org.fasteners.config.EnableFasteners;
import org.fasteners.registry.LockRegistries;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Several locks around one method: one order for all, all of them or none.
 */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class SeveralLocksIntegrationTests {

	private static final int ROUNDS = 200;

	private static final int DIVES = 40;

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final LockRegistry registry;

	/** The proxy. */
	private final Works works;

	/** Has the fields. */
	private final Works bean;

	SeveralLocksIntegrationTests(@TempDir Path directory) {
		Path locks = directory.resolve("locks");
		this.registry = LockRegistries.builder().lockDirectory(locks).build();
		this.context.registerBean(LockRegistry.class, () -> this.registry);
		this.context.register(Annotations.class, Works.class, OnClass.class, Upgrading.class);
		this.context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test", Map.of("locks", locks.toString())));
		this.context.refresh();
		this.works = this.context.getBean(Works.class);
		this.bean = (Works) Objects.requireNonNull(AopProxyUtils.getSingletonTarget(this.works));
	}

	@AfterAll
	void close() {
		this.context.close();
	}

	@AfterEach
	void nothingIsLeftLocked() {
		for (String name : List.of("a", "b", "c")) {
			assertThat(this.registry.readWriteLock(name).holders()).as(name).isEmpty();
			assertThat(this.registry.interProcessReaderWriterLock(name).holders()).as(name).isEmpty();
		}
		assertThat(permits().heldPermits()).isZero();
		assertThat(this.bean.used.isLocked()).isFalse();
		assertThat(this.bean.shared.isWriteLocked()).isFalse();
		assertThat(this.bean.shared.getReadLockCount()).isZero();
		assertThat(LockContext.current().locks()).isEmpty();
	}

	private CountingSemaphore permits() {
		return this.registry.interProcessSemaphore("permits", 2);
	}

	/** What is held, in the order in which it was acquired. */
	private static List<String> held() {
		return LockContext.current().locks().stream().map(SeveralLocksIntegrationTests::text).toList();
	}

	private static String text(LockContext.Held held) {
		String name = held.name().contains(" instance ") ? "own" : held.name();
		String last = name.substring(name.lastIndexOf('/') + 1);
		return (held.key() != null) ? String.format(Locale.ROOT, "%s[%s]", last, held.key()) : last;
	}

	@Test
	void repeatedAnnotationsLockAll() {
		assertThat(this.works.repeated(() -> held())).containsExactly("a", "b");
		assertThat(this.works.inTheirContainer(() -> held())).containsExactly("a", "b");
	}

	@Test
	void theOrderIsTheSameHoweverTheAnnotationsAreWritten() {
		List<String> order = List.of("own", "Works.shared", "Works.used", "a", "b", "b[1]", "b[2]", "c", "a", "b",
				"b[1]", "permits");
		assertThat(this.works.everything(() -> held(), List.of(2, 1))).isEqualTo(order);
		assertThat(this.works.everythingTheOtherWayRound(() -> held(), List.of(1, 2))).isEqualTo(order);
	}

	@Test
	void theOrderIsTheSameInWhateverModeTheyAreLocked() {
		assertThat(this.works.ownToWriteAndSharedToRead(() -> held())).containsExactly("own", "Works.shared");
		assertThat(this.works.ownToReadAndSharedToWrite(() -> held())).containsExactly("own", "Works.shared");
	}

	@Test
	void theOrderOfFilesIsTheSameHoweverTheirPathsAreWritten() {
		assertThat(this.works.files(() -> held())).containsExactly("a", "b");
		assertThat(this.works.filesByAbsolutePath(() -> held())).containsExactly("a", "b");
	}

	@Test
	void theOrderThatLockContextTellsIsTheRealOne() {
		Lock[] all = { this.registry.lock("a"), this.registry.lock("b"), this.registry.lock("b", "1"),
				this.registry.interProcessLock("a"), this.registry.interProcessLock("b") };
		for (int obstacle = 0; obstacle < all.length; obstacle++) {
			all[obstacle].lock();
			Background<List<String>> waiter = Background.run(() -> this.works.everything(() -> held(), List.of(1)));
			try {
				int earlier = obstacle;
				Background.until(() -> isHeld(all[0]) && waiter.thread().getState() != Thread.State.RUNNABLE);
				for (int i = 0; i < all.length; i++) {
					Lock lock = all[i];
					if (i < earlier) {
						Background.until(() -> isHeld(lock));
					}
					else if (i > earlier) {
						assertThat(isHeld(lock)).isFalse();
					}
				}
			}
			finally {
				all[obstacle].unlock();
			}
			assertThat(waiter.result()).hasSize(11);
		}
	}

	private static boolean isHeld(Lock lock) {
		return ((org.fasteners.ExclusiveLock) lock).isHeld();
	}

	static List<Crossing> crossings() {
		return List.of(
				new Crossing("names", (works) -> works.repeated(() -> held()),
						(works) -> works.inTheirContainer(() -> held())),
				new Crossing("modes", (works) -> works.ownToWriteAndSharedToRead(() -> held()),
						(works) -> works.ownToReadAndSharedToWrite(() -> held())),
				new Crossing("members", (works) -> works.members(() -> held()),
						(works) -> works.membersTheOtherWayRound(() -> held())),
				new Crossing("paths", (works) -> works.files(() -> held()),
						(works) -> works.filesByAbsolutePath(() -> held())),
				new Crossing("keys", (works) -> works.keys(() -> held(), List.of("x", "y")),
						(works) -> works.keys(() -> held(), List.of("y", "x"))),
				new Crossing("two keys", (works) -> works.twoKeys(() -> held(), "x", "y"),
						(works) -> works.twoKeys(() -> held(), "y", "x")),
				new Crossing("everything", (works) -> works.everything(() -> held(), List.of(1, 2)),
						(works) -> works.everythingTheOtherWayRound(() -> held(), List.of(2, 1))));
	}

	@ParameterizedTest
	@MethodSource("crossings")
	void methodsThatNameTheSameLocksInAnyOrderDoNotBlockOneAnother(Crossing crossing) {
		List<Background<Boolean>> threads = Stream.of(crossing.one(), crossing.other())
			.map((call) -> Background.start(() -> {
				for (int round = 0; round < ROUNDS; round++) {
					call.accept(this.works);
				}
			}))
			.toList();
		threads.forEach(Background::result);
	}

	@Test
	void allAreReleasedInReverse() {
		List<String> events = this.bean.events;
		events.clear();
		this.works.recorded(() -> events.add("body"));
		assertThat(events).containsExactly("lock one", "lock two", "lock three", "body", "unlock three", "unlock two",
				"unlock one");
	}

	@Test
	void whatWasAcquiredLaterIsFreeWhenTheEarlierIsReleased() {
		List<Boolean> held = new ArrayList<>();
		this.bean.observer = new ReentrantLock() {

			private static final long serialVersionUID = 1L;

			@Override
			public void unlock() {
				held.add(SeveralLocksIntegrationTests.this.registry.lock("a").isHeld());
				held.add(SeveralLocksIntegrationTests.this.registry.interProcessLock("a").isHeld());
				super.unlock();
			}

		};
		this.works.observed(() -> {
			held.add(this.registry.lock("a").isHeld());
			held.add(this.registry.interProcessLock("a").isHeld());
		});
		assertThat(held).containsExactly(true, true, false, false);
	}

	@ParameterizedTest
	@ValueSource(strings = { "own", "used", "a", "b[2]", "file", "permit" })
	void ifOneIsNotHadInTimeNoneIsHeld(String missing) {
		AtomicReference<@Nullable String> lockName = new AtomicReference<>();
		Runnable call = () -> Background.elsewhere(() -> {
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> this.works.impatient(() -> held(), List.of(2, 1)))
				.satisfies((ex) -> lockName.set(ex.lockName()));
			assertThat(LockContext.current().locks()).isEmpty();
			return true;
		});
		switch (missing) {
			case "own" -> this.works.own(call);
			case "used" -> holding(this.bean.used, call);
			case "a" -> holding(this.registry.lock("a"), call);
			case "b[2]" -> holding(this.registry.lock("b", "2"), call);
			case "file" -> holding(this.registry.interProcessLock("a"), call);
			default -> {
				try (LockHold all = permits().acquire(2)) {
					assertThat(all).isNotNull();
					call.run();
					assertThat(permits().heldPermits()).isEqualTo(2);
				}
			}
		}
		assertThat(lockName.get()).isNotNull();
		nothingIsLeftLocked();
		assertThat(Background.elsewhere(() -> this.works.impatient(() -> held(), List.of(2, 1)))).hasSize(7);
	}

	private void holding(Lock lock, Runnable call) {
		lock.lock();
		try {
			call.run();
			Stream.of("a", "b")
				.map(this.registry::lock)
				.filter((other) -> other != lock)
				.forEach((other) -> assertThat(other.isHeld()).isFalse());
			assertThat(permits().heldPermits()).isZero();
		}
		finally {
			lock.unlock();
		}
	}

	@Test
	void theExceptionOfTheBodyIsNotHiddenByReleasesThatFail() {
		IllegalStateException thrown = new IllegalStateException("of the body");
		assertThatThrownBy(() -> this.works.unreliable(() -> {
			throw thrown;
		})).isSameAs(thrown)
			.satisfies((ex) -> assertThat(ex.getSuppressed()).extracting(Throwable::getMessage)
				.containsExactly("two", "one"));
	}

	@Test
	void anExceptionThatIsThrownByTheBodyAndAReleaseComesOutOnce() {
		IllegalMonitorStateException thrown = new IllegalMonitorStateException("of both");
		this.bean.failing = thrown;
		assertThatThrownBy(() -> this.works.unreliable(() -> {
			throw thrown;
		})).isSameAs(thrown);
		this.bean.failing = null;
	}

	@Test
	void anUpgradeThatIsRefusedReleasesWhatWasHadBefore() {
		Upgrading upgrading = this.context.getBean(Upgrading.class);
		upgrading.read(() -> {
			assertThatExceptionOfType(LockUpgradeException.class).isThrownBy(() -> upgrading.write(() -> {
				throw new AssertionError("It ran");
			})).satisfies((ex) -> assertThat(ex.lockName()).isEqualTo("b"));
			assertThat(held()).containsExactly("b");
			assertThat(this.registry.lock("a").isHeld()).isFalse();
			assertThat(this.registry.readWriteLock("b").holdCount(LockMode.SHARED)).isEqualTo(1);
		});
		upgrading.readFile(() -> {
			assertThatExceptionOfType(LockUpgradeException.class).isThrownBy(() -> upgrading.writeFile(() -> {
				throw new AssertionError("It ran");
			}));
			assertThat(this.registry.lock("a").isHeld()).isFalse();
		});
	}

	@Test
	void anInterruptReleasesWhatWasHadBefore() {
		try (LockHold file = this.registry.interProcessLock("a").acquire()) {
			assertThat(file).isNotNull();
			Background<List<String>> waiter = Background.run(() -> this.works.everything(() -> held(), List.of(1)))
				.awaitWaiting();
			Background.until(this.registry.lock("b", "1")::isHeld);
			waiter.thread().interrupt();
			assertThatExceptionOfType(LockInterruptedException.class).isThrownBy(waiter::result);
			assertThat(this.registry.lock("a").isHeld()).isFalse();
			assertThat(this.registry.lock("b", "1").isHeld()).isFalse();
			assertThat(this.bean.used.isLocked()).isFalse();
		}
	}

	@Test
	void oneWhoIsInterruptedAlreadyHasNothing() {
		Background.elsewhere(() -> {
			Thread.currentThread().interrupt();
			assertThatExceptionOfType(LockInterruptedException.class)
				.isThrownBy(() -> this.works.permitAlone(() -> held()));
			assertThat(Thread.interrupted()).isTrue();
			return true;
		});
	}

	@Test
	void anErrorRepairsAllOfThem() {
		SharedExclusiveLock a = this.registry.readWriteLock("a");
		assertThatExceptionOfType(LinkageError.class).isThrownBy(() -> this.works.everything(() -> {
			a.writeLock().lock();
			this.bean.used.lock();
			this.registry.interProcessLock("a").lock();
			throw new LinkageError("of the body");
		}, List.of(1)));
		nothingIsLeftLocked();
	}

	@Test
	void anErrorWithinACallLeavesTheHoldsOfTheCaller() {
		this.works.repeated(() -> {
			assertThatExceptionOfType(LinkageError.class).isThrownBy(() -> this.works.inTheirContainer(() -> {
				this.registry.lock("b").lock();
				throw new LinkageError("of the body");
			}));
			assertThat(this.registry.lock("a").holdCount()).isEqualTo(1);
			assertThat(this.registry.lock("b").holdCount()).isEqualTo(1);
			assertThat(held()).containsExactly("a", "b");
			return List.of();
		});
	}

	@Test
	void whenTheStackIsUsedUpAllAreFreeAndLockContextIsEmpty() throws Exception {
		List<String> wrong = new ArrayList<>();
		for (int dive = 0; dive < DIVES; dive++) {
			Thread diver = new Thread(null, () -> {
				try {
					this.works.dive(this.works);
				}
				catch (StackOverflowError ex) {
					wrong.addAll(held());
					return;
				}
				wrong.add("no StackOverflowError");
			}, "diver", 256 * 1024 + dive * 1003L);
			diver.start();
			diver.join();
			assertThat(wrong).isEmpty();
			nothingIsLeftLocked();
		}
	}

	@Test
	void aMethodWithinAnotherLocksWhatIsMissing() {
		assertThat(this.works.repeated(() -> this.works.threadAndFile(() -> held()))).containsExactly("a", "b", "a",
				"a");
	}

	@Test
	void annotationsOfAMethodTakeThePlaceOfThoseOfItsClassOfTheirKind() {
		OnClass bean = this.context.getBean(OnClass.class);
		assertThat(bean.asTheClass(() -> held())).containsExactly("a", "b", "c");
		assertThat(bean.fileAsWell(() -> held())).containsExactly("a", "b", "a");
		assertThat(bean.others(() -> held())).containsExactly("b[x]", "c", "c");
	}

	@Test
	void anAnnotationOfOnesOwnMayStandForSeveral() {
		assertThat(this.works.composed(() -> held())).containsExactly("a", "b", "a");
		assertThat(this.works.composedAndMore(() -> held())).containsExactly("a", "b", "c", "a");
	}

	/**
	 * Two ways into the same locks.
	 *
	 * @param name what crosses
	 */
	record Crossing(String name, Consumer<Works> one, Consumer<Works> other) {

		@Override
		public String toString() {
			return this.name;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class Annotations {

	}

	@FunctionalInterface
	interface Body {

		List<String> run();

	}

	@Retention(RetentionPolicy.RUNTIME)
	@Locked("b")
	@Locked("a")
	@InterProcessLocked("a")
	@interface Guarded {

	}

	static class Works {

		final List<String> events = new ArrayList<>();

		final ReentrantLock used = new ReentrantLock();

		final ReentrantReadWriteLock shared = new ReentrantReadWriteLock();

		final Lock first = new RecordingLock("one", this.events);

		final List<Lock> second = List.of(new RecordingLock("two", this.events),
				new RecordingLock("three", this.events));

		Lock observer = new ReentrantLock();

		@Nullable IllegalMonitorStateException failing;

		final Lock one = new Unreliable("one");

		final Lock two = new Unreliable("two");

		@Locked("b")
		@Locked("a")
		List<String> repeated(Body body) {
			return body.run();
		}

		@Locked.List({ @Locked("a"), @Locked("b") })
		List<String> inTheirContainer(Body body) {
			return body.run();
		}

		@InterProcessLimited(value = "permits", permits = 2)
		@InterProcessLocked(value = "b", key = "#p1.get(0) * 0 + 1")
		@InterProcessLocked("b")
		@InterProcessLocked("a")
		@ReadLocked("c")
		@Locked(value = "b", key = "#p1")
		@Locked("b")
		@Locked("a")
		@Locked(using = "used")
		@Locked(using = "shared")
		@Locked
		List<String> everything(Body body, Collection<Integer> keys) {
			return body.run();
		}

		@Locked
		@Locked(using = "shared")
		@Locked(using = "used")
		@Locked("a")
		@Locked("b")
		@ReadLocked("c")
		@Locked(value = "b", key = "#p1")
		@InterProcessLocked("a")
		@InterProcessLocked("b")
		@InterProcessLocked(value = "b", key = "'1'")
		@InterProcessLimited(value = "permits", permits = 2)
		List<String> everythingTheOtherWayRound(Body body, Collection<Integer> keys) {
			return body.run();
		}

		@Locked(timeout = "0")
		@Locked(using = "used", timeout = "0")
		@Locked(value = "a", timeout = "5ms")
		@Locked(value = "b", key = "#p1", timeout = "0")
		@InterProcessLocked(value = "a", timeout = "5ms")
		@InterProcessLimited(value = "permits", permits = 2, timeout = "0")
		List<String> impatient(Body body, Collection<Integer> keys) {
			return body.run();
		}

		@Locked
		@ReadLocked(using = "shared")
		List<String> ownToWriteAndSharedToRead(Body body) {
			return body.run();
		}

		@ReadLocked
		@WriteLocked(using = "shared")
		List<String> ownToReadAndSharedToWrite(Body body) {
			return body.run();
		}

		@Locked(using = "used")
		@Locked(using = "shared")
		List<String> members(Body body) {
			return body.run();
		}

		@WriteLocked(using = "shared")
		@WriteLocked(using = "used")
		List<String> membersTheOtherWayRound(Body body) {
			return body.run();
		}

		@InterProcessLocked("b")
		@InterProcessLocked("a")
		List<String> files(Body body) {
			return body.run();
		}

		@InterProcessLocked("a")
		@InterProcessLocked("${locks}/b")
		List<String> filesByAbsolutePath(Body body) {
			return body.run();
		}

		@Locked(value = "a", key = "#p1")
		List<String> keys(Body body, List<String> keys) {
			return body.run();
		}

		@Locked(value = "a", key = "#p1")
		@Locked(value = "a", key = "#p2")
		List<String> twoKeys(Body body, String one, String other) {
			return body.run();
		}

		@Locked(using = "second")
		@Locked(using = "first")
		void recorded(Runnable body) {
			body.run();
		}

		@Locked("a")
		@InterProcessLocked("a")
		@Locked(using = "observer")
		void observed(Runnable body) {
			body.run();
		}

		@Locked
		void own(Runnable body) {
			body.run();
		}

		@Locked("a")
		@Locked(using = "one")
		@InterProcessLocked("a")
		@Locked(using = "two")
		void unreliable(Runnable body) {
			body.run();
		}

		@Locked("a")
		@InterProcessLocked("a")
		List<String> threadAndFile(Body body) {
			return body.run();
		}

		@InterProcessLimited(value = "permits", permits = 2)
		List<String> permitAlone(Body body) {
			return body.run();
		}

		@Locked("a")
		@ReadLocked("b")
		@Locked(using = "used")
		@Locked
		void dive(Works proxy) {
			proxy.dive(proxy);
		}

		@Guarded
		List<String> composed(Body body) {
			return body.run();
		}

		@Guarded
		@ReadLocked("c")
		List<String> composedAndMore(Body body) {
			return body.run();
		}

		/**
		 * Cannot be released.
		 */
		private final class Unreliable extends ReentrantLock {

			private static final long serialVersionUID = 1L;

			private final String name;

			Unreliable(String name) {
				this.name = name;
			}

			@Override
			public void unlock() {
				super.unlock();
				IllegalMonitorStateException failing = Works.this.failing;
				throw (failing != null) ? failing : new IllegalMonitorStateException(this.name);
			}

		}

	}

	@Locked("b")
	@Locked("a")
	@ReadLocked("c")
	static class OnClass {

		List<String> asTheClass(Body body) {
			return body.run();
		}

		@InterProcessLocked("a")
		@Locked("b")
		@Locked("a")
		List<String> fileAsWell(Body body) {
			return body.run();
		}

		@Locked("c")
		@Locked(value = "b", key = "'x'")
		@InterProcessReadLocked("c")
		List<String> others(Body body) {
			return body.run();
		}

	}

	static class Upgrading {

		@ReadLocked("b")
		void read(Runnable body) {
			body.run();
		}

		@Locked("a")
		@WriteLocked("b")
		void write(Runnable body) {
			body.run();
		}

		@InterProcessReadLocked("b")
		void readFile(Runnable body) {
			body.run();
		}

		@Locked("a")
		@InterProcessLocked("b")
		void writeFile(Runnable body) {
			body.run();
		}

	}

}
