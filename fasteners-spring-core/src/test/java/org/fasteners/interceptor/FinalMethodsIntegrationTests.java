package org.fasteners.interceptor;

import org.fasteners.LockRegistry;
import org.fasteners.annotation.Locked;
import org.fasteners.config.EnableFasteners;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Final methods without an annotation, of a bean that gets a proxy because others have
 * one: the start mentions them before they fail.
 */
@Timeout(60)
class FinalMethodsIntegrationTests {

	@Test
	void finalMethodsThatAProxyCannotPassOnAreMentionedOnceBeforeAnyBeanIsMade() {
		try (LogMessages log = new LogMessages();
				var context = new AnnotationConfigApplicationContext(Classes.class, Filter.class, Observer.class)) {
			assertThat(log.list()).singleElement()
				.asString()
				.startsWith("INFO Bean 'finalMethodsIntegrationTests.Filter' has lock annotations")
				.contains("Filter.near(), Framework.filter()")
				.contains("run on the proxy itself, whose fields are not set")
				.contains("use proxies of interfaces (spring.aop.proxy-target-class=false")
				.doesNotContain("inner()");
			assertThatNullPointerException().isThrownBy(context.getBean(Filter.class)::filter);
		}
	}

	@Test
	void whatIsSuggestedWorks() {
		try (LogMessages log = new LogMessages();
				var context = new AnnotationConfigApplicationContext(Configured.class, Filter.class)) {
			assertThat(log.list()).isEmpty();
			assertThat(context.getBean(Filtering.class).filter()).isEqualTo(4);
		}
	}

	@Test
	void aBeanWhoseDeclaredTypeTellsNothingIsMentionedByItsClass() {
		try (LogMessages log = new LogMessages();
				var context = new AnnotationConfigApplicationContext(Classes.class, Hiding.class)) {
			assertThat(log.list()).singleElement().asString().contains("Bean 'hiding'", "Framework.filter()");
		}
	}

	@Test
	void aBeanThatIsMadeLateIsMentionedThen() {
		try (LogMessages log = new LogMessages();
				var context = new AnnotationConfigApplicationContext(Classes.class, LazilyHiding.class)) {
			assertThat(log.list()).isEmpty();
			context.getBean("later");
			assertThat(log.list()).singleElement().asString().contains("Bean 'later'", "Framework.filter()");
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

	interface Filtering {

		int filter();

		int work();

	}

	/** As those of Spring's own filters. */
	abstract static class Framework implements Filtering {

		private final String logger = String.valueOf("four");

		@Override
		public final int filter() {
			return this.logger.length();
		}

		@SuppressWarnings("unused")
		private int inner() {
			return 1;
		}

	}

	static class Filter extends Framework {

		private final int number = 1;

		@Override
		@Locked("filter")
		public int work() {
			return this.number;
		}

		final int near() {
			return this.number;
		}

	}

	static class Observer {

		final int nothingIsLockedHere() {
			return 1;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Hiding {

		@Bean
		Object hiding() {
			return new Filter();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazilyHiding {

		@Bean
		@Lazy
		Object later() {
			return new Filter();
		}

	}

}
