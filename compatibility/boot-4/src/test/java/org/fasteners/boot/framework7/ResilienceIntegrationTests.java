package org.fasteners.boot.framework7;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.fasteners.annotation.Locked;
import org.fasteners.boot.FastenersAutoConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.resilience.InvocationRejectedException;
import org.springframework.resilience.annotation.ConcurrencyLimit;
import org.springframework.resilience.annotation.ConcurrencyLimit.ThrottlePolicy;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.resilience.retry.MethodRetryEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for a lock annotation and an annotation of Spring Framework 7 on the same method:
 * the advice of Spring is outside the lock. ({@code @Retryable} of spring-retry is inside
 * the lock.)
 */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
class ResilienceIntegrationTests {

	private final ConfigurableApplicationContext context = start();

	private final Desk desk = this.context.getBean(Desk.class);

	private static ConfigurableApplicationContext start() {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.run();
	}

	@AfterAll
	void stop() {
		this.context.close();
	}

	@Test
	void eachAttemptOfARetryAcquiresTheLock() {
		this.desk.notes().clear();
		this.desk.tryTwice();
		assertThat(this.desk.notes()).containsExactly("lock", "attempt", "unlock", "failed", "lock", "attempt",
				"unlock");
	}

	@Test
	void aCallRejectedByAConcurrencyLimitDoesNotWaitForTheLock() throws Exception {
		FutureTask<Boolean> first;
		this.desk.lock().lock();
		try {
			first = inBackground(this.desk::onlyOne);
			long start = System.nanoTime();
			while (!this.desk.lock().hasQueuedThreads()) {
				assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(30));
				Thread.onSpinWait();
			}
			FutureTask<Boolean> second = inBackground(
					() -> assertThatExceptionOfType(InvocationRejectedException.class).isThrownBy(this.desk::onlyOne));
			assertThat(second.get(30, TimeUnit.SECONDS)).isTrue();
		}
		finally {
			this.desk.lock().unlock();
		}
		assertThat(first.get(30, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void theStartDoesNotWarn(CapturedOutput output) {
		start().close();
		assertThat(output.getAll()).contains("Started").doesNotContain("Locked and ");
	}

	private static FutureTask<Boolean> inBackground(Runnable action) {
		FutureTask<Boolean> task = new FutureTask<>(action, true);
		Thread thread = new Thread(task);
		thread.setDaemon(true);
		thread.start();
		return task;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableResilientMethods
	@ImportAutoConfiguration({ AopAutoConfiguration.class, FastenersAutoConfiguration.class })
	static class Application {

		@Bean
		Desk desk() {
			return new Desk();
		}

	}

	static class Desk {

		private final List<String> notes = new CopyOnWriteArrayList<>();

		private final NotingLock lock = new NotingLock(this.notes);

		List<String> notes() {
			return this.notes;
		}

		NotingLock lock() {
			return this.lock;
		}

		@Locked(using = "lock")
		@Retryable(delay = 1)
		public void tryTwice() {
			this.notes.add("attempt");
			if (!this.notes.contains("failed")) {
				throw new IllegalStateException("not yet");
			}
		}

		@EventListener
		public void failed(MethodRetryEvent event) {
			this.notes.add("failed");
		}

		@Locked(using = "lock")
		@ConcurrencyLimit(limit = 1, policy = ThrottlePolicy.REJECT)
		public void onlyOne() {
		}

	}

	static class NotingLock extends ReentrantLock {

		private static final long serialVersionUID = 1L;

		private final transient List<String> notes;

		NotingLock(List<String> notes) {
			this.notes = notes;
		}

		@Override
		public void lockInterruptibly() throws InterruptedException {
			super.lockInterruptibly();
			this.notes.add("lock");
		}

		@Override
		public void unlock() {
			this.notes.add("unlock");
			super.unlock();
		}

	}

}
