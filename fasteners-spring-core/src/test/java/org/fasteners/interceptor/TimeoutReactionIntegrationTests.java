package org.fasteners.interceptor;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.fasteners.Background;
import org.fasteners.CountingSemaphore;
import org.fasteners.LockContext;
import org.fasteners.LockHold;
import org.fasteners.LockInterruptedException;
import org.fasteners.LockMisuseException.Finding;
import org.fasteners.LockRegistry;
import org.fasteners.LockTimeoutException;
import org.fasteners.annotation.InterProcessLimited;
import org.fasteners.annotation.InterProcessLocked;
import org.fasteners.annotation.LockFailureHandler;
import org.fasteners.annotation.Locked;
import org.fasteners.annotation.OnTimeout;
import org.fasteners.annotation.ReadLocked;
import org.fasteners.config.EnableFasteners;
import org.fasteners.registry.LockRegistries;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What a method does when its lock was not had in time: skip, call a fallback, ask the
 * handler, throw.
 */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class TimeoutReactionIntegrationTests {

	private static final Object NULL = new Object();

	private final LockRegistry registry;

	private final AnnotationConfigApplicationContext context;

	private final Fallbacks fallbacks;

	TimeoutReactionIntegrationTests(@TempDir Path directory) {
		this.registry = LockRegistries.builder().lockDirectory(directory.resolve("locks")).build();
		this.context = context(Skips.class, Fallbacks.class, Outer.class, Inner.class, OfInterface.class);
		this.context.refresh();
		this.fallbacks = this.context.getBean(Fallbacks.class);
	}

	@AfterAll
	void close() {
		this.context.close();
		this.registry.close();
	}

	private AnnotationConfigApplicationContext context(Class<?>... beans) {
		AnnotationConfigApplicationContext created = new AnnotationConfigApplicationContext();
		created.registerBean(LockRegistry.class, () -> this.registry,
				(definition) -> definition.setDestroyMethodName(""));
		created.register(Annotations.class);
		created.register(beans);
		return created;
	}

	/** Call in another thread while this one has the lock. */
	private <T> T inVain(Callable<T> call) {
		try (LockHold taken = this.registry.lock("taken").acquire()) {
			assertThat(taken).isNotNull();
			return Background.elsewhere(call);
		}
	}

	static Map<String, Object> skipped() {
		Map<String, Object> results = new HashMap<>();
		for (String name : List.of("nothing", "text", "number", "integer", "flag", "arrayList", "object", "hashMap")) {
			results.put(name, NULL);
		}
		results.put("optional", Optional.empty());
		results.put("several", Optional.empty());
		results.put("optionalInt", OptionalInt.empty());
		results.put("optionalLong", OptionalLong.empty());
		results.put("optionalDouble", OptionalDouble.empty());
		results.put("iterable", List.of());
		results.put("collection", List.of());
		results.put("list", List.of());
		results.put("set", Set.of());
		results.put("sortedSet", Set.of());
		results.put("navigableSet", Set.of());
		results.put("map", Map.of());
		results.put("sortedMap", Map.of());
		results.put("concurrentMap", Map.of());
		for (String name : List.of("queue", "deque", "blockingQueue", "bytes", "texts", "matrix")) {
			results.put(name, Collection.class);
		}
		return results;
	}

	static Stream<Method> skipping() {
		return Stream.of(ReflectionUtils.getDeclaredMethods(Skips.class))
			.filter((method) -> method.isAnnotationPresent(Locked.class))
			.peek(ReflectionUtils::makeAccessible);
	}

	@ParameterizedTest
	@MethodSource("skipping")
	void aSkippedCallReturnsAsIfThereHadBeenNothingToDo(Method method) {
		Object expected = Objects.requireNonNull(skipped().get(method.getName()), method.getName());
		Skips skips = this.context.getBean(Skips.class);
		AtomicReference<@Nullable Object> result = new AtomicReference<>(this);
		inVain(() -> {
			result.set(ReflectionUtils.invokeMethod(method, skips));
			return true;
		});
		Object returned = result.get();
		if (expected == NULL) {
			assertThat(returned).isNull();
		}
		else if (expected == Collection.class) {
			assertThat(elements(Objects.requireNonNull(returned))).isZero();
		}
		else {
			assertThat(returned).isEqualTo(expected);
		}
		assertThatIllegalStateException().as("when it is not taken")
			.isThrownBy(() -> ReflectionUtils.invokeMethod(method, skips))
			.withMessage("the body");
	}

	private static long elements(Object result) {
		if (result instanceof Collection<?> collection) {
			return collection.size();
		}
		return java.lang.reflect.Array.getLength(result);
	}

	@Test
	void eachSkippedCallHasAnEmptyCollectionOfItsOwn() {
		Skips skips = this.context.getBean(Skips.class);
		inVain(skips::list).add("mine");
		assertThat(inVain(skips::list)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "thread", "file", "permit", "keyed" })
	void everySortOfLockMaySkip(String sort) {
		Skips skips = this.context.getBean(Skips.class);
		CountingSemaphore permits = this.registry.interProcessSemaphore("taken", 1);
		try (LockHold file = this.registry.interProcessLock("taken").acquire();
				LockHold key = this.registry.lock("taken", "7").acquire();
				LockHold permit = permits.acquire()) {
			assertThat(List.of(file, key, permit)).doesNotContainNull();
			assertThat(inVain(() -> switch (sort) {
				case "thread" -> skips.optional();
				case "file" -> skips.file();
				case "keyed" -> skips.keyed(7);
				default -> skips.permit();
			})).isEmpty();
		}
		assertThat(skips.file()).contains("the file");
		assertThat(skips.permit()).contains("the permit");
		assertThat(skips.keyed(7)).contains("the key");
		assertThat(permits.heldPermits()).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "plain, plain[x]", "withTimeout, 'with LockTimeoutException[x]'",
			"withRuntimeException, 'with LockTimeoutException[x]'", "withThrowable, 'with LockTimeoutException[x]'",
			"both, 'with LockTimeoutException[x]'", "nearest, 'nearest[x]'", "ofItsOwnName, 'of its own name[x]'",
			"hidden, hidden[x]", "shared, shared[x]", "inherited, inherited[x]", "overloaded, 'text[x]'",
			"narrower, 'narrower[x]'" })
	void theFallbackIsCalledInstead(String name, String expected) throws Exception {
		Method method = Objects.requireNonNull(ReflectionUtils.findMethod(Fallbacks.class, name, String.class));
		ReflectionUtils.makeAccessible(method);
		assertThat(inVain(() -> Objects.requireNonNull(ReflectionUtils.invokeMethod(method, this.fallbacks, "x"))))
			.hasToString(expected);
		assertThat(ReflectionUtils.invokeMethod(method, this.fallbacks, "x")).as("when it is not taken")
			.isEqualTo("body[x]");
	}

	@Test
	void aFallbackMayStandForAMethodThatReturnsAPrimitiveOrNothing() {
		assertThat(inVain(this.fallbacks::primitive)).isEqualTo(-1);
		assertThat(inVain(() -> {
			this.fallbacks.returnsNothing();
			return true;
		})).isTrue();
	}

	@Test
	void theFallbackIsToldWhichLockWasNotHad() {
		assertThatThrownBy(() -> inVain(() -> this.fallbacks.rethrowing())).isInstanceOf(IllegalStateException.class)
			.cause()
			.isInstanceOf(LockTimeoutException.class)
			.hasMessageStartingWith("Could not lock 'taken' for writing at once in Fallbacks.rethrowing(); held")
			.hasMessageContaining(Thread.currentThread().getName());
	}

	@Test
	void theFallbackOfAMethodBehindAnInterfaceIsFoundInItsClass() {
		assertThat(inVain(() -> this.context.getBean(Service.class).serve("x"))).isEqualTo("instead of x");
	}

	@Test
	void exceptionsOfTheFallbackComeOutAsTheyAre() {
		AtomicReference<@Nullable Exception> thrown = new AtomicReference<>();
		for (Exception ex : List.of(new IOException("checked"), new IllegalArgumentException("unchecked"))) {
			inVain(() -> {
				try {
					this.fallbacks.failing(ex);
				}
				catch (Exception caught) {
					thrown.set(caught);
				}
				return true;
			});
			assertThat(thrown.get()).isSameAs(ex);
		}
	}

	@Test
	void nothingIsLockedWhileTheFallbackRuns() {
		inVain(() -> this.fallbacks.several(this::assertNothingOfOursIsHeld));
	}

	private String assertNothingOfOursIsHeld() {
		assertThat(LockContext.current().locks()).isEmpty();
		assertThat(this.registry.readWriteLock("other").holders()).isEmpty();
		assertThat(this.registry.readWriteLock("aaa").holders()).isEmpty();
		assertThat(Background.elsewhere(() -> {
			try (LockHold other = this.registry.lock("other").acquire()) {
				return other != null;
			}
		})).isTrue();
		return "free";
	}

	@Test
	void nothingIsLockedWhenASkippedCallReturns() {
		inVain(() -> {
			assertThat(this.context.getBean(Skips.class).several()).isEmpty();
			return assertNothingOfOursIsHeld();
		});
	}

	@Test
	void anInterruptIsNoTimeout() {
		Fallbacks bean = this.fallbacks;
		try (LockHold taken = this.registry.lock("taken").acquire()) {
			assertThat(taken).isNotNull();
			Background<String> waiter = Background.run(() -> bean.patient("x")).awaitWaiting();
			waiter.thread().interrupt();
			assertThatExceptionOfType(LockInterruptedException.class).isThrownBy(waiter::result);
			Background<Optional<String>> skipping = Background.run(() -> this.context.getBean(Skips.class).patient())
				.awaitWaiting();
			skipping.thread().interrupt();
			assertThatExceptionOfType(LockInterruptedException.class).isThrownBy(skipping::result);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "skips", "fallsBack", "asks" })
	void theTimeoutOfANestedMethodOrOfTheBodyIsNotTakenForOnesOwn(String outer) {
		List<String> asked = new ArrayList<>();
		try (AnnotationConfigApplicationContext other = context(Outer.class, Inner.class)) {
			other.registerBean(LockFailureHandler.class, () -> (timeout, method, arguments) -> {
				asked.add(method.getName());
				throw timeout;
			});
			other.refresh();
			Outer bean = other.getBean(Outer.class);
			Inner inner = other.getBean(Inner.class);
			LockTimeoutException own = inVain(() -> org.assertj.core.api.Assertions
				.catchThrowableOfType(LockTimeoutException.class, inner::work));
			asked.clear();
			for (Runnable body : List.<Runnable>of(inner::work, () -> {
				throw own;
			})) {
				assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> inVain(() -> switch (outer) {
					case "skips" -> bean.skips(body);
					case "fallsBack" -> bean.fallsBack(body);
					default -> bean.asks(body);
				})).satisfies((ex) -> assertThat(ex.lockName()).isEqualTo("taken"));
			}
			// the inner one alone, not the exception that the body throws
			assertThat(asked).containsExactly("work");
		}
	}

	@Test
	void theHandlerIsAskedWhereTheAnnotationSaysNothing() {
		List<String> asked = new ArrayList<>();
		List<LockTimeoutException> told = new ArrayList<>();
		handled((timeout, method, arguments) -> {
			asked.add(method.getName() + List.of(arguments));
			told.add(timeout);
			assertNothingOfOursIsHeld();
			return "handled";
		}, (bean) -> {
			assertThat(inVain(() -> bean.text("x"))).isEqualTo("handled");
			assertThat(inVain(() -> bean.skips("x"))).isEmpty();
			assertThat(inVain(() -> bean.fallsBack("x"))).isEqualTo("instead");
			assertThat(inVain(() -> {
				bean.nothing();
				return true;
			})).isTrue();
			assertThat(bean.text("x")).isEqualTo("body");
		});
		assertThat(asked).containsExactly("text[x]", "nothing[]");
		assertThat(told.get(0)).hasMessageStartingWith("Could not lock 'taken' for writing at once in Handled.text();");
	}

	@Test
	void theHandlerMayThrowWhatItWants() {
		IOException thrown = new IOException("of the handler");
		handled((timeout, method, arguments) -> {
			throw timeout;
		}, (bean) -> assertThatExceptionOfType(LockTimeoutException.class)
			.isThrownBy(() -> inVain(() -> bean.text("x"))));
		handled((timeout, method, arguments) -> {
			throw thrown;
		}, (bean) -> {
			AtomicReference<@Nullable Throwable> caught = new AtomicReference<>();
			inVain(() -> {
				try {
					bean.mayFail();
				}
				catch (IOException ex) {
					caught.set(ex);
				}
				return true;
			});
			assertThat(caught.get()).isSameAs(thrown);
		});
	}

	@Test
	void aHandlerMayReturnNullForAnObject() {
		handled((timeout, method, arguments) -> null, (bean) -> inVain(() -> {
			assertThat(bean.text("x")).isNull();
			return true;
		}));
	}

	@Test
	void whatAHandlerReturnsHasToFit() {
		handled((timeout, method, arguments) -> method.getReturnType().isPrimitive() ? null : 42, (bean) -> {
			assertThatIllegalStateException().isThrownBy(() -> inVain(() -> bean.text("x")))
				.withMessageContaining(
						"returned a java.lang.Integer for Handled.text(), which returns java.lang.String")
				.withCauseInstanceOf(LockTimeoutException.class);
			assertThatIllegalStateException().isThrownBy(() -> inVain(bean::number))
				.withMessageContaining("returned null for Handled.number(), which returns int")
				.withCauseInstanceOf(LockTimeoutException.class);
		});
	}

	@Test
	void aHandlerMayDecideForAPrimitive() {
		handled((timeout, method, arguments) -> 42, (bean) -> assertThat(inVain(bean::number)).isEqualTo(42));
	}

	@Test
	void twoHandlersAreRefusedAtStartUp() {
		try (AnnotationConfigApplicationContext other = context(Handled.class)) {
			other.registerBean("one", LockFailureHandler.class, () -> (timeout, method, arguments) -> "one");
			other.registerBean("two", LockFailureHandler.class, () -> (timeout, method, arguments) -> "two");
			assertThat(Refusal.of(other).findings()).singleElement()
				.satisfies((finding) -> Refusal.assertFinding(finding, "LockFailureHandler",
						"several, of which none can decide for all: one, two", "@Primary"));
		}
	}

	@Test
	void aHandlerThatCannotBeHadDoesNotHideTheTimeout() {
		try (AnnotationConfigApplicationContext other = context(Handled.class)) {
			other.registerBean("broken", LockFailureHandler.class, () -> {
				throw new IllegalStateException("on purpose");
			}, (definition) -> definition.setLazyInit(true));
			other.refresh();
			assertThatIllegalStateException().isThrownBy(() -> inVain(() -> other.getBean(Handled.class).text("x")))
				.withMessageContaining("LockFailureHandler")
				.withMessageContaining("on purpose")
				.withCauseInstanceOf(LockTimeoutException.class);
		}
	}

	private void handled(LockFailureHandler handler, java.util.function.Consumer<Handled> use) {
		try (AnnotationConfigApplicationContext other = context(Handled.class)) {
			other.registerBean(LockFailureHandler.class, () -> handler);
			other.refresh();
			use.accept(other.getBean(Handled.class));
		}
	}

	@Test
	void whatCannotBeDoneIsRefusedAtStartUp() {
		List<Finding> findings = Refusal.of(context(Refused.class)).findings();
		Map<String, String> causes = new HashMap<>();
		findings.forEach((finding) -> causes.put(finding.place().replaceAll("Refused\\.|\\(\\)", ""), finding.cause()));
		assertThat(causes).hasSize(13);
		assertThat(causes.get("primitive")).contains("SKIP has nothing to return for a method that returns int");
		assertThat(causes.get("primitiveFlag")).contains("a method that returns boolean");
		assertThat(causes.get("missing")).contains("there is no method 'nowhere' in", "'fallback'");
		assertThat(causes.get("wrongParameters")).contains("the fallback 'takesText' has not the parameters",
				"the parameters of wrongParameters");
		assertThat(causes.get("wrongException")).contains("the fallback 'takesIOException' has not the parameters");
		assertThat(causes.get("wrongResult")).contains("the fallback 'returnsText' does not return",
				"to return Integer");
		assertThat(causes.get("nothingForSomething")).contains("does not return");
		assertThat(causes.get("lockedFallback")).contains("the fallback 'alsoLocked' has lock annotations as well");
		assertThat(causes.get("itself")).contains("the fallback 'itself' is the method itself");
		assertThat(causes.get("skipAndFallback")).contains("both onTimeout = SKIP and a fallback");
		assertThat(causes.get("skipsForEver")).contains("waits for ever: give it a timeout");
		assertThat(causes.get("fallsBackForEver")).contains("waits for ever: give it a timeout");
		assertThat(causes.get("permitForEver")).contains("waits for ever: give it a timeout");
	}

	@Test
	void theDefaultTimeoutIsATimeout(@TempDir Path directory) {
		try (AnnotationConfigApplicationContext other = new AnnotationConfigApplicationContext();
				LockRegistry impatient = LockRegistries.builder()
					.lockDirectory(directory.resolve("locks"))
					.defaultTimeout(Duration.ofMillis(1))
					.build()) {
			other.registerBean(LockRegistry.class, () -> impatient);
			other.register(Annotations.class, ByDefault.class);
			other.refresh();
			ByDefault bean = other.getBean(ByDefault.class);
			try (LockHold taken = impatient.lock("taken").acquire()) {
				assertThat(taken).isNotNull();
				assertThat(Background.elsewhere(bean::skips)).isEmpty();
				assertThat(Background.elsewhere(bean::fallsBack)).isEqualTo("instead");
			}
			try (LockHold permit = impatient.interProcessSemaphore("taken", 1).acquire()) {
				assertThat(permit).isNotNull();
				assertThat(Background.elsewhere(bean::permit)).isEmpty();
			}
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class Annotations {

	}

	/**
	 * Of many types.
	 */
	static class Skips {

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		void nothing() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		Object object() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		String text() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		Number number() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		Integer integer() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		Boolean flag() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		Optional<String> optional() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		OptionalInt optionalInt() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		OptionalLong optionalLong() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		OptionalDouble optionalDouble() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		Iterable<String> iterable() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		Collection<String> collection() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		List<String> list() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		Set<String> set() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		SortedSet<String> sortedSet() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		NavigableSet<String> navigableSet() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		Queue<String> queue() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		Deque<String> deque() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		BlockingQueue<String> blockingQueue() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		@SuppressWarnings("NonApiType")
		ArrayList<String> arrayList() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		Map<String, String> map() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		SortedMap<String, String> sortedMap() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		ConcurrentMap<String, String> concurrentMap() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		@SuppressWarnings("NonApiType")
		HashMap<String, String> hashMap() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		byte[] bytes() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		String[] texts() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		int[][] matrix() {
			throw new IllegalStateException("the body");
		}

		@InterProcessLocked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		Optional<String> file() {
			return Optional.of("the file");
		}

		@InterProcessLimited(value = "taken", permits = 1, timeout = "0", onTimeout = OnTimeout.SKIP)
		Optional<String> permit() {
			return Optional.of("the permit");
		}

		@ReadLocked(value = "taken", key = "#id", timeout = "1ms", onTimeout = OnTimeout.SKIP)
		Optional<String> keyed(int id) {
			return Optional.of("the key");
		}

		@ReadLocked("aaa")
		@ReadLocked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		@Locked("other")
		Optional<String> several() {
			throw new IllegalStateException("the body");
		}

		@ReadLocked(value = "taken", timeout = "1m", onTimeout = OnTimeout.SKIP)
		Optional<String> patient() {
			throw new IllegalStateException("the body");
		}

	}

	static class Base {

		String ofBase(String text) {
			return String.format(Locale.ROOT, "inherited[%s]", text);
		}

	}

	static class Fallbacks extends Base {

		@Locked(value = "taken", timeout = "0", fallback = "insteadOfPlain")
		String plain(String text) {
			return String.format(Locale.ROOT, "body[%s]", text);
		}

		String insteadOfPlain(String text) {
			return String.format(Locale.ROOT, "plain[%s]", text);
		}

		@Locked(value = "taken", timeout = "0", fallback = "takesTimeout")
		String withTimeout(String text) {
			return String.format(Locale.ROOT, "body[%s]", text);
		}

		String takesTimeout(String text, LockTimeoutException ex) {
			return with(text, ex);
		}

		@Locked(value = "taken", timeout = "0", fallback = "takesRuntimeException")
		String withRuntimeException(String text) {
			return String.format(Locale.ROOT, "body[%s]", text);
		}

		String takesRuntimeException(String text, RuntimeException ex) {
			return with(text, ex);
		}

		@Locked(value = "taken", timeout = "0", fallback = "takesThrowable")
		String withThrowable(String text) {
			return String.format(Locale.ROOT, "body[%s]", text);
		}

		String takesThrowable(String text, Throwable ex) {
			return with(text, ex);
		}

		private static String with(String text, Throwable ex) {
			return String.format(Locale.ROOT, "with %s[%s]", ex.getClass().getSimpleName(), text);
		}

		@Locked(value = "taken", timeout = "0", fallback = "takesBoth")
		String both(String text) {
			return String.format(Locale.ROOT, "body[%s]", text);
		}

		String takesBoth(String text) {
			return String.format(Locale.ROOT, "without[%s]", text);
		}

		String takesBoth(String text, LockTimeoutException ex) {
			return with(text, ex);
		}

		@Locked(value = "taken", timeout = "0", fallback = "takesAny")
		String nearest(String text) {
			return String.format(Locale.ROOT, "body[%s]", text);
		}

		String takesAny(String text, Throwable ex) {
			return String.format(Locale.ROOT, "far[%s]", text);
		}

		String takesAny(String text, org.fasteners.LockException ex) {
			return String.format(Locale.ROOT, "nearest[%s]", text);
		}

		String takesAny(String text, Exception ex) {
			return String.format(Locale.ROOT, "nearer[%s]", text);
		}

		@Locked(value = "taken", timeout = "0", fallback = "ofItsOwnName")
		String ofItsOwnName(String text) {
			return String.format(Locale.ROOT, "body[%s]", text);
		}

		String ofItsOwnName(String text, LockTimeoutException ex) {
			return String.format(Locale.ROOT, "of its own name[%s]", text);
		}

		@Locked(value = "taken", timeout = "0", fallback = "insteadOfHidden")
		String hidden(String text) {
			return String.format(Locale.ROOT, "body[%s]", text);
		}

		@SuppressWarnings("UnusedMethod")
		private String insteadOfHidden(String text) {
			return String.format(Locale.ROOT, "hidden[%s]", text);
		}

		@Locked(value = "taken", timeout = "0", fallback = "insteadOfShared")
		String shared(String text) {
			return String.format(Locale.ROOT, "body[%s]", text);
		}

		static String insteadOfShared(String text) {
			return String.format(Locale.ROOT, "shared[%s]", text);
		}

		@Locked(value = "taken", timeout = "0", fallback = "ofBase")
		String inherited(String text) {
			return String.format(Locale.ROOT, "body[%s]", text);
		}

		@Locked(value = "taken", timeout = "0", fallback = "insteadOfOverloaded")
		String overloaded(String text) {
			return String.format(Locale.ROOT, "body[%s]", text);
		}

		String insteadOfOverloaded(Object any) {
			return String.format(Locale.ROOT, "object[%s]", any);
		}

		String insteadOfOverloaded(String text) {
			return String.format(Locale.ROOT, "text[%s]", text);
		}

		@Locked(value = "taken", timeout = "0", fallback = "insteadOfNarrower")
		Object narrower(String text) {
			return String.format(Locale.ROOT, "body[%s]", text);
		}

		String insteadOfNarrower(String text) {
			return String.format(Locale.ROOT, "narrower[%s]", text);
		}

		@Locked(value = "taken", timeout = "0", fallback = "boxed")
		int primitive() {
			throw new IllegalStateException("the body");
		}

		Integer boxed() {
			return -1;
		}

		@Locked(value = "taken", timeout = "0", fallback = "boxed")
		void returnsNothing() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", fallback = "rethrow")
		String rethrowing() {
			throw new IllegalStateException("the body");
		}

		String rethrow(LockTimeoutException ex) {
			throw new IllegalStateException(ex);
		}

		@Locked(value = "taken", timeout = "0", fallback = "fails")
		String failing(Exception ex) throws Exception {
			throw new IllegalStateException("the body");
		}

		String fails(Exception ex) throws Exception {
			throw ex;
		}

		@ReadLocked("aaa")
		@Locked(value = "other")
		@ReadLocked(value = "taken", timeout = "0", fallback = "insteadOfSeveral")
		String several(Callable<String> check) throws Exception {
			throw new IllegalStateException("the body");
		}

		String insteadOfSeveral(Callable<String> check) throws Exception {
			return check.call();
		}

		@Locked(value = "taken", timeout = "1m", fallback = "insteadOfPlain")
		String patient(String text) {
			throw new IllegalStateException("the body");
		}

	}

	interface Service {

		String serve(String what);

	}

	static class OfInterface implements Service {

		@Override
		@Locked(value = "taken", timeout = "0", fallback = "instead")
		public String serve(String what) {
			return what;
		}

		@SuppressWarnings("UnusedMethod")
		private String instead(String what) {
			return "instead of " + what;
		}

	}

	static class Outer {

		@Locked(value = "outer", timeout = "0", onTimeout = OnTimeout.SKIP)
		Optional<String> skips(Runnable body) {
			body.run();
			return Optional.of("ran");
		}

		@Locked(value = "outer", timeout = "0", fallback = "instead")
		Optional<String> fallsBack(Runnable body) {
			body.run();
			return Optional.of("ran");
		}

		Optional<String> instead(Runnable body) {
			return Optional.of("instead");
		}

		@Locked(value = "outer", timeout = "0")
		Optional<String> asks(Runnable body) {
			body.run();
			return Optional.of("ran");
		}

	}

	static class Inner {

		@Locked(value = "taken", timeout = "0")
		void work() {
			throw new IllegalStateException("the body");
		}

	}

	static class Handled {

		@Locked("other")
		@ReadLocked("aaa")
		@Locked(value = "taken", timeout = "0")
		String text(String argument) {
			return "body";
		}

		@Locked(value = "taken", timeout = "0")
		int number() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0")
		void nothing() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0")
		String mayFail() throws IOException {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		Optional<String> skips(String argument) {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", fallback = "instead")
		String fallsBack(String argument) {
			throw new IllegalStateException("the body");
		}

		String instead(String argument) {
			return "instead";
		}

	}

	static class ByDefault {

		@Locked(value = "taken", onTimeout = OnTimeout.SKIP)
		Optional<String> skips() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", fallback = "instead")
		String fallsBack() {
			throw new IllegalStateException("the body");
		}

		String instead() {
			return "instead";
		}

		@InterProcessLimited(value = "taken", permits = 1, onTimeout = OnTimeout.SKIP)
		Optional<String> permit() {
			throw new IllegalStateException("the body");
		}

	}

	static class Refused {

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		int primitive() {
			throw new IllegalStateException("the body");
		}

		@InterProcessLocked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP)
		boolean primitiveFlag() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", fallback = "nowhere")
		void missing() {
		}

		@Locked(value = "taken", timeout = "0", fallback = "takesText")
		void wrongParameters(int number) {
		}

		void takesText(String text) {
		}

		@Locked(value = "taken", timeout = "0", fallback = "takesIOException")
		void wrongException() {
		}

		void takesIOException(IOException ex) {
		}

		@Locked(value = "taken", timeout = "0", fallback = "returnsText")
		Integer wrongResult() {
			throw new IllegalStateException("the body");
		}

		String returnsText() {
			return "";
		}

		@Locked(value = "taken", timeout = "0", fallback = "missing")
		String nothingForSomething() {
			throw new IllegalStateException("the body");
		}

		@Locked(value = "taken", timeout = "0", fallback = "alsoLocked")
		void lockedFallback() {
		}

		@ReadLocked("taken")
		void alsoLocked() {
		}

		@Locked(value = "taken", timeout = "0", fallback = "itself")
		void itself() {
		}

		@Locked(value = "taken", timeout = "0", onTimeout = OnTimeout.SKIP, fallback = "alsoLocked")
		void skipAndFallback() {
		}

		@Locked(value = "taken", onTimeout = OnTimeout.SKIP)
		void skipsForEver() {
		}

		@InterProcessLocked(value = "taken", fallback = "unlocked")
		void fallsBackForEver() {
		}

		void unlocked() {
		}

		@InterProcessLimited(value = "taken", permits = 1, onTimeout = OnTimeout.SKIP)
		void permitForEver() {
		}

	}

}
