package org.fasteners.interceptor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.fasteners.Background;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.annotation.InterProcessLocked;
import org.fasteners.annotation.Locked;
import org.fasteners.annotation.ReadLocked;
import org.fasteners.config.EnableFasteners;
import org.fasteners.registry.LockRegistries;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which annotation applies where several could, and what an annotation of a class leaves
 * alone.
 */
@Timeout(60)
class PrecedenceIntegrationTests {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private LockRegistry registry = LockRegistries.builder().build();

	@BeforeEach
	void prepare(@TempDir Path directory) {
		this.registry = LockRegistries.builder().lockDirectory(directory).build();
		this.context.registerBean(LockRegistry.class, () -> this.registry);
	}

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void theAnnotationOfAMethodReplacesThatOfItsClass() {
		start(ProxiesOfClasses.class, Catalog.class);
		Catalog catalog = this.context.getBean(Catalog.class);
		SharedExclusiveLock lock = this.registry.readWriteLock("catalog");
		catalog.write(() -> assertHolds(lock, 0, 1));
		catalog.read(() -> assertHolds(lock, 1, 0));
		catalog.report(() -> {
			assertHolds(lock, 0, 0);
			assertHolds(this.registry.readWriteLock("report"), 0, 1);
		});
	}

	@Test
	void aProcessAnnotationComesOnTopOfThatOfAThread() {
		start(ProxiesOfClasses.class, Till.class);
		this.context.getBean(Till.class).work(() -> {
			assertHolds(this.registry.readWriteLock("till"), 0, 1);
			assertHolds(this.registry.interProcessReaderWriterLock("till"), 0, 1);
		});
		assertThat(this.registry.lock("till").isHeld()).isFalse();
		assertThat(this.registry.interProcessLock("till").isHeld()).isFalse();
	}

	@Test
	void theLockBetweenThreadsIsTakenFirst() {
		start(ProxiesOfClasses.class, Till.class);
		Till till = this.context.getBean(Till.class);
		Background<Boolean> caller;
		try (LockHold hold = this.registry.interProcessLock("till").acquire()) {
			assertThat(hold).isNotNull();
			caller = Background.start(() -> till.work(() -> {
			}));
			Background.until(() -> this.registry.lock("till").isHeld());
			caller.awaitWaiting();
		}
		assertThat(caller.result()).isTrue();
		try (LockHold hold = this.registry.lock("till").acquire()) {
			assertThat(hold).isNotNull();
			caller = Background.start(() -> till.work(() -> {
			})).awaitWaiting();
			assertThat(this.registry.interProcessLock("till").isHeld()).isFalse();
		}
		assertThat(caller.result()).isTrue();
	}

