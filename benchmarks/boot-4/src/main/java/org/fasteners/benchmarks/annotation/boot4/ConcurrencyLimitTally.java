package org.fasteners.benchmarks.annotation.boot4;

import org.fasteners.benchmarks.annotation.BeanUnderTest;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.resilience.annotation.ConcurrencyLimit;
import org.springframework.resilience.annotation.EnableResilientMethods;

/**
 * A bean whose calls Spring Framework 7 limits to one at a time. The limit belongs to the
 * method and this instance; it has no name. A call waits without a timeout.
 */
public class ConcurrencyLimitTally extends BeanUnderTest<ConcurrencyLimitTally.Tally> {

	/**
	 * Called by JMH.
	 */
	public ConcurrencyLimitTally() {
		super(Tally.class, Application.class);
	}

	/**
	 * The bean.
	 */
	public static class Tally {

		private final Runnable body;

		Tally(Runnable body) {
			this.body = body;
		}

		/**
		 * Count within the limit of this method.
		 * @param id ignored
		 */
		@ConcurrencyLimit(1)
		public void count(String id) {
			this.body.run();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableResilientMethods
	@ImportAutoConfiguration(AopAutoConfiguration.class)
	static class Application {

		@Bean
		Tally tally(Runnable body) {
			return new Tally(body);
		}

	}

}
