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
 * A bean with a lock of ShedLock. A call never waits: it skips the body if the lock is
 * not available.
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
		 * Count under the lock of a name. The lock is released at the end of the call,
		 * because it has no minimum time.
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
