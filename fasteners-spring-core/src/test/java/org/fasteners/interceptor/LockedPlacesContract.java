package org.fasteners.interceptor;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.annotation.InterProcessLocked;
import org.fasteners.annotation.InterProcessReadLocked;
import org.fasteners.annotation.InterProcessWriteLocked;
import org.fasteners.annotation.Locked;
import org.fasteners.annotation.ReadLocked;
import org.fasteners.annotation.WriteLocked;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.annotation.AnnotatedGenericBeanDefinition;
import org.springframework.context.annotation.AnnotationBeanNameGenerator;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.annotation.AliasFor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each of the six annotations of locks does lock, wherever it stands: with the lock it
 * names, in its mode, once. Run for both kinds of proxy.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LockedPlacesContract {

	private static final Set<LockKind> READERS = EnumSet.of(LockKind.READ_LOCKED, LockKind.INTER_PROCESS_READ_LOCKED);

	private static final Map<LockKind, BiConsumer<Six, Runnable>> METHODS = new EnumMap<>(Map.of(LockKind.LOCKED,
			Six::locked, LockKind.READ_LOCKED, Six::readLocked, LockKind.WRITE_LOCKED, Six::writeLocked,
			LockKind.INTER_PROCESS_LOCKED, Six::interProcessLocked, LockKind.INTER_PROCESS_READ_LOCKED,
			Six::interProcessReadLocked, LockKind.INTER_PROCESS_WRITE_LOCKED, Six::interProcessWriteLocked));

	private static final Map<LockKind, Class<? extends Work>> CLASSES = new EnumMap<>(Map.of(LockKind.LOCKED,
			LockedClass.class, LockKind.READ_LOCKED, ReadLockedClass.class, LockKind.WRITE_LOCKED,
			WriteLockedClass.class, LockKind.INTER_PROCESS_LOCKED, InterProcessLockedClass.class,
			LockKind.INTER_PROCESS_READ_LOCKED, InterProcessReadLockedClass.class, LockKind.INTER_PROCESS_WRITE_LOCKED,
			InterProcessWriteLockedClass.class));

	private static final Map<LockKind, Class<? extends Work>> WORKERS = new EnumMap<>(Map.of(LockKind.LOCKED,
			LockedWorker.class, LockKind.READ_LOCKED, ReadLockedWorker.class, LockKind.WRITE_LOCKED,
			WriteLockedWorker.class, LockKind.INTER_PROCESS_LOCKED, InterProcessLockedWorker.class,
			LockKind.INTER_PROCESS_READ_LOCKED, InterProcessReadLockedWorker.class, LockKind.INTER_PROCESS_WRITE_LOCKED,
			InterProcessWriteLockedWorker.class));

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final Class<?> configuration;

	LockedPlacesContract(Class<?> configuration) {
		this.configuration = configuration;
	}

	/** Whether a proxy is of the kind this is about. */
	abstract boolean isExpected(Object proxy);

	@BeforeAll
	void start(@TempDir Path directory) {
		this.context.registerBean(LockRegistry.class, () -> LockRegistries.builder().lockDirectory(directory).build());
		this.context.register(this.configuration, OnMethods.class, OnInterfaceMethods.class, ByOwnAnnotations.class);
		CLASSES.values().forEach(this.context::register);
		WORKERS.values().forEach(this.context::register);
		this.context.refresh();
	}

	@AfterAll
	void stop() {
		this.context.close();
	}

	@Test
	void theBeansAreProxiesOfTheRightKind() {
		assertThat(this.context.getBeansOfType(Six.class)).hasSize(3).allSatisfy((name, bean) -> {
			assertThat(AopUtils.isAopProxy(bean)).isTrue();
			assertThat(isExpected(bean)).isTrue();
		});
		assertThat(this.context.getBeansOfType(Work.class)).hasSize(12)
			.allSatisfy((name, bean) -> assertThat(isExpected(bean)).isTrue());
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("allPlaces")
	void theBodyRunsUnderTheLockThatIsNamedOnceInItsMode(Place place) {
		List<Integer> holds = new ArrayList<>();
		place.call.accept(() -> {
			holds.add(place.lock.holdCount(place.mode));
			holds.add(place.lock.holdCount(other(place.mode)));
		});
		assertThat(holds).containsExactly(1, 0);
		assertThat(place.lock.isHeld(place.mode)).isFalse();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("exclusivePlaces")
	void oneThreadAtATimeIsInside(Place place) {
		Gauge.assertAlone(place.call);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("sharedPlaces")
	void twoReadersAreInsideTogetherAndNoWriterMeanwhile(Place place) {
		CyclicBarrier together = new CyclicBarrier(3);
		Background<Boolean> one = Background.start(() -> place.call.accept(() -> meetTwice(together)));
		Background<Boolean> two = Background.start(() -> place.call.accept(() -> meetTwice(together)));
		meet(together);
		try (LockAttempt writer = place.lock.tryAcquire(LockMode.EXCLUSIVE)) {
			assertThat(writer.isAcquired()).isFalse();
		}
		meet(together);
		one.result();
		two.result();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("sharedPlaces")
	void aReaderWaitsForAWriter(Place place) {
		List<String> events = new ArrayList<>();
		Background<Boolean> reader;
		try (LockHold writer = place.lock.acquire(LockMode.EXCLUSIVE)) {
			assertThat(writer).isNotNull();
			reader = Background.start(() -> place.call.accept(() -> events.add("read"))).awaitWaiting();
			events.add("written");
		}
		reader.result();
		assertThat(events).containsExactly("written", "read");
	}

	private static void meetTwice(CyclicBarrier barrier) {
		meet(barrier);
		meet(barrier);
	}

	private static void meet(CyclicBarrier barrier) {
		try {
			barrier.await(30, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException("Others did not come", ex);
		}
	}

	private static LockMode other(LockMode mode) {
		return (mode == LockMode.SHARED) ? LockMode.EXCLUSIVE : LockMode.SHARED;
	}

	Stream<Place> exclusivePlaces() {
		return allPlaces().filter((place) -> place.mode == LockMode.EXCLUSIVE);
	}

	Stream<Place> sharedPlaces() {
		return allPlaces().filter((place) -> place.mode == LockMode.SHARED);
	}

	Stream<Place> allPlaces() {
		return Stream.of(methods(OnMethods.class, "method"), methods(OnInterfaceMethods.class, "interface-method"),
				methods(ByOwnAnnotations.class, "own-annotation"), types(CLASSES, "class"), types(WORKERS, "interface"))
			.flatMap(List::stream);
	}

	private List<Place> methods(Class<? extends Six> type, String lock) {
		Six bean = bean(type, Six.class);
		List<Place> places = new ArrayList<>();
		METHODS.forEach((kind, method) -> places.add(place(kind, lock, (body) -> method.accept(bean, body))));
		return places;
	}

	private List<Place> types(Map<LockKind, Class<? extends Work>> types, String lock) {
		List<Place> places = new ArrayList<>();
		types.forEach((kind, type) -> places.add(place(kind, lock, bean(type, Work.class)::run)));
		return places;
	}

	/** By name: a proxy may only have the interfaces. */
	private <T> T bean(Class<? extends T> type, Class<T> required) {
		return this.context.getBean(AnnotationBeanNameGenerator.INSTANCE
			.generateBeanName(new AnnotatedGenericBeanDefinition(type), this.context), required);
	}

	private Place place(LockKind kind, String lock, Consumer<Runnable> call) {
		LockRegistry registry = this.context.getBean(LockRegistry.class);
		LockMode mode = READERS.contains(kind) ? LockMode.SHARED : LockMode.EXCLUSIVE;
		return new Place(String.format(Locale.ROOT, "@%s on %s", kind.annotation().getSimpleName(), lock), mode,
				kind.interProcess() ? registry.interProcessReaderWriterLock(lock) : registry.readWriteLock(lock), call);
	}

	/**
	 * Where an annotation stands.
	 *
	 * @param name for people
	 * @param mode the mode in which it locks
	 * @param lock the lock it names
	 * @param call leads through the proxy to the body
	 */
	record Place(String name, LockMode mode, SharedExclusiveLock lock, Consumer<Runnable> call) {

		@Override
		public String toString() {
			return this.name;
		}

	}

	interface Work {

		void run(Runnable body);

	}

	static class Plain implements Work {

		@Override
		public void run(Runnable body) {
			body.run();
		}

	}

	interface Six {

		void locked(Runnable body);

		void readLocked(Runnable body);

		void writeLocked(Runnable body);

		void interProcessLocked(Runnable body);

		void interProcessReadLocked(Runnable body);

		void interProcessWriteLocked(Runnable body);

	}

	static class OnMethods implements Six {

		@Override
		@Locked("method")
		public void locked(Runnable body) {
			body.run();
		}

		@Override
		@ReadLocked("method")
		public void readLocked(Runnable body) {
			body.run();
		}

		@Override
		@WriteLocked("method")
		public void writeLocked(Runnable body) {
			body.run();
		}

		@Override
		@InterProcessLocked("method")
		public void interProcessLocked(Runnable body) {
			body.run();
		}

		@Override
		@InterProcessReadLocked("method")
		public void interProcessReadLocked(Runnable body) {
			body.run();
		}

		@Override
		@InterProcessWriteLocked("method")
		public void interProcessWriteLocked(Runnable body) {
			body.run();
		}

	}

	interface SixAnnotated extends Six {

		@Override
		@Locked("interface-method")
		void locked(Runnable body);

		@Override
		@ReadLocked("interface-method")
		void readLocked(Runnable body);

		@Override
		@WriteLocked("interface-method")
		void writeLocked(Runnable body);

		@Override
		@InterProcessLocked("interface-method")
		void interProcessLocked(Runnable body);

		@Override
		@InterProcessReadLocked("interface-method")
		void interProcessReadLocked(Runnable body);

		@Override
		@InterProcessWriteLocked("interface-method")
		void interProcessWriteLocked(Runnable body);

	}

	static class OnInterfaceMethods implements SixAnnotated {

		@Override
		public void locked(Runnable body) {
			body.run();
		}

		@Override
		public void readLocked(Runnable body) {
			body.run();
		}

		@Override
		public void writeLocked(Runnable body) {
			body.run();
		}

		@Override
		public void interProcessLocked(Runnable body) {
			body.run();
		}

		@Override
		public void interProcessReadLocked(Runnable body) {
			body.run();
		}

		@Override
		public void interProcessWriteLocked(Runnable body) {
			body.run();
		}

	}

	static class ByOwnAnnotations implements Six {

		@Override
		@OwnLocked(name = "own-annotation")
		public void locked(Runnable body) {
			body.run();
		}

		@Override
		@OwnReadLocked(name = "own-annotation")
		public void readLocked(Runnable body) {
			body.run();
		}

		@Override
		@OwnWriteLocked(name = "own-annotation")
		public void writeLocked(Runnable body) {
			body.run();
		}

		@Override
		@OwnInterProcessLocked(name = "own-annotation")
		public void interProcessLocked(Runnable body) {
			body.run();
		}

		@Override
		@OwnInterProcessReadLocked(name = "own-annotation")
		public void interProcessReadLocked(Runnable body) {
			body.run();
		}

		@Override
		@OwnInterProcessWriteLocked(name = "own-annotation")
		public void interProcessWriteLocked(Runnable body) {
			body.run();
		}

	}

	@Locked
	@Retention(RetentionPolicy.RUNTIME)
	@interface OwnLocked {

		@AliasFor(annotation = Locked.class, attribute = "value")
		String name();

	}

	@ReadLocked
	@Retention(RetentionPolicy.RUNTIME)
	@interface OwnReadLocked {

		@AliasFor(annotation = ReadLocked.class, attribute = "value")
		String name();

	}

	@WriteLocked
	@Retention(RetentionPolicy.RUNTIME)
	@interface OwnWriteLocked {

		@AliasFor(annotation = WriteLocked.class, attribute = "value")
		String name();

	}

	@InterProcessLocked("")
	@Retention(RetentionPolicy.RUNTIME)
	@interface OwnInterProcessLocked {

		@AliasFor(annotation = InterProcessLocked.class, attribute = "value")
		String name();

	}

	@InterProcessReadLocked("")
	@Retention(RetentionPolicy.RUNTIME)
	@interface OwnInterProcessReadLocked {

		@AliasFor(annotation = InterProcessReadLocked.class, attribute = "value")
		String name();

	}

	@InterProcessWriteLocked("")
	@Retention(RetentionPolicy.RUNTIME)
	@interface OwnInterProcessWriteLocked {

		@AliasFor(annotation = InterProcessWriteLocked.class, attribute = "value")
		String name();

	}

	@Locked("class")
	static class LockedClass extends Plain {

	}

	@ReadLocked("class")
	static class ReadLockedClass extends Plain {

	}

	@WriteLocked("class")
	static class WriteLockedClass extends Plain {

	}

	@InterProcessLocked("class")
	static class InterProcessLockedClass extends Plain {

	}

	@InterProcessReadLocked("class")
	static class InterProcessReadLockedClass extends Plain {

	}

	@InterProcessWriteLocked("class")
	static class InterProcessWriteLockedClass extends Plain {

	}

	@Locked("interface")
	interface LockedWork extends Work {

	}

	@ReadLocked("interface")
	interface ReadLockedWork extends Work {

	}

	@WriteLocked("interface")
	interface WriteLockedWork extends Work {

	}

	@InterProcessLocked("interface")
	interface InterProcessLockedWork extends Work {

	}

	@InterProcessReadLocked("interface")
	interface InterProcessReadLockedWork extends Work {

	}

	@InterProcessWriteLocked("interface")
	interface InterProcessWriteLockedWork extends Work {

	}

	static class LockedWorker extends Plain implements LockedWork {

	}

	static class ReadLockedWorker extends Plain implements ReadLockedWork {

	}

	static class WriteLockedWorker extends Plain implements WriteLockedWork {

	}

	static class InterProcessLockedWorker extends Plain implements InterProcessLockedWork {

	}

	static class InterProcessReadLockedWorker extends Plain implements InterProcessReadLockedWork {

	}

	static class InterProcessWriteLockedWorker extends Plain implements InterProcessWriteLockedWork {

	}

}
