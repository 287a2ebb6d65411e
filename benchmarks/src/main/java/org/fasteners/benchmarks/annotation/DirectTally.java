package org.fasteners.benchmarks.annotation;

import org.fasteners.LockRegistry;
import org.fasteners.registry.LockRegistries;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The bean itself, without a proxy.
 */
public class DirectTally extends BeanUnderTest<Tally> {

	/**
	 * Called by JMH.
	 */
	public DirectTally() {
		super(Tally.class, Application.class);
	}

	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		LockRegistry lockRegistry() {
			return LockRegistries.builder().build();
		}

		@Bean
		Tally tally(Runnable body, LockRegistry registry) {
			return new Tally(body, registry);
		}

	}

}
