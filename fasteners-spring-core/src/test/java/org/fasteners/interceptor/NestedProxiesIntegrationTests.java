package org.fasteners.interceptor;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import org.fasteners.LockContext;
import org.fasteners.LockMisuseException;
import org.fasteners.LockRegistry;
import org.fasteners.LockTimeoutException;
import org.fasteners.annotation.InterProcessLimited;
import org.fasteners.annotation.Locked;
import org.fasteners.config.EnableFasteners;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.TargetSource;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.ProxyFactoryBean;
import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.interceptor.SimpleTraceInterceptor;
import org.springframework.aop.target.HotSwappableTargetSource;
import org.springframework.aop.target.PrototypeTargetSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A bean with several proxies, each of which may have the advice, locks once, or its
 * start is refused.
 */
@Timeout(60)
class NestedProxiesIntegrationTests {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	static Path directory;

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	@AfterEach
	void close() {
		this.context.close();
	}

	@ParameterizedTest
	@ValueSource(classes = { SecondCreator.class, ByName.class, Tracing.class })
	void aSecondAutoProxyCreatorDoesNotLockTwice(Class<?> second) {
		this.context.register(Classes.class, second, Printing.class);
		assertLocksOnce();
	}

	@ParameterizedTest
	@ValueSource(classes = { SecondCreator.class, ByName.class, Tracing.class })
	void anAutoProxyCreatorThatComesFirstDoesNotLockTwice(Class<?> first) {
		this.context.register(first, Classes.class, Printing.class);
		assertLocksOnce();
	}

	private void assertLocksOnce() {
		this.context.refresh();
		Printer printer = this.context.getBean(Printer.class);
		assertThat(printer.print()).as("locks of one call").hasSize(1);
		assertThat(printer.own()).as("locks of one call").hasSize(1);
		assertThat(printer.using()).as("holds").isEqualTo(1);
		assertThat(printer.isIdle()).isTrue();
	}

	@Test
	void aLockOfTheInstanceIsThatOfTheObjectHoweverManyProxiesItHas() {
		this.context.register(Classes.class, SecondCreator.class, Printing.class);
		this.context.refresh();
		Printer outer = this.context.getBean(Printer.class);
		Printer inner = (Printer) java.util.Objects
			.requireNonNull(NestedProxies.fixedTarget(((Advised) outer).getTargetSource()));
		assertThat(inner).isInstanceOf(Advised.class);
		assertThat(outer.own()).isEqualTo(inner.own());
	}

	@Test
	void theStartTellsOfProxiesThatRepeatTheAdvice() {
		this.context.register(Classes.class, SecondCreator.class, Printing.class);
		try (LogMessages log = new LogMessages()) {
			this.context.refresh();
			assertThat(log.list()).filteredOn((message) -> message.contains("several proxies"))
				.singleElement()
				.asString()
				.startsWith("INFO Beans with several proxies that lock: printer.")
				.contains("secondCreator", "internalAutoProxyCreator");
		}
	}

	@Test
	void theFallbackOfANestedProxyRunsOnTheObject() {
		this.context.register(ByName.class, Classes.class, Printing.class);
		this.context.refresh();
		Printer printer = this.context.getBean(Printer.class);
		assertThat(org.fasteners.Background.elsewhere(() -> printer.print(() -> printer.fallingBack())))
			.isEqualTo("the object's");
	}

	@ParameterizedTest
	@ValueSource(
			classes = { FactoryOfABean.class, FactoryOfAnObject.class, Swappable.class, FactoryOfPrototypes.class })
	void theProductOfAProxyFactoryBeanLocksOnce(Class<?> factory) {
		this.context.register(Classes.class, factory);
		this.context.refresh();
		Printer printer = this.context.getBean("product", Printer.class);
		assertThat(printer.print()).as("locks of one call").hasSize(1);
		assertThat(printer.own()).as("locks of one call").hasSize(1);
		assertThat(printer.isIdle()).isTrue();
	}

	@Test
	void aProxyWithinWhoseTargetChangesInAnUnknownWayStopsTheStart() {
		this.context.register(Classes.class, Changing.class, User.class);
		assertThat(Refusal.of(this.context).findings()).singleElement()
			.satisfies((finding) -> Refusal.assertFinding(finding, "Printer",
					"it has a proxy within its proxy, whose target changes (Turning), so that it cannot be known whether its methods lock once, twice or not at all",
					"Let one auto-proxy creator make its proxy"));
	}

	@Test
	void anOpaqueProxyWithinStopsTheStart() {
		this.context.register(Opaque.class, Classes.class, Printing.class);
		assertThat(Refusal.of(this.context).findings()).anySatisfy((finding) -> Refusal.assertFinding(finding,
				"Printer", "one of its proxies is opaque", "Let one auto-proxy creator make its proxy"));
	}

	@Test
	void switchingTheAnnotationsOnTwiceIsOnce() {
		this.context.register(Classes.class, Again.class, Printing.class);
		this.context.refresh();
		assertThat(this.context.getBean(Printer.class).print()).hasSize(1);
	}

	@Test
	void theAdviceOfTwoContextsWithOneRegistryLocksOnce() {
		this.context.register(Classes.class, Printing.class);
		this.context.refresh();
		try (AnnotationConfigApplicationContext child = new AnnotationConfigApplicationContext()) {
			child.setParent(this.context);
			child.register(Again.class, FactoryOfParent.class);
			child.refresh();
			assertThat(child.getBean("product", Printer.class).print()).hasSize(1);
		}
	}