	@Test
	void aMethodThatTwoClassesInheritTakesTheLockOfEach() {
		start(ProxiesOfClasses.class, Tea.class, Coffee.class);
		SharedExclusiveLock tea = this.registry.readWriteLock("tea");
		SharedExclusiveLock coffee = this.registry.readWriteLock("coffee");
		this.context.getBean(Tea.class).brew(() -> {
			assertHolds(tea, 0, 1);
			assertHolds(coffee, 0, 0);
		});
		this.context.getBean(Coffee.class).brew(() -> {
			assertHolds(tea, 0, 0);
			assertHolds(coffee, 0, 1);
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { ProxiesOfClasses.class, ProxiesOfInterfaces.class })
	void aMethodOfAGenericInterfaceIsLockedOnce(Class<?> configuration) {
		start(configuration, AnnotatedStore.class, CoveredStore.class, PlainStore.class);
		List<Integer> holds = new ArrayList<>();
		this.context.getBeanProvider(Store.class).forEach((bean) -> put(bean, holds));
		assertThat(holds).containsExactly(1, 1, 1);
	}

	private void put(Store<?> bean, List<Integer> holds) {
		@SuppressWarnings("unchecked")
		Store<String> store = (Store<String>) bean;
		store.put("tea", () -> holds.add(this.registry.readWriteLock("store").holdCount(LockMode.EXCLUSIVE)));
	}

	@Test
	void aDefaultMethodOfAnInterfaceIsLocked() {
		start(ProxiesOfClasses.class, Waiter.class);
		this.context.getBean(Waiter.class).serve(() -> assertHolds(this.registry.readWriteLock("serving"), 0, 1));
	}

	@Test
	void methodsThatAreNotPublicAreLocked() {
		start(ProxiesOfClasses.class, Reserved.class);
		Reserved reserved = this.context.getBean(Reserved.class);
		reserved.ofPackage(() -> assertHolds(this.registry.readWriteLock("reserved"), 0, 1));
		reserved.ofSubclasses(() -> assertHolds(this.registry.readWriteLock("reserved"), 0, 1));
	}

	@Test
	void aLockedBeanCanBePutIntoASetAndPrintedWhileSomebodyHoldsItsLock() {
		start(ProxiesOfClasses.class, Element.class);
		Element element = this.context.getBean(Element.class);
		assertThat(AopUtils.isAopProxy(element)).isTrue();
		try (LockHold hold = this.registry.lock("element").acquire()) {
			assertThat(hold).isNotNull();
			Background.elsewhere(() -> {
				Set<Object> set = new HashSet<>();
				assertThat(set.add(element)).isTrue();
				assertThat(set.add(element)).isFalse();
				assertThat(element).hasToString("an element");
				return true;
			});
		}
	}

	@Test
	void theLifecycleOfALockedBeanDoesNotWaitForItsLock() {
		this.context.register(ProxiesOfClasses.class, Engine.class);
		try (LockHold hold = this.registry.lock("engine").acquire()) {
			assertThat(hold).isNotNull();
			Background.elsewhere(() -> {
				this.context.refresh();
				assertThat(AopUtils.isAopProxy(this.context.getBean(Engine.class))).isTrue();
				assertThat(this.context.getBean(Engine.class).isRunning()).isTrue();
				this.context.close();
				return true;
			});
		}
	}

	private void start(Class<?>... classes) {
		this.context.register(classes);
		this.context.refresh();
	}

	private static void assertHolds(SharedExclusiveLock lock, int shared, int exclusive) {
		assertThat(lock.holdCount(LockMode.SHARED)).as("read holds").isEqualTo(shared);
		assertThat(lock.holdCount(LockMode.EXCLUSIVE)).as("write holds").isEqualTo(exclusive);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners(proxyTargetClass = true)
	static class ProxiesOfClasses {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class ProxiesOfInterfaces {

	}

	@Locked("catalog")
	static class Catalog {

		void write(Runnable body) {
			body.run();
		}

		@ReadLocked("catalog")
		void read(Runnable body) {
			body.run();
		}

		@Locked("report")
		void report(Runnable body) {
			body.run();
		}

	}

	@InterProcessLocked("till")
	static class Till {

		@Locked("till")
		void work(Runnable body) {
			body.run();
		}

	}

	static class Kettle {

		public void brew(Runnable body) {
			body.run();
		}

	}

	@Locked("tea")
	static class Tea extends Kettle {

	}

	@Locked("coffee")
	static class Coffee extends Kettle {

	}

	interface Store<T> {

		void put(T item, Runnable body);

	}

	static class AnnotatedStore implements Store<String> {

		@Override
		@Locked("store")
		public void put(String item, Runnable body) {
			body.run();
		}

	}

	@Locked("store")
	static class CoveredStore implements Store<String> {

		@Override
		public void put(String item, Runnable body) {
			body.run();
		}

	}

	interface LockedStore<T> extends Store<T> {

		@Override
		@Locked("store")
		void put(T item, Runnable body);

	}

	static class PlainStore implements LockedStore<String> {

		@Override
		public void put(String item, Runnable body) {
			body.run();
		}

	}

	interface Serving {

		@Locked("serving")
		default void serve(Runnable body) {
			body.run();
		}

	}

	static class Waiter implements Serving {

	}

	static class Reserved {

		@Locked("reserved")
		void ofPackage(Runnable body) {
			body.run();
		}

		@Locked("reserved")
		protected void ofSubclasses(Runnable body) {
			body.run();
		}

	}

	@Locked("element")
	static class Element {

		void work() {
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof Element;
		}

		@Override
		public int hashCode() {
			return 1;
		}

		@Override
		public String toString() {
			return "an element";
		}

	}

	@Locked("engine")
	static class Engine implements InitializingBean, SmartInitializingSingleton, SmartLifecycle {

		private volatile boolean running;

		void work() {
		}

		@Override
		public void afterPropertiesSet() {
		}

		@Override
		public void afterSingletonsInstantiated() {
		}

		@Override
		public void start() {
			this.running = true;
		}

		@Override
		public void stop() {
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

	}

}
