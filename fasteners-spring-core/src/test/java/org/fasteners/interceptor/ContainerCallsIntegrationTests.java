package org.fasteners.interceptor;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import jakarta.annotation.Resource;
import org.fasteners.LockMisuseException.Finding;
import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.annotation.Locked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.beans.factory.BeanNameAware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Methods that the container calls on the object itself, and not on its proxy, cannot be
 * locked, and stop the start.
 */
@Timeout(60)
class ContainerCallsIntegrationTests {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void destroyMethodsThatSpringInfersStopTheStart() {
		this.context.register(Configured.class, Inferred.class, Closeable.class);
		List<Finding> findings = Refusal.of(this.context).findings();
		assertThat(findings).extracting(Finding::place)
			.containsExactlyInAnyOrder("PublicClose.close()", "PublicShutdown.shutdown()", "Closeable.close()");
		assertThat(findings).allSatisfy((finding) -> Refusal.assertFinding(finding, finding.place(),
				"cannot lock a method that the container calls when the bean is destroyed, inferred from its name, because the container calls it on the object itself and not on its proxy",
				"Say @Bean(destroyMethod = \"\") and call it yourself, through the bean; or lock in a method of another bean"));
	}

	@Test
	void aDestroyMethodThatOnlyTheClassShowsStopsTheStart() {
		this.context.register(Configured.class, DeclaredAsObject.class);
		assertThat(Refusal.of(this.context).findings()).extracting(Finding::place)
			.containsExactly("PublicClose.close()");
	}

	@Test
	void methodsThatSpringDoesNotCallAreLocked() {
		this.context.register(Configured.class, NotInferred.class);
		this.context.refresh();
		LockRegistry locks = this.context.getBean(LockRegistry.class);
		for (String name : List.of("named", "opened", "fresh")) {
			PublicClose bean = this.context.getBean(name, PublicClose.class);
			bean.use(locks);
			bean.close();
			assertThat(bean.holds()).as(name).isEqualTo(1);
		}
	}

	@Test
	void injectionMethodsStopTheStart() {
		this.context.register(Configured.class, Injected.class);
		List<Finding> findings = Refusal.of(this.context).findings();
		assertThat(findings).extracting(Finding::place)
			.containsExactlyInAnyOrder("Injected.autowired()", "Injected.value()", "Injected.setLocks()");
		assertThat(findings).allSatisfy((finding) -> Refusal.assertFinding(finding, finding.place(),
				"cannot lock an injection method, because the container calls it on the object itself",
				"Inject by the constructor or a field; or lock in a method of another bean"));
	}

	@Test
	void anAnnotationOfAClassDoesNotMeanItsInjectionMethods() {
		this.context.register(Configured.class, InjectedByClass.class);
		this.context.refresh();
		assertThat(this.context.getBean(InjectedByClass.class).work()).isEqualTo(1);
	}

	@Test
	void allCallbacksOfADefinitionStopTheStart() {
		RootBeanDefinition definition = new RootBeanDefinition(Several.class);
		definition.setInitMethodNames("one", "two");
		definition.setDestroyMethodNames("three", "four");
		this.context.register(Configured.class);
		this.context.registerBeanDefinition("several", definition);
		assertThat(Refusal.of(this.context).findings()).extracting(Finding::place)
			.containsExactlyInAnyOrder("Several.one()", "Several.two()", "Several.three()", "Several.four()");
	}

	@Test
	void callbacksByInterfacesOfOnesOwnAreKnown() {
		this.context.register(Configured.class, OfOnesOwn.class);
		assertThat(Refusal.of(this.context).findings()).extracting(Finding::place)
			.containsExactlyInAnyOrder("OfOnesOwn.afterPropertiesSet()", "OfOnesOwn.destroy()",
					"OfOnesOwn.setBeanName()");
	}

	@Test
	void aSetterThatTheDefinitionCallsIsMentioned() {
		RootBeanDefinition definition = new RootBeanDefinition(Rated.class);
		definition.getPropertyValues().add("rate", 7);
		definition.setRole(BeanDefinition.ROLE_APPLICATION);
		this.context.register(Configured.class);
		this.context.registerBeanDefinition("rated", definition);
		try (LogMessages log = new LogMessages()) {
			this.context.refresh();
			assertThat(log.list()).singleElement()
				.asString()
				.isEqualTo(
						"INFO The definition of bean 'rated' sets properties through Rated.setRate() without their locks");
		}
	}

