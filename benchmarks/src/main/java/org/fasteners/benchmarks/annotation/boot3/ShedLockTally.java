package org.fasteners.benchmarks.annotation.boot3;

import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.provider.inmemory.InMemoryLockProvider;
import net.javacrumbs.shedlock.spring.annotation.EnableSchedulerLock;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.fasteners.benchmarks.annotation.BeanUnderTest;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A bean locked by ShedLock. It never waits, and skips the body where it cannot lock.
 */
public class ShedLockTally extends BeanUnderTest<ShedLockTally.Tally> {

	/**
	 * Called by JMH.
	 */
	public ShedLockTally() {
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
		 * Under the lock of a name, which is free again at the end: without a least time
		 * to hold it.
		 * @param id ignored
		 */
		@SchedulerLock(name = "tally", lockAtMostFor = "PT30S", lockAtLeastFor = "PT0S")
		public void count(String id) {
			this.body.run();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableSchedulerLock(defaultLockAtMostFor = "PT30S")
	@ImportAutoConfiguration(AopAutoConfiguration.class)
	static class Application {

		@Bean
		LockProvider lockProvider() {
			return new InMemoryLockProvider();
		}

		@Bean
		Tally tally(Runnable body) {
			return new Tally(body);
		}

	}

}
