package org.fasteners.interceptor;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.fasteners.Background;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.annotation.Locked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanDefinitionCustomizer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Beans that come late, or whose class tells little, are checked and locked like others.
 */
@Timeout(60)
class UnusualBeansIntegrationTests {

	private static final BeanDefinitionCustomizer LAZY = (definition) -> definition.setLazyInit(true);

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final AtomicInteger made = new AtomicInteger();

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void lazyBeansAreCheckedAtTheStartAndStayUnmade() {
		this.context.registerBean("later", WithoutUnit.class, () -> new WithoutUnit(this.made), LAZY);
		this.context.register(Configured.class);
		assertThat(Refusal.of(this.context).findings()).singleElement()
			.satisfies((finding) -> Refusal.assertFinding(finding, "WithoutUnit.work()", "'5' has no unit", ""));
		assertThat(this.made).hasValue(0);
	}

	@Test
	void lazyBeansStayUnmadeByTheChecksAndLockLater() {
		this.context.register(Configured.class);
		this.context.registerBean("later", CountedWorker.class, () -> new CountedWorker(this.made), LAZY);
		this.context.refresh();
		assertThat(this.made).hasValue(0);
		CountedWorker later = this.context.getBean(CountedWorker.class);
		assertThat(this.made).hasValue(1);
		Gauge.assertAlone(later::work);
	}

	@Test
	void aBeanWhoseDeclaredTypeTellsNothingIsCheckedByItsClass() {
		this.context.register(Configured.class, DeclaredAsObject.class);
		assertThat(Refusal.of(this.context).findings()).singleElement()
			.satisfies(
					(finding) -> Refusal.assertFinding(finding, "Sealed.work()", "final", "neither static nor final"));
	}

	@Test
	void anAnnotatedInterfaceBehindALambdaIsLocked() {
		start(Lambda.class);
		assertLocks(this.context.getBean(Worker.class));
	}

	@Test
	void anAnnotatedInterfaceBehindAFactoryBeanIsLocked() {
		start(WorkerFactory.class);
		assertLocks(this.context.getBean(Worker.class));
	}

	@Test
	void anAnnotatedInterfaceBehindAFactoryBeanIsLockedWhenOthersNeedItEarly() {
		start(WorkerFactory.class, Employer.class);
		assertLocks(this.context.getBean(Employer.class).worker);
	}

	@Test
	void anAnnotatedInterfaceBehindAScopedProxyIsLocked() {
		this.context.getBeanFactory().registerScope("thread", new SimpleThreadScope());
		start(ScopedWorkers.class);
		assertLocks(this.context.getBean(Worker.class));
	}

	private void assertLocks(Worker worker) {
		LockRegistry registry = this.context.getBean(LockRegistry.class);
		List<Integer> holds = new ArrayList<>();
		worker.work(() -> holds.add(registry.readWriteLock("work").holdCount(LockMode.EXCLUSIVE)));
		assertThat(holds).containsExactly(1);
		Background<Boolean> caller;
		try (LockHold hold = registry.lock("work").acquire()) {
			assertThat(hold).isNotNull();
			caller = Background.start(() -> worker.work(() -> {
			})).awaitWaiting();
		}
		assertThat(caller.result()).isTrue();
	}

	private void start(Class<?>... beans) {
		this.context.register(Configured.class);
		this.context.register(beans);
		this.context.refresh();
	}

	@Configuration(proxyBeanMethods = false)
	static class DeclaredAsObject {

		@Bean
		Object hiding() {
			return new Sealed();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Lambda {

		@Bean
		Worker lambda() {
			return (body) -> body.run();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ScopedWorkers {

		@Bean
		@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.INTERFACES)
		Worker scoped() {
			return new Lambda().lambda();
		}

	}

	@SuppressWarnings("rawtypes")
	static class WorkerFactory implements FactoryBean {

		@Override
		public Object getObject() {
			return Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Worker.class },
					(proxy, method, arguments) -> {
						((Runnable) arguments[0]).run();
						return null;
					});
		}

		@Override
		public Class<?> getObjectType() {
			return Worker.class;
		}

	}

	static class Employer {

		final Worker worker;

		Employer(Worker worker) {
			this.worker = worker;
		}

	}

	interface Worker {

		@Locked("work")
		void work(Runnable body);

	}

	static class PlainWorker {

		@Locked("work")
		void work(Runnable body) {
			body.run();
		}

	}

	static class CountedWorker extends PlainWorker {

		CountedWorker(AtomicInteger made) {
			made.incrementAndGet();
		}

	}

	static class WithoutUnit {

		WithoutUnit(AtomicInteger made) {
			made.incrementAndGet();
		}

		@Locked(timeout = "5")
		void work() {
		}

	}

	static class Sealed {

		@Locked("sealed")
		final void work() {
		}

	}

}
