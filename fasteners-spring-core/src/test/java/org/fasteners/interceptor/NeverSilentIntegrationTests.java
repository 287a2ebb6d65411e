package org.fasteners.interceptor;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;

import org.fasteners.ForeignBase;
import org.fasteners.LockMisuseException;
import org.fasteners.LockRegistry;
import org.fasteners.annotation.Locked;
import org.fasteners.annotation.ReadLocked;
import org.fasteners.annotation.WriteLocked;
import org.fasteners.config.EnableFasteners;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.core.PriorityOrdered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Places where libraries of this kind have been found to lock nothing and say nothing, or
 * to refuse what could be locked: each either locks or stops the start.
 */
class NeverSilentIntegrationTests {

	@Test
	void aBeanThatWasMadeBeforeProxiesStopsTheStart() {
		assertRefused("made before or outside of the automatic proxies", Classes.class, Early.class, Plain.class);
	}

	@Test
	void aBeanThatWasMadeByHandStopsTheStart() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(Classes.class);
			context.getBeanFactory().registerSingleton("handmade", new Plain());
			assertThatExceptionOfType(LockMisuseException.class).isThrownBy(context::refresh)
				.withMessageContaining("handmade")
				.withMessageContaining("outside of the automatic proxies");
		}
	}

	@Test
	void aMethodOfAnInterfaceLocksAlsoWhereItsImplementationIsInherited() {
		for (Class<?> configuration : List.of(Interfaces.class, Classes.class)) {
			try (var context = new AnnotationConfigApplicationContext(configuration, InheritedJob.class)) {
				assertThat(context.getBean(Job.class).heldIn(context.getBean(LockRegistry.class))).isTrue();
			}
		}
	}

	@Test
	void aBeanThatIsAProxyAlreadyIsAcceptedAndLocks() {
		try (var context = new AnnotationConfigApplicationContext(Interfaces.class, DynamicJob.class)) {
			assertThat(context.getBean(Job.class).heldIn(context.getBean(LockRegistry.class))).isTrue();
		}
	}

	@Test
	void aFinalMethodOfAnInterfaceLocksBehindAProxyOfInterfaces() {
		try (var context = new AnnotationConfigApplicationContext(Interfaces.class, FinalMethodJob.class)) {
			assertThat(context.getBean(Job.class).heldIn(context.getBean(LockRegistry.class))).isTrue();
		}
		assertRefused("final", Classes.class, FinalMethodJob.class);
	}

	@Test
	void anAnnotationOfAClassDoesNotMeanFinalMethodsOfASuperclassThatKnowsNoLocks() {
		try (var context = new AnnotationConfigApplicationContext(Classes.class, OfAFramework.class)) {
			LockRegistry locks = context.getBean(LockRegistry.class);
			assertThat(context.getBean(OfAFramework.class).mine(locks)).isTrue();
		}
	}

	@Test
	void aMethodBehindAVisibilityBridgeIsChecked() {
		assertRefused("returns CompletableFuture", Classes.class, PublicOfHidden.class);
	}

	@Test
	void anAsynchronousResultByTypeParameterIsRefused() {
		assertRefused("returns CompletableFuture", Classes.class, GenericAsync.class);
	}

	@Test
	void aPackagePrivateMethodOfAnotherPackageIsRefused() {
		assertRefused("package-private in another package", Classes.class, OfAForeignPackage.class);
	}

	@Test
	void aPlaceholderThatCannotBeResolvedIsRefused() {
		assertRefused("the placeholder in '${no.such.name}' cannot be resolved", Classes.class, Unresolved.class);
	}

	@Test
	void anEmptyCollectionOfLocksIsAnErrorAndTheBodyDoesNotRun() {
		try (var context = new AnnotationConfigApplicationContext(Classes.class, EmptyCollection.class)) {
			assertThatIllegalStateException().isThrownBy(() -> context.getBean(EmptyCollection.class).run())
				.withMessageContaining("is empty");
		}
	}

	@Test
	void aScopedBeanIsAcceptedAndLocks() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.register(Classes.class, Scoped.class);
			context.getBeanFactory().registerScope("thread", new SimpleThreadScope());
			context.refresh();
			assertThat(context.getBean(Scoped.class).heldIn(context.getBean(LockRegistry.class))).isTrue();
		}
	}

	@Test
	void instancesOfTwoContextsWithOneRegistryHaveTwoLocks() {
		try (var parent = new AnnotationConfigApplicationContext(Classes.class, Own.class);
				AnnotationConfigApplicationContext child = new AnnotationConfigApplicationContext()) {
			child.setParent(parent);
			child.register(Advice.class, Own.class);
			child.refresh();
			Own inParent = parent.getBean(Own.class);
			Own inChild = child.getBean(Own.class);
			assertThat(inParent).isNotSameAs(inChild);
			// reading in one and writing in the other would be an upgrade of one lock
			inParent.read(inChild::write);
		}
	}

	private static void assertRefused(String message, Class<?>... configuration) {
		assertThatExceptionOfType(LockMisuseException.class)
			.isThrownBy(() -> new AnnotationConfigApplicationContext(configuration).close())
			.withMessageContaining(message);
	}

	private static boolean isHeld(LockRegistry locks) {
		return locks.lock("job").isHeldByCurrentOwner();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class Interfaces {

		@Bean
		LockRegistry locks() {
			return LockRegistries.builder().build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners(proxyTargetClass = true)
	static class Classes {

		@Bean
		LockRegistry locks() {
			return LockRegistries.builder().build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners(proxyTargetClass = true)
	static class Advice {

	}

	interface Job {

		@Locked("job")
		boolean heldIn(LockRegistry locks);

	}

	static class Plain {

		@Locked
		void run() {
		}

	}

	static class Early implements BeanPostProcessor, PriorityOrdered, BeanFactoryAware {

		@Override
		public void setBeanFactory(BeanFactory beanFactory) {
			beanFactory.getBean(Plain.class);
		}

		@Override
		public int getOrder() {
			return 0;
		}

	}

	static class JobOfNobody {

		public boolean heldIn(LockRegistry locks) {
			return isHeld(locks);
		}

	}

	static class InheritedJob extends JobOfNobody implements Job {

	}

	@Configuration(proxyBeanMethods = false)
	static class DynamicJob {

		@Bean
		Job job() {
			return (Job) Proxy.newProxyInstance(Job.class.getClassLoader(), new Class<?>[] { Job.class },
					(proxy, method, arguments) -> isHeld((LockRegistry) Objects.requireNonNull(arguments)[0]));
		}

	}

	static class FinalMethodJob implements Job {

		@Override
		public final boolean heldIn(LockRegistry locks) {
			return isHeld(locks);
		}

	}

	static class Framework {

		public final void nobodyCanOpenThis() {
		}

	}

	@Locked("job")
	static class OfAFramework extends Framework {

		public boolean mine(LockRegistry locks) {
			return isHeld(locks);
		}

	}

	static class Hidden {

		@Locked
		public CompletableFuture<String> go() {
			return new CompletableFuture<>();
		}

	}

	public static class PublicOfHidden extends Hidden {

	}

	static class Generic<T> {

		@Locked
		public T go(T value) {
			return value;
		}

	}

	static class GenericAsync extends Generic<CompletableFuture<String>> {

	}

	static class OfAForeignPackage extends ForeignBase {

	}

	static class Unresolved {

		@Locked("${no.such.name}")
		void run() {
		}

	}

	static class EmptyCollection {

		final List<Lock> locks = List.of();

		@Locked(using = "locks")
		void run() {
			throw new AssertionError("It ran without a lock");
		}

	}

	@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
	static class Scoped {

		@Locked("job")
		boolean heldIn(LockRegistry locks) {
			return isHeld(locks);
		}

	}

	static class Own {

		@ReadLocked
		void read(Runnable action) {
			action.run();
		}

		@WriteLocked
		void write() {
		}

	}

}
