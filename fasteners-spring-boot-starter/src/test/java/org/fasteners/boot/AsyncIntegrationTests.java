package org.fasteners.boot;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.fasteners.LockHold;
import org.fasteners.LockMisuseException;
import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.annotation.Locked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.TaskExecutor;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for annotated methods with {@code @Async}: the thread that runs the body acquires
 * the lock, not the calling thread.
 */
@Timeout(120)
class AsyncIntegrationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, FastenersAutoConfiguration.class))
		.withUserConfiguration(Beans.class);

	@ParameterizedTest
	@ValueSource(classes = { AsyncLast.class, AsyncEarlier.class })
	void theWorkerLocks(Class<?> configuration) {
		this.contextRunner.withUserConfiguration(configuration).run((context) -> {
			LockRegistry registry = context.getBean(LockRegistry.class);
			FutureTask<String> body = new FutureTask<>(() -> Thread.currentThread().getName() + " holds it "
					+ registry.readWriteLock("job").holdCount(LockMode.EXCLUSIVE) + " time");
			context.getBean(Job.class).run(body);
			assertThat(body.get(30, TimeUnit.SECONDS)).startsWith("worker-").endsWith("holds it 1 time");
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { AsyncLast.class, AsyncEarlier.class })
	void theCallerDoesNotWait(Class<?> configuration) {
		this.contextRunner.withUserConfiguration(configuration).run((context) -> {
			FutureTask<String> body = new FutureTask<>(() -> "done");
			CountDownLatch called = new CountDownLatch(1);
			try (LockHold hold = context.getBean(LockRegistry.class).lock("job").acquire()) {
				assertThat(hold).isNotNull();
				// in a separate thread, which would wait if the caller acquired the lock
				Background.run(() -> {
					context.getBean(Job.class).run(body);
					called.countDown();
					return true;
				});
				assertThat(called.await(30, TimeUnit.SECONDS)).isTrue();
				assertThat(body.isDone()).isFalse();
			}
			assertThat(body.get(30, TimeUnit.SECONDS)).isEqualTo("done");
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { AsyncLast.class, AsyncEarlier.class })
	void onlyOneWorkerRunsAtATime(Class<?> configuration) {
		this.contextRunner.withUserConfiguration(configuration)
			.run((context) -> assertThat(countedBy(context)).isEqualTo(100));
	}

	@ParameterizedTest
	@ValueSource(classes = { AsyncLast.class, AsyncEarlier.class })
	void theFutureCompletesInTheWorkerThatHoldsTheLock(Class<?> configuration) {
		this.contextRunner.withUserConfiguration(configuration, Futures.class).run((context) -> {
			LockRegistry registry = context.getBean(LockRegistry.class);
			Callable<String> body = () -> Thread.currentThread().getName() + " holds it "
					+ registry.readWriteLock("later").holdCount(LockMode.EXCLUSIVE) + " time";
			Later later = context.getBean(Later.class);
			assertThat(later.completable(body).get(30, TimeUnit.SECONDS)).startsWith("worker-")
				.endsWith("holds it 1 time");
			assertThat(later.future(body).get(30, TimeUnit.SECONDS)).startsWith("worker-").endsWith("holds it 1 time");
		});
	}

	@Test
	void workThatContinuesAfterTheWorkerHasReturnedIsAnError() {
		this.contextRunner.withUserConfiguration(AsyncLast.class, Futures.class)
			.run((context) -> assertThatExceptionOfType(ExecutionException.class)
				.isThrownBy(() -> context.getBean(Later.class).unfinished().get(30, TimeUnit.SECONDS))
				.withMessageContaining(
						"Later.unfinished(): it returned a java.util.concurrent.CompletableFuture whose work is not done"));
	}

	@ParameterizedTest
	@ValueSource(classes = { Beans.class, AsyncInnermost.class })
	void aFutureWithoutAWorkerUnderTheLockIsRefused(Class<?> configuration) {
		this.contextRunner.withUserConfiguration(configuration, Futures.class).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).isInstanceOf(LockMisuseException.class)
				.hasMessageContaining("Later.completable(): it returns a future and has @Async, but no worker");
		});
	}

	/**
	 * Otherwise the caller would acquire the lock and release it before the worker
	 * begins.
	 */
	@Test
	void whereTheAsynchronousProxyIsInnermostTheStartFails() {
		this.contextRunner.withUserConfiguration(AsyncInnermost.class).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).isInstanceOf(LockMisuseException.class)
				.hasMessageContaining("Job.run()")
				.hasMessageContaining("@Async");
		});
	}

	private static int countedBy(AssertableApplicationContext context) throws InterruptedException {
		int[] unguarded = new int[1];
		CountDownLatch done = new CountDownLatch(100);
		for (int i = 0; i < 100; i++) {
			context.getBean(Job.class).run(() -> {
				int seen = unguarded[0];
				// time for other threads to enter, if mutual exclusion is broken
				LockSupport.parkNanos(1);
				unguarded[0] = seen + 1;
				done.countDown();
			});
		}
		assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
		return unguarded[0];
	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		TaskExecutor taskExecutor() {
			return new SimpleAsyncTaskExecutor("worker-");
		}

		@Bean
		Job job() {
			return new Job();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync
	static class AsyncLast {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync(order = 0)
	static class AsyncEarlier {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync(order = Ordered.HIGHEST_PRECEDENCE)
	static class AsyncInnermost {

	}

	@Configuration(proxyBeanMethods = false)
	static class Futures {

		@Bean
		Later later() {
			return new Later();
		}

	}

	static class Later {

		@Async
		@Locked("later")
		public CompletableFuture<String> completable(Callable<String> body) throws Exception {
			return CompletableFuture.completedFuture(body.call());
		}

		@Async
		@Locked("later")
		public Future<String> future(Callable<String> body) throws Exception {
			return CompletableFuture.completedFuture(body.call());
		}

		@Async
		@Locked("later")
		public CompletableFuture<String> unfinished() {
			return new CompletableFuture<>();
		}

	}

	static class Job {

		@Async
		@Locked("job")
		public void run(Runnable body) {
			body.run();
		}

	}

}
