package org.fasteners.interceptor;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.fasteners.Background;
import org.fasteners.ExclusiveLock;
import org.fasteners.LockContext;
import org.fasteners.LockHold;
import org.fasteners.LockMisuseException.Finding;
import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.LockTimeoutException;
import org.fasteners.annotation.InterProcessLocked;
import org.fasteners.annotation.InterProcessReadLocked;
import org.fasteners.annotation.Locked;
import org.fasteners.annotation.ReadLocked;
import org.fasteners.annotation.WriteLocked;
import org.fasteners.config.EnableFasteners;
import org.fasteners.process.file.LockProtocol;
import org.fasteners.registry.LockRegistries;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Annotations with keys: one lock for each value.
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeyIntegrationTests {

	private AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private LockRegistry locks = LockRegistries.builder().build();

	@BeforeAll
	void start(@TempDir Path directory) {
		this.locks = LockRegistries.builder().lockDirectory(directory).build();
		this.context = new AnnotationConfigApplicationContext();
		this.context.registerBean(LockRegistry.class, () -> this.locks);
		this.context.registerBean("clock", Clock.class, Clock::new);
		this.context.register(Annotations.class, Orders.class);
		this.context.refresh();
	}

	@AfterAll
	void stop() {
		this.context.close();
	}

	private Orders orders() {
		return this.context.getBean(Orders.class);
	}

	/** The keys that a call holds; the locks of the registry show that it does. */
	private List<String> keys(Runnable call) {
		List<String> keys = new ArrayList<>();
		Orders.body = () -> LockContext.current().locks().forEach((held) -> {
			keys.add(String.valueOf(held.key()));
			ExclusiveLock lock = held.name().equals("files")
					? this.locks.interProcessLock("files", String.valueOf(held.key()))
					: this.locks.lock(held.name(), String.valueOf(held.key()));
			assertThat(lock.isHeldByCurrentOwner()).as("held by %s", held.key()).isTrue();
		});
		call.run();
		return keys;
	}

	@Test
	void aKeyIsAnArgumentByNameOrNumber() {
		assertThat(keys(() -> orders().byName("a"))).containsExactly("a");
		assertThat(keys(() -> orders().byNumber(1, 42L))).containsExactly("42");
		assertThat(keys(() -> orders().byOtherNumber(1, 42L))).containsExactly("1");
	}

	@Test
	void aKeyIsAnyExpressionOverTheCallAndTheBeans() {
		UUID id = UUID.randomUUID();
		assertThat(keys(() -> orders().byProperty(new Order(id, "x")))).containsExactly(id.toString());
		assertThat(keys(() -> orders().byTarget())).containsExactly("the shop");
		assertThat(keys(() -> orders().byMethod())).containsExactly("byMethod");
		assertThat(keys(() -> orders().byBean())).containsExactly("noon");
		assertThat(keys(() -> orders().byProjection(List.of(new Order(id, "x"), new Order(id, "y")))))
			.containsExactly("x", "y");
	}

	@Test
	void aCompiledExpressionGivesTheSameKeys() {
		for (int i = 0; i < 2_000; i++) {
			UUID id = new UUID(0, i);
			assertThat(keys(() -> orders().byProperty(new Order(id, "x")))).containsExactly(id.toString());
		}
	}

	@Test
	void severalExpressionsMakeOneKey() {
		assertThat(keys(() -> orders().byBoth("a", "b"))).containsExactly("a\u241Fb");
		assertThat(keys(() -> orders().byBoth("a\u241Fb", "")))
			.isNotEqualTo(keys(() -> orders().byBoth("a", "b\u241F")));
	}

	@Test
	void aCollectionMeansTheLocksOfItsElementsSortedAndEachOnce() {
		assertThat(keys(() -> orders().byAll(List.of("c", "a", "b", "a")))).containsExactly("a", "b", "c");
		assertThat(keys(() -> orders().byAll(List.of("only")))).containsExactly("only");
		assertThat(keys(() -> orders().inFiles(List.of("c", "a")))).containsExactly("a", "c");
		assertThat(keys(() -> orders().byBothOf("x", List.of("2", "1")))).containsExactly("x\u241F1", "x\u241F2");
	}

	@Test
	void anEmptyCollectionLocksNothingAndTheBodyRuns() {
		AtomicInteger bodies = new AtomicInteger();
		Orders.body = () -> {
			bodies.incrementAndGet();
			assertThat(LockContext.current().locks()).isEmpty();
		};
		orders().byAll(List.of());
		assertThat(bodies).hasValue(1);
	}

	@Test
	void anInstanceHasALockForEachKey() {
		List<LockContext.Held> held = new ArrayList<>();
		Orders.body = () -> held.addAll(LockContext.current().locks());
		orders().own("a");
		assertThat(held).singleElement().satisfies((lock) -> {
			assertThat(lock.name()).contains("Orders instance");
			assertThat(lock.key()).isEqualTo("a");
		});
		Orders.body = () -> assertThat(Background.<Object>elsewhere(() -> {
			Orders.body = () -> {
			};
			orders().own("b");
			return "not kept out";
		})).isEqualTo("not kept out");
		orders().own("a");
	}

	@Test
	void theSameKeyExcludesAndAnotherOneDoesNot() {
		try (LockHold hold = this.locks.lock("orders", "a").acquire();
				LockHold file = this.locks.interProcessLock("files", "a").acquire()) {
			assertThat(hold).isNotNull();
			assertThat(file).isNotNull();
			Orders.body = () -> {
			};
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> Background.start(() -> orders().byName("a")).result())
				.withMessageContaining("orders")
				.withMessageContaining("Orders.byName()");
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> Background.start(() -> orders().inFiles(List.of("a"))).result());
			assertThat(Background.start(() -> orders().byName("b")).result()).isTrue();
			assertThat(Background.start(() -> orders().inFiles(List.of("b"))).result()).isTrue();
			assertThat(Background.start(() -> orders().withoutKey()).result()).isTrue();
		}
	}

	@ParameterizedTest
	@CsvSource({ "1", "2.5", "true" })
	void aKeyOfAnotherTypeWithTheSameTextIsTheSameKey(String text) {
		Object value = text.equals("true") ? (Object) true : (Object) Double.valueOf(text);
		assertThat(keys(() -> orders().byObject(value))).containsExactly(value.toString());
	}

	@ParameterizedTest
	@MethodSource
	void aValueThatCannotBeAKeyFailsTheCallBeforeAnythingIsLocked(@Nullable Object value, String message) {
		AtomicInteger bodies = new AtomicInteger();
		Orders.body = bodies::incrementAndGet;
		assertThatIllegalArgumentException().isThrownBy(() -> orders().byObject(value))
			.withMessage("The key '#value' of Orders.byObject() " + message);
		assertThat(bodies).hasValue(0);
		assertThat(LockContext.current().locks()).isEmpty();
	}

	static Stream<Arguments> aValueThatCannotBeAKeyFailsTheCallBeforeAnythingIsLocked() {
		return Stream.of(arguments(null, "is null"), arguments(new int[0],
				"is an array, which has no text that tells it from others: name what identifies it, as in #order.id"),
				arguments(Collections.singletonList(null), "has an element that is null"));
	}

	@Test
	void anExpressionThatFailsFailsTheCall() {
		assertThatIllegalArgumentException().isThrownBy(() -> orders().byProperty(null))
			.withMessageContaining("The key '#order.id()' of Orders.byProperty() cannot be evaluated");
	}

	@Test
	void aLoneSurrogateIsRefusedByThreadLocksAndFilesAlike() {
		assertThatIllegalArgumentException().isThrownBy(() -> orders().byName("\ud800"));
		assertThatIllegalArgumentException().isThrownBy(() -> orders().inFiles(List.of("\ud800")));
	}

	/** klock evaluates again to release, and then releases another lock. */
	@Test
	void anArgumentThatTheBodyChangesDoesNotChangeWhatIsReleased() {
		StringBuilder argument = new StringBuilder("before");
		Orders.body = () -> argument.replace(0, argument.length(), "after");
		orders().byObject(argument);
		assertThat(argument).hasToString("after");
		assertThat(this.locks.lock("orders", "before").isHeld()).isFalse();
		assertThat(this.locks.lock("orders", "after").isHeld()).isFalse();
	}

	@Test
	void anExpressionIsEvaluatedOnce() {
		Orders.body = () -> {
		};
		Counted counted = new Counted();
		orders().byCount(counted);
		assertThat(counted.count).hasValue(1);
	}

	@Test
	void allKeysOrNoneWithinOneTimeout() {
		Orders.body = () -> {
		};
		try (LockHold hold = this.locks.lock("orders", "c").acquire()) {
			assertThat(hold).isNotNull();
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> Background.start(() -> orders().byAll(List.of("a", "b", "c"))).result());
			Stream.of("a", "b").forEach((key) -> assertThat(this.locks.lock("orders", key).isHeld()).as(key).isFalse());
		}
	}

	@Test
	void theTimeoutIsForAllKeysTogether() {
		Terms terms = new Terms("", LockMode.EXCLUSIVE, Duration.ofNanos(10), new HandledTimeout(this.context), true);
		Budget budget = Budget.shared(terms);
		budget.spend(4);
		assertThat(budget.left()).isEqualTo(6);
		budget.spend(100);
		assertThat(budget.left()).isZero();
		assertThat(Budget.of(terms).left()).isEqualTo(10);
	}

	@Test
	void threadsThatNameTheSameKeysInAnyOrderDoNotWaitForOneAnotherForEver() {
		List<String> keys = IntStream.range(0, 5).mapToObj(String::valueOf).toList();
		AtomicInteger bodies = new AtomicInteger();
		Orders.body = bodies::incrementAndGet;
		List<Background<Boolean>> crowd = new ArrayList<>();
		for (int thread = 0; thread < 4; thread++) {
			crowd.add(Background.start(() -> {
				for (int round = 0; round < 200; round++) {
					List<String> shuffled = new ArrayList<>(keys);
					Collections.shuffle(shuffled);
					orders().patiently(shuffled.subList(0, 3));
					orders().patientlyInFiles(shuffled.subList(0, 3));
				}
			}));
		}
		crowd.forEach(Background::result);
		assertThat(bodies).hasValue(4 * 200 * 2);
	}

	@Test
	void aReaderOfAKeyLetsOthersReadIt() {
		Orders.body = () -> assertThat(Background.<Object>elsewhere(() -> {
			Orders.body = () -> {
			};
			orders().read("a");
			orders().readInFiles("a");
			return "read";
		})).isEqualTo("read");
		orders().read("a");
	}

	/** 10^6 of each were used once by hand; these are enough to see a leak. */
	@Test
	void keysThatAreNotUsedAnyMoreLeaveNothingBehind() throws Exception {
		Orders.body = () -> {
		};
		long before = used();
		int keys = 300_000;
		for (int i = 0; i < keys; i++) {
			orders().byNumber(0, i);
		}
		for (int i = 0; i < keys / 10; i++) {
			orders().inFile(i);
		}
		// an entry of a table has some 100 bytes at least
		Background.until(() -> used() - before < keys * 20L);
	}

	private long used() {
		System.gc();
		// the next one who asks clears away what was collected
		orders().byNumber(0, 0);
		orders().inFile(0);
		Runtime runtime = Runtime.getRuntime();
		return runtime.totalMemory() - runtime.freeMemory();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', value = {
			"forgotten | begins with 'id', which is none of target, targetClass, method, methodName, args: write '#id'",
			"literal | begins with 'orders', which is none of",
			"unknown | names '#order': unknown has no parameter of that name, but #id",
			"none | names '#id': none has no parameter of that name, but none",
			"broken | the key '#id.' is not an expression: ", "empty | the key '' is not an expression: ",
			"function | calls a function, and there are none", "bean | names the bean 'nobody', and there is none",
			"nested | names '#other': nested has no parameter of that name, but #id", "assignment | names '#other'",
			"using | it has both a key and 'using'" })
	void anExpressionThatCannotBeUnderstoodStopsTheStart(String method, String cause) {
		List<Finding> findings = misuse();
		assertThat(findings).anySatisfy((finding) -> {
			assertThat(finding.place()).isEqualTo(String.format(Locale.ROOT, "Misuse.%s()", method));
			assertThat(finding.cause()).startsWith("its lock annotation cannot be resolved: ").contains(cause);
		});
	}

	@Test
	void allThatCannotBeUnderstoodIsToldAtOnce() {
		assertThat(misuse()).extracting(Finding::place)
			.contains("Misuse.two()", "Misuse.using()", "Misuse.broken()")
			.filteredOn("Misuse.two()"::equals)
			.hasSize(2);
	}

	@Test
	void whereFilesHaveNoKeysTheStartFails(@TempDir Path directory) {
		try (AnnotationConfigApplicationContext other = new AnnotationConfigApplicationContext()) {
			other.registerBean(LockRegistry.class,
					() -> LockRegistries.builder().lockDirectory(directory).protocol(LockProtocol.FLOCK).build());
			other.register(Annotations.class, KeysOfFiles.class);
			assertThat(Refusal.of(other).findings()).singleElement()
				.satisfies((finding) -> Refusal.assertFinding(finding, "KeysOfFiles.work()", "key", "Remove the key"));
		}
	}

	private List<Finding> misuse() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(Configured.class, Misuse.class);
			return Refusal.of(context).findings();
		}
	}

	/** As for a class that was compiled without -parameters. */
	@Test
	void withoutTheNamesOfParametersTheMessageSaysHowToGetThem() {
		BeanFactory beans = this.context;
		Method method = ReflectionUtils.findMethod(Nameless.class, "apply", Object.class);
		assertThat(method).isNotNull();
		Map<String, Integer> names = ParameterNames.of(method, Nameless.class, method);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> KeyExpressions.parse(List.of("#id"), names, method, beans, "Nameless.apply()"))
			.withMessageContaining("the names of the parameters of apply are not in its class file")
			.withMessageContaining("-parameters");
		assertThat(KeyExpressions.parse(List.of("#p0"), names, method, beans, "Nameless.apply()")).isNotNull();
	}

	/** The parameters of an interface of the JDK have no names. */
	interface Nameless extends Function<Object, Object> {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class Annotations {

	}

	record Order(UUID id, String show) {
	}

	static class Clock {

		public String getTime() {
			return "noon";
		}

	}

	static class Counted {

		final AtomicInteger count = new AtomicInteger();

		public int getId() {
			return this.count.incrementAndGet();
		}

	}

	static class Orders {

		static volatile Runnable body = () -> {
		};

		public String getShop() {
			return "the shop";
		}

		@Locked(value = "orders", key = "#id", timeout = "1ms")
		public void byName(String id) {
			body.run();
		}

		@Locked(value = "orders", key = "#p1")
		public void byNumber(int first, long second) {
			body.run();
		}

		@Locked(value = "orders", key = "#a0")
		public void byOtherNumber(int first, long second) {
			body.run();
		}

		@WriteLocked(value = "orders", key = "#order.id()")
		public void byProperty(@Nullable Order order) {
			body.run();
		}

		@Locked(value = "orders", key = "#root.target.shop")
		public void byTarget() {
			body.run();
		}

		@Locked(value = "orders", key = "#root.method.name")
		public void byMethod() {
			body.run();
		}

		@Locked(value = "orders", key = "@clock.time")
		public void byBean() {
			body.run();
		}

		@Locked(value = "orders", key = "#orders.![show]")
		public void byProjection(List<Order> orders) {
			body.run();
		}

		@Locked(value = "orders", key = { "#one", "#two" })
		public void byBoth(String one, String two) {
			body.run();
		}

		@Locked(value = "orders", key = { "#one", "#many" })
		public void byBothOf(String one, Collection<String> many) {
			body.run();
		}

		@Locked(value = "orders", key = "#all", timeout = "5ms")
		public void byAll(Collection<String> all) {
			body.run();
		}

		@Locked(value = "orders", key = "#all")
		public void patiently(Collection<String> all) {
			body.run();
		}

		@InterProcessLocked(value = "files", key = "#all")
		public void patientlyInFiles(Collection<String> all) {
			body.run();
		}

		@InterProcessLocked(value = "files", key = "#all", timeout = "5ms")
		public void inFiles(Collection<String> all) {
			body.run();
		}

		@InterProcessLocked(value = "files", key = "#id")
		public void inFile(int id) {
			body.run();
		}

		@Locked(value = "orders", key = "#value")
		public void byObject(@Nullable Object value) {
			body.run();
		}

		@Locked(value = "orders", key = "#counted.id")
		public void byCount(Counted counted) {
			body.run();
		}

		@Locked(key = "#id", timeout = "1m")
		public void own(String id) {
			body.run();
		}

		@Locked(value = "orders", timeout = "1ms")
		public void withoutKey() {
			body.run();
		}

		@ReadLocked(value = "orders", key = "#id", timeout = "1ms")
		public void read(String id) {
			body.run();
		}

		@InterProcessReadLocked(value = "files", key = "#id", timeout = "1ms")
		public void readInFiles(String id) {
			body.run();
		}

	}

	static class KeysOfFiles {

		@InterProcessLocked(value = "files", key = "#id")
		void work(String id) {
		}

	}

	static class Misuse {

		@Locked(value = "orders", key = "id")
		void forgotten(String id) {
		}

		@Locked(value = "orders", key = "orders")
		void literal(String id) {
		}

		@Locked(value = "orders", key = "#order.id")
		void unknown(String id) {
		}

		@Locked(value = "orders", key = "#id")
		void none() {
		}

		@Locked(value = "orders", key = "#id.")
		void broken(String id) {
		}

		@Locked(value = "orders", key = "")
		void empty(String id) {
		}

		@Locked(value = "orders", key = "#hash(#id)")
		void function(String id) {
		}

		@Locked(value = "orders", key = "@nobody.name")
		void bean(String id) {
		}

		@Locked(value = "orders", key = "#id.substring(#other)")
		void nested(String id) {
		}

		@Locked(value = "orders", key = "#other = #id")
		void assignment(String id) {
		}

		@Locked(using = "lock", key = "#id")
		void using(String id) {
		}

		@Locked(value = "orders", key = "#one")
		@Locked(value = "others", key = "#two")
		void two(String id) {
		}

	}

}