	@Test
	void theAdviceOfTwoContextsWithTwoRegistriesStopsTheStart() {
		this.context.register(Classes.class, Printing.class);
		this.context.refresh();
		try (AnnotationConfigApplicationContext child = new AnnotationConfigApplicationContext()) {
			child.setParent(this.context);
			child.register(Classes.class, FactoryOfParent.class, User.class);
			assertThatExceptionOfType(LockMisuseException.class).isThrownBy(child::refresh)
				.withMessageContaining("the advice of two contexts is on it, which lock by different registries");
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners(proxyTargetClass = true)
	static class Classes {

		@Bean
		LockRegistry locks() {
			return LockRegistries.builder().lockDirectory(directory).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners(proxyTargetClass = true)
	static class Again {

	}

	@Configuration(proxyBeanMethods = false)
	static class Printing {

		@Bean
		Printer printer() {
			return new Printer();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SecondCreator {

		@Bean
		static DefaultAdvisorAutoProxyCreator secondCreator() {
			DefaultAdvisorAutoProxyCreator creator = new DefaultAdvisorAutoProxyCreator();
			creator.setProxyTargetClass(true);
			creator.setOrder(Integer.MIN_VALUE);
			return creator;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Opaque {

		@Bean
		static DefaultAdvisorAutoProxyCreator secondCreator() {
			DefaultAdvisorAutoProxyCreator creator = new DefaultAdvisorAutoProxyCreator();
			creator.setOpaque(true);
			creator.setProxyTargetClass(true);
			creator.setOrder(Integer.MIN_VALUE);
			return creator;
		}

	}

	/** Its proxies are within ours. */
	@Configuration(proxyBeanMethods = false)
	static class ByName {

		@Bean
		static BeanNameAutoProxyCreator byName() {
			BeanNameAutoProxyCreator creator = new BeanNameAutoProxyCreator();
			creator.setBeanNames("printer");
			creator.setInterceptorNames("trace");
			creator.setProxyTargetClass(true);
			creator.setOrder(Integer.MIN_VALUE);
			return creator;
		}

		@Bean
		static SimpleTraceInterceptor trace() {
			return new SimpleTraceInterceptor();
		}

	}

	/** Its proxies are around ours. */
	@Configuration(proxyBeanMethods = false)
	static class Tracing {

		@Bean
		static BeanNameAutoProxyCreator byName() {
			BeanNameAutoProxyCreator creator = ByName.byName();
			creator.setOrder(Integer.MAX_VALUE);
			return creator;
		}

		@Bean
		static SimpleTraceInterceptor trace() {
			return new SimpleTraceInterceptor();
		}

	}

	private static ProxyFactoryBean factory() {
		ProxyFactoryBean factory = new ProxyFactoryBean();
		factory.setProxyTargetClass(true);
		return factory;
	}

	@Configuration(proxyBeanMethods = false)
	static class FactoryOfABean {

		@Bean
		Printer target() {
			return new Printer();
		}

		@Bean
		ProxyFactoryBean product(Printer target) {
			ProxyFactoryBean factory = factory();
			factory.setTarget(target);
			return factory;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FactoryOfAnObject {

		@Bean
		ProxyFactoryBean product() {
			ProxyFactoryBean factory = factory();
			factory.setTarget(new Printer());
			return factory;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FactoryOfParent {

		@Bean
		ProxyFactoryBean product(Printer printer) {
			ProxyFactoryBean factory = factory();
			factory.setTarget(printer);
			return factory;
		}

	}

	/** Has the product made while the application starts. */
	@Configuration(proxyBeanMethods = false)
	static class User {

		@Bean
		String user(@Qualifier("product") Printer product) {
			return "user of " + product.getClass();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Swappable {

		@Bean
		ProxyFactoryBean product() {
			ProxyFactoryBean factory = factory();
			factory.setTargetSource(new HotSwappableTargetSource(new Printer()));
			return factory;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FactoryOfPrototypes {

		@Bean
		@Scope("prototype")
		Printer target() {
			return new Printer();
		}

		@Bean
		PrototypeTargetSource source() {
			PrototypeTargetSource source = new PrototypeTargetSource();
			source.setTargetBeanName("target");
			return source;
		}

		@Bean
		ProxyFactoryBean product(PrototypeTargetSource source) {
			ProxyFactoryBean factory = factory();
			factory.setTargetSource(source);
			return factory;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Changing {

		@Bean
		ProxyFactoryBean product() {
			ProxyFactoryBean factory = factory();
			factory.setTargetSource(new Turning());
			return factory;
		}

	}

	static class Turning implements TargetSource {

		@Override
		public Class<?> getTargetClass() {
			return Printer.class;
		}

		@Override
		public Object getTarget() {
			return new Printer();
		}

	}

	/** Not final, so that a proxy can extend it. */
	static class Printer {

		private final ReentrantLock mine = new ReentrantLock();

		private final String text = String.valueOf("the object's");

		Lock mine() {
			return this.mine;
		}

		@InterProcessLimited(value = "printer", permits = 1, timeout = "0")
		public List<LockContext.Held> print() {
			return held();
		}

		@Locked
		public List<String> own() {
			return held().stream().map(LockContext.Held::name).toList();
		}

		@Locked(using = "mine")
		public int using() {
			return this.mine.getHoldCount();
		}

		@InterProcessLimited(value = "page", permits = 1, timeout = "0")
		public <T> T print(java.util.function.Supplier<T> body) {
			return body.get();
		}

		@InterProcessLimited(value = "page", permits = 1, timeout = "0", fallback = "otherwise")
		public String fallingBack() {
			return "printed";
		}

		@SuppressWarnings("unused")
		private String otherwise(LockTimeoutException timeout) {
			return this.text;
		}

		public boolean isIdle() {
			return !this.mine.isLocked();
		}

		private static List<LockContext.Held> held() {
			return new ArrayList<>(LockContext.current().locks());
		}

	}

}
