package org.fasteners.benchmarks.annotation.boot3;

import io.github.resilience4j.bulkhead.annotation.Bulkhead;
import io.github.resilience4j.springboot3.bulkhead.autoconfigure.BulkheadAutoConfiguration;
import org.fasteners.benchmarks.annotation.BeanUnderTest;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A bean whose calls the semaphore of Resilience4j limits to one at a time. A call does
 * not wait: it throws an exception if no permit is available.
 */
public class BulkheadTally extends BeanUnderTest<BulkheadTally.Tally> {

	/**
	 * Called by JMH.
	 */
	public BulkheadTally() {
		super(Tally.class, Application.class);
	}

	@Override
	protected String[] properties() {
		return new String[] { "resilience4j.bulkhead.instances.tally.max-concurrent-calls=1" };
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
		 * Count within the limit of a name.
		 * @param id ignored
		 */
		@Bulkhead(name = "tally")
		public void count(String id) {
			this.body.run();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ AopAutoConfiguration.class, BulkheadAutoConfiguration.class })
	static class Application {

		@Bean
		Tally tally(Runnable body) {
			return new Tally(body);
		}

	}

}
