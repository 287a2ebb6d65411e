package org.fasteners.config;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Arrays;
import java.util.List;

import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.annotation.Locked;
import org.fasteners.interceptor.Gauge;
import org.fasteners.interceptor.LockAdvice;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.aop.Advisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link EnableFasteners} is all that has to be said.
 */
@Timeout(60)
class EnableFastenersIntegrationTests {

	private AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void thereIsNoAspectJHere() {
		assertThat(ClassUtils.isPresent("org.aspectj.weaver.Advice", null)).isFalse();
		assertThat(ClassUtils.isPresent("org.aspectj.lang.annotation.Aspect", null)).isFalse();
	}

	@Test
	void nothingElseHasToBeEnabled() {
		start(Enabled.class);
		Gauge.assertAlone(this.context.getBean(Work.class)::run);
	}

	@Test
	void theBeansBehindItAreInfrastructure() {
		start(Enabled.class);
		List<String> ours = Arrays.stream(this.context.getBeanDefinitionNames())
			.filter((name) -> name.startsWith("org.fasteners.interceptor."))
			.toList();
		assertThat(ours).hasSize(2)
			.containsAll(Arrays.asList(this.context.getBeanNamesForType(Advisor.class)))
			.allSatisfy((name) -> assertThat(this.context.getBeanDefinition(name).getRole())
				.isEqualTo(BeanDefinition.ROLE_INFRASTRUCTURE));
	}

	@Test
	void enabledTwiceItIsThereOnceAndLocksOnce() {
		start(Enabled.class, EnabledAgain.class);
		assertThat(this.context.getBeanNamesForType(Advisor.class)).hasSize(1);
		assertThat(this.context.getBeanDefinitionNames()).filteredOn((name) -> name.startsWith("org.fasteners."))
			.hasSize(2);
		Work work = this.context.getBean(Work.class);
		assertThat(((Advised) work).getAdvisors()).hasSize(1);
		LockRegistry registry = this.context.getBean(LockRegistry.class);
		work.run(() -> assertThat(registry.readWriteLock("work").holdCount(LockMode.EXCLUSIVE)).isOne());
	}

	@Test
	void itMayBeEnabledByAnAnnotationOfOnesOwn() {
		start(EnabledByOwnAnnotation.class);
		assertThat(order()).isEqualTo(5);
		Gauge.assertAlone(this.context.getBean(Work.class)::run);
	}

	@Test
	void theOrderIsOutsideTheTransactionUnlessAnotherIsSet() {
		start(Enabled.class);
		assertThat(order()).isEqualTo(LockAdvice.DEFAULT_ORDER).isLessThan(Ordered.LOWEST_PRECEDENCE);
	}

	@Test
	void theOrderCanBeSet() {
		start(OrderedFirst.class);
		assertThat(order()).isEqualTo(Ordered.HIGHEST_PRECEDENCE);
	}

	@Test
	void proxiesImplementInterfacesUnlessToldOtherwise() {
		start(Enabled.class);
		assertThat(AopUtils.isJdkDynamicProxy(this.context.getBean(Work.class))).isTrue();
	}

	@Test
	void proxiesExtendClassesIfAsked() {
		start(EnabledByClass.class);
		assertThat(AopUtils.isCglibProxy(this.context.getBean(Work.class))).isTrue();
		assertThat(this.context.getBean(PlainWork.class)).isNotNull();
	}

	@Test
	void beansWithoutAnnotationsAreLeftAlone() {
		start(Enabled.class, Bystander.class);
		assertThat(this.context.getBean(Bystander.class)).isExactlyInstanceOf(Bystander.class);
		assertThat(AopUtils.isAopProxy(this.context.getBean(LockRegistry.class))).isFalse();
	}

	private int order() {
		return ((Ordered) this.context.getBean(Advisor.class)).getOrder();
	}

	private void start(Class<?>... classes) {
		this.context.register(Locks.class, PlainWork.class);
		this.context.register(classes);
		this.context.refresh();
	}

	@Configuration(proxyBeanMethods = false)
	static class Locks {

		@Bean
		LockRegistry locks() {
			return LockRegistries.builder().build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class Enabled {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class EnabledAgain {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners(proxyTargetClass = true)
	static class EnabledByClass {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners(order = Ordered.HIGHEST_PRECEDENCE)
	static class OrderedFirst {

	}

	@Retention(RetentionPolicy.RUNTIME)
	@EnableFasteners(order = 5)
	@interface Own {

	}

	@Configuration(proxyBeanMethods = false)
	@Own
	static class EnabledByOwnAnnotation {

	}

	interface Work {

		void run(Runnable body);

	}

	static class PlainWork implements Work {

		@Override
		@Locked("work")
		public void run(Runnable body) {
			body.run();
		}

	}

	static class Bystander {

	}

}