	@Test
	void listenersAndFactoryMethodsAreCalledThroughTheProxy() {
		this.context.register(Configured.class, Called.class);
		this.context.refresh();
		assertThat(this.context.getBean("made")).isEqualTo(1);
		assertThat(Called.HOLDS).hasValue(1);
	}

	@Configuration(proxyBeanMethods = false)
	static class Inferred {

		@Bean
		PublicClose publicClose() {
			return new PublicClose();
		}

		@Bean
		PublicShutdown publicShutdown() {
			return new PublicShutdown();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DeclaredAsObject {

		@Bean
		Object hidden() {
			return new PublicClose();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NotInferred {

		@Bean(destroyMethod = "")
		PublicClose named() {
			return new PublicClose();
		}

		@Bean(destroyMethod = AbstractBeanDefinition.INFER_METHOD)
		Opened opened() {
			return new Opened();
		}

		@Bean
		@Scope("prototype")
		PublicClose fresh() {
			return new PublicClose();
		}

	}

	static class PublicClose {

		@SuppressWarnings("NullAway.Init")
		private LockRegistry locks;

		private int holds;

		void use(LockRegistry locks) {
			this.locks = locks;
		}

		@Locked("close")
		public void close() {
			this.holds = this.locks.readWriteLock("close").holdCount(LockMode.EXCLUSIVE);
		}

		int holds() {
			return this.holds;
		}

	}

	/** Spring does not infer where there is a callback. */
	static class Opened extends PublicClose implements DisposableBean {

		@Override
		public void destroy() {
		}

	}

	static class PublicShutdown {

		@Locked("close")
		public void shutdown() {
		}

	}

	static class Closeable implements AutoCloseable {

		@Override
		@Locked("close")
		public void close() {
		}

	}

	static class Injected {

		@Autowired
		@Locked("injected")
		void autowired(LockRegistry locks) {
		}

		@Value("text")
		@Locked("injected")
		void value(String text) {
		}

		@Resource
		@Locked("injected")
		void setLocks(LockRegistry locks) {
		}

	}

	@Locked("class")
	static class InjectedByClass {

		@SuppressWarnings("NullAway.Init")
		private LockRegistry locks;

		@Autowired
		void setLocks(LockRegistry locks) {
			this.locks = locks;
		}

		int work() {
			return this.locks.readWriteLock("class").holdCount(LockMode.EXCLUSIVE);
		}

	}

	static class Several {

		@Locked("one")
		void one() {
		}

		@Locked("one")
		void two() {
		}

		@Locked("one")
		void three() {
		}

		@Locked("one")
		void four() {
		}

	}

	interface Mine extends InitializingBean, DisposableBean, BeanNameAware {

		void work();

	}

	static class OfOnesOwn implements Mine {

		@Override
		@Locked("own")
		public void afterPropertiesSet() {
		}

		@Override
		@Locked("own")
		public void destroy() {
		}

		@Override
		@Locked("own")
		public void setBeanName(String name) {
		}

		@Override
		@Locked("own")
		public void work() {
		}

	}

	static class Rated {

		private int rate;

		@Locked("rate")
		public void setRate(int rate) {
			this.rate = rate;
		}

		@Locked("rate")
		public int getRate() {
			return this.rate;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Called {

		static final AtomicInteger HOLDS = new AtomicInteger();

		@Autowired
		@SuppressWarnings("NullAway.Init")
		LockRegistry locks;

		@Bean
		@Locked("called")
		Integer made(LockRegistry locks) {
			return locks.readWriteLock("called").holdCount(LockMode.EXCLUSIVE);
		}

		@EventListener
		@Locked("called")
		void on(ContextRefreshedEvent event) {
			HOLDS.set(this.locks.readWriteLock("called").holdCount(LockMode.EXCLUSIVE));
		}

	}

}
