package org.fasteners.interceptor;

import org.fasteners.LockMisuseException;
import org.fasteners.LockRegistry;
import org.fasteners.annotation.Locked;
import org.fasteners.config.EnableFasteners;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Beans of a child of a context that locks are locked or refused, however the child is
 * made.
 */
@Timeout(60)
class ChildContextIntegrationTests {

	private final AnnotationConfigApplicationContext parent = new AnnotationConfigApplicationContext(Parent.class);

	private final AnnotationConfigApplicationContext child = new AnnotationConfigApplicationContext();

	@BeforeEach
	void setParent() {
		this.child.setParent(this.parent);
		this.child.setDisplayName("the child");
	}

	@AfterEach
	void close() {
		this.child.close();
		this.parent.close();
	}

	@Test
	void aChildWithoutAdviceWhoseBeansHaveAnnotationsDoesNotStart() {
		this.child.register(Worker.class);
		assertThatExceptionOfType(LockMisuseException.class).isThrownBy(this.child::refresh)
			.withMessage(
					"Bean 'childContextIntegrationTests.Worker', Worker: it has lock annotations, but its context 'the child' has no lock advice: that of a parent context does not apply to it, so that its methods would run without their locks. Add @EnableFasteners, or with Spring Boot the auto-configuration, to that context.");
		assertThat(this.child.isActive()).isFalse();
		assertThat(this.parent.isActive()).isTrue();
	}

	@Test
	void aLazyBeanOfAChildWithoutAdviceStopsItsStartToo() {
		this.child.register(LazyWorker.class);
		assertThatExceptionOfType(LockMisuseException.class).isThrownBy(this.child::refresh)
			.withMessageContaining("has no lock advice");
	}

	@Test
	void aGrandchildIsLookedAtToo() {
		this.child.refresh();
		try (AnnotationConfigApplicationContext grandchild = new AnnotationConfigApplicationContext()) {
			grandchild.setParent(this.child);
			grandchild.register(Worker.class);
			assertThatExceptionOfType(LockMisuseException.class).isThrownBy(grandchild::refresh);
		}
	}

	@Test
	void aChildWithoutAnnotationsStarts() {
		this.child.register(Unlocked.class);
		assertThatNoException().isThrownBy(this.child::refresh);
	}

	@Test
	void aChildWithAdviceOfItsOwnLocksByTheRegistryOfItsParent() {
		this.child.register(Advice.class, Worker.class);
		this.child.refresh();
		assertThat(this.child.getBean(Worker.class).heldIn(this.parent.getBean(LockRegistry.class))).isTrue();
	}

	@Test
	void aChildWithARegistryOfItsOwnLocksByThat() {
		this.child.register(Parent.class, Worker.class);
		this.child.refresh();
		Worker worker = this.child.getBean(Worker.class);
		assertThat(worker.heldIn(this.child.getBean(LockRegistry.class))).isTrue();
		assertThat(worker.heldIn(this.parent.getBean(LockRegistry.class))).isFalse();
	}

	@Test
	void aChildThatTakesTheAdviceOfItsParentLocksAndIsChecked() {
		this.child.register(Creator.class, Worker.class);
		this.child.refresh();
		assertThat(this.child.getBean(Worker.class).heldIn(this.parent.getBean(LockRegistry.class))).isTrue();
		try (AnnotationConfigApplicationContext wrong = new AnnotationConfigApplicationContext()) {
			wrong.setParent(this.parent);
			wrong.register(Creator.class, Wrong.class);
			assertThatExceptionOfType(LockMisuseException.class).isThrownBy(wrong::refresh)
				.withMessageContaining("Wrong.sealed()")
				.withMessageContaining("Wrong.later()");
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners(proxyTargetClass = true)
	static class Parent {

		@Bean
		LockRegistry locks() {
			return LockRegistries.builder().build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners(proxyTargetClass = true)
	static class Advice {

	}

	@Configuration(proxyBeanMethods = false)
	static class Creator {

		@Bean
		static DefaultAdvisorAutoProxyCreator creator() {
			DefaultAdvisorAutoProxyCreator creator = new DefaultAdvisorAutoProxyCreator();
			creator.setProxyTargetClass(true);
			return creator;
		}

	}

	static class Worker {

		@Locked("worker")
		boolean heldIn(LockRegistry locks) {
			return locks.lock("worker").isHeldByCurrentOwner();
		}

	}

	@Lazy
	static class LazyWorker extends Worker {

	}

	static class Unlocked {

		void work() {
		}

	}

	static class Wrong {

		@Locked("wrong")
		final void sealed() {
		}

		@Locked(value = "wrong", timeout = "soon")
		void later() {
		}

	}

}
