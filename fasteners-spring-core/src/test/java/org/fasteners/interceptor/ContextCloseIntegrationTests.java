package org.fasteners.interceptor;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.fasteners.Background;
import org.fasteners.LockRegistry;
import org.fasteners.LockRegistryClosedException;
import org.fasteners.annotation.InterProcessLocked;
import org.fasteners.annotation.Locked;
import org.fasteners.config.EnableFasteners;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Closing the context ends the waits, and leaves those alone who run under a lock.
 */
@Timeout(60)
class ContextCloseIntegrationTests {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final CountDownLatch inside = new CountDownLatch(1);

	private final CountDownLatch end = new CountDownLatch(1);

	@BeforeEach
	void start(@TempDir Path directory) {
		this.context.registerBean(LockRegistry.class, () -> LockRegistries.builder().lockDirectory(directory).build());
		this.context.register(Configured.class, Till.class);
		this.context.refresh();
	}

	@ParameterizedTest
	@EnumSource
	void aWaitEndsAndTheSectionItWaitedForGoesOn(Kind kind) {
		Till till = this.context.getBean(Till.class);
		Background<String> running = Background.run(() -> kind.call(till, () -> {
			stay();
			// goes in again after the context was closed
			return kind.call(till, () -> "again");
		}));
		await(this.inside);
		Background<String> waiting = Background.run(() -> kind.call(till, () -> "let in")).awaitWaiting();
		this.context.close();
		assertThatExceptionOfType(LockRegistryClosedException.class).isThrownBy(waiting::result);
		assertThat(running.isDone()).isFalse();
		this.end.countDown();
		assertThat(running.result()).isEqualTo("again");
	}

	@ParameterizedTest
	@EnumSource
	void afterwardsNobodyWaitsButAFreeLockIsStillGranted(Kind kind) {
		Till till = this.context.getBean(Till.class);
		Background<String> running = Background.run(() -> kind.call(till, () -> {
			stay();
			return "done";
		}));
		await(this.inside);
		this.context.close();
		assertThatExceptionOfType(LockRegistryClosedException.class)
			.isThrownBy(() -> Background.elsewhere(() -> kind.call(till, () -> "let in")));
		this.end.countDown();
		assertThat(running.result()).isEqualTo("done");
		assertThat(Background.elsewhere(() -> kind.call(till, () -> "let in"))).isEqualTo("let in");
	}

	private void stay() {
		this.inside.countDown();
		await(this.end);
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	enum Kind {

		OWN {

			@Override
			String call(Till till, Body body) {
				return till.own(body);
			}

		},

		NAMED {

			@Override
			String call(Till till, Body body) {
				return till.named(body);
			}

		},

		INTER_PROCESS {

			@Override
			String call(Till till, Body body) {
				return till.interProcess(body);
			}

		};

		abstract String call(Till till, Body body);

	}

	@FunctionalInterface
	interface Body {

		String run();

	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class Configured {

	}

	static class Till {

		@Locked
		String own(Body body) {
			return body.run();
		}

		@Locked("till")
		String named(Body body) {
			return body.run();
		}

		@InterProcessLocked("till")
		String interProcess(Body body) {
			return body.run();
		}

	}

}
