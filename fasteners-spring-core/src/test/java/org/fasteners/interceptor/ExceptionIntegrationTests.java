package org.fasteners.interceptor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.fasteners.Background;
import org.fasteners.LockHold;
import org.fasteners.LockRegistry;
import org.fasteners.LockTimeoutException;
import org.fasteners.annotation.Locked;
import org.fasteners.config.EnableFasteners;
import org.fasteners.registry.LockRegistries;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * An exception of the body comes out as it is, and the lock is released all the same.
 */
@Timeout(60)
class ExceptionIntegrationTests {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext(Configured.class);

	private final LockRegistry registry = this.context.getBean(LockRegistry.class);

	private final Desk desk = this.context.getBean(Desk.class);

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void whatTheBodyReturnsIsReturned() throws Exception {
		assertThat(this.desk.work(() -> "done")).isEqualTo("done");
		assertThat(this.desk.<@Nullable String>work(() -> null)).isNull();
		assertFree();
	}

	@Test
	void aCheckedExceptionComesOutUnchanged() {
		assertComesOut(new IOException("of the body"));
	}

	@Test
	void aRuntimeExceptionComesOutUnchanged() {
		assertComesOut(new IllegalStateException("of the body"));
	}

	@Test
	void anErrorComesOutUnchanged() {
		assertComesOut(new LinkageError("of the body"));
	}

	@Test
	void anInterruptedExceptionOfTheBodyIsTheBodys() {
		AtomicBoolean flag = new AtomicBoolean(true);
		InterruptedException thrown = new InterruptedException("of the body");
		Throwable caught = Background.elsewhere(() -> {
			try {
				this.desk.work(() -> {
					throw thrown;
				});
				return new AssertionError("nothing was thrown");
			}
			catch (InterruptedException ex) {
				flag.set(Thread.currentThread().isInterrupted());
				return ex;
			}
		});
		assertThat(caught).isSameAs(thrown);
		assertThat(flag).as("interrupt flag").isFalse();
		assertFree();
	}

	@Test
	void anExceptionOfTheBodyIsNotHiddenByAReleaseThatFails() {
		IOException thrown = new IOException("of the body");
		this.desk.use(List.of(new Unreliable("one"), new Unreliable("two")));
		assertThatThrownBy(() -> this.desk.workUnreliably(() -> {
			throw thrown;
		})).isSameAs(thrown)
			.satisfies((ex) -> assertThat(ex.getSuppressed()).extracting(Throwable::getMessage)
				.containsExactly("release of two failed", "release of one failed"));
	}

	@Test
	void aReleaseThatFailsIsNotHiddenEither() {
		Unreliable one = new Unreliable("one");
		Unreliable two = new Unreliable("two");
		this.desk.use(List.of(one, two));
		assertThatExceptionOfType(IllegalMonitorStateException.class)
			.isThrownBy(() -> this.desk.workUnreliably(() -> "done"))
			.withMessage("release of two failed")
			.satisfies((ex) -> assertThat(ex.getSuppressed()).singleElement()
				.asInstanceOf(InstanceOfAssertFactories.THROWABLE)
				.hasMessage("release of one failed"));
		assertThat(one.isLocked()).isFalse();
		assertThat(two.isLocked()).isFalse();
	}

	@Test
	void aTimeoutOfALockFurtherInIsNotSwallowed() {
		try (LockHold hold = this.registry.lock("drawer").acquire()) {
			assertThat(hold).isNotNull();
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> Background.elsewhere(() -> this.desk.work(() -> this.desk.openDrawer("pen"))))
				.withMessageContaining("'drawer'")
				.withMessageContaining("Desk.openDrawer()")
				.satisfies((ex) -> assertThat(ex.getSuppressed()).isEmpty());
		}
		assertFree();
	}

	@Test
	void holdsThatTheBodyTakesByItselfStayItsOwn() throws Exception {
		List<LockHold> kept = new ArrayList<>();
		this.desk.work(() -> kept.add(this.registry.lock("desk").acquire()));
		assertThat(this.registry.lock("desk").isHeldByCurrentOwner()).isTrue();
		kept.forEach(LockHold::close);
		assertFree();
	}

	@Test
	void aBodyThatReleasesTheLockByItselfIsToldSo() {
		assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(() -> this.desk.work(() -> {
			this.registry.lock("desk").unlock();
			return "released";
		})).withMessageContaining("'desk'");
		assertFree();
	}

	private void assertComesOut(Throwable thrown) {
		assertThatThrownBy(() -> this.desk.work(() -> {
			if (thrown instanceof Error error) {
				throw error;
			}
			throw (Exception) thrown;
		})).isSameAs(thrown).hasNoSuppressedExceptions();
		assertFree();
	}

	private void assertFree() {
		assertThat(Background.elsewhere(() -> this.desk.tryWork(() -> "free"))).isEqualTo("free");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class Configured {

		@Bean
		LockRegistry locks() {
			return LockRegistries.builder().build();
		}

		@Bean
		Desk desk() {
			return new Desk();
		}

	}

	static class Desk {

		private List<? extends Lock> unreliable = List.of();

		void use(List<? extends Lock> locks) {
			this.unreliable = locks;
		}

		List<? extends Lock> getLocks() {
			return this.unreliable;
		}

		@Locked("desk")
		<T extends @Nullable Object> T work(Callable<T> body) throws Exception {
			return body.call();
		}

		@Locked(value = "desk", timeout = "0")
		<T> T tryWork(Callable<T> body) throws Exception {
			return body.call();
		}

		@Locked(using = "locks")
		<T> T workUnreliably(Callable<T> body) throws Exception {
			return body.call();
		}

		@Locked(value = "drawer", timeout = "0")
		String openDrawer(String wanted) {
			return wanted;
		}

	}

	/**
	 * A lock that complains when it is released.
	 */
	static class Unreliable extends ReentrantLock {

		private static final long serialVersionUID = 1L;

		private final String name;

		Unreliable(String name) {
			this.name = name;
		}

		@Override
		public void unlock() {
			super.unlock();
			throw new IllegalMonitorStateException(String.format(Locale.ROOT, "release of %s failed", this.name));
		}

	}

}
