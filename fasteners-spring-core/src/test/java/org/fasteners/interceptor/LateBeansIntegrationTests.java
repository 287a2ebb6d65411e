package org.fasteners.interceptor;

import org.fasteners.LockMisuseException;
import org.fasteners.LockRegistry;
import org.fasteners.annotation.Locked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Beans that the container makes after the start are looked at when they are made, by
 * their real classes.
 */
@Timeout(60)
class LateBeansIntegrationTests {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void aBeanWhoseClassShowsLateThatItCannotBeLockedIsNotMade() {
		this.context.register(Configured.class, Hiding.class);
		this.context.refresh();
		for (int attempt = 0; attempt < 2; attempt++) {
			for (String name : new String[] { "lazy", "prototype" }) {
				assertThatExceptionOfType(BeanCreationException.class).as(name)
					.isThrownBy(() -> this.context.getBean(name))
					.havingRootCause()
					.isInstanceOf(LockMisuseException.class)
					.withMessageContaining("Bean '" + name
							+ "', Sealed.work(): @Locked(\"sealed\") cannot lock a method that is final");
			}
		}
	}

	@Test
	void aBeanThatIsRegisteredAfterTheStartIsLookedAtAndLocks() {
		this.context.register(Configured.class);
		this.context.refresh();
		this.context.registerBean("open", Open.class);
		this.context.registerBean("sealed", Object.class, Sealed::new);
		assertThat(this.context.getBean(Open.class).heldIn(this.context.getBean(LockRegistry.class))).isTrue();
		assertThatExceptionOfType(BeanCreationException.class).isThrownBy(() -> this.context.getBean("sealed"))
			.havingRootCause()
			.isInstanceOf(LockMisuseException.class);
	}

	@Test
	void lateBeansThatNeedOneAnotherAreLocked() {
		this.context.register(Configured.class);
		this.context.registerBean(Left.class, (definition) -> definition.setLazyInit(true));
		this.context.registerBean(Right.class, (definition) -> definition.setLazyInit(true));
		this.context.refresh();
		Left left = this.context.getBean(Left.class);
		assertThat(AopUtils.isAopProxy(left)).isTrue();
		assertThat(AopUtils.isAopProxy(this.context.getBean(Right.class))).isTrue();
		assertThat(left.right().left()).isSameAs(left);
	}

	@Test
	void eachOfManyLateObjectsIsLocked() {
		this.context.register(Configured.class);
		this.context.registerBean(Open.class, (definition) -> definition.setScope("prototype"));
		this.context.refresh();
		LockRegistry locks = this.context.getBean(LockRegistry.class);
		for (int i = 0; i < 3; i++) {
			assertThat(this.context.getBean(Open.class).heldIn(locks)).isTrue();
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Hiding {

		@Bean
		@Lazy
		Object lazy() {
			return new Sealed();
		}

		@Bean
		@Scope("prototype")
		Object prototype() {
			return new Sealed();
		}

	}

	static class Sealed {

		@Locked("sealed")
		final void work() {
		}

	}

	static class Open {

		@Locked("open")
		boolean heldIn(LockRegistry locks) {
			return locks.lock("open").isHeldByCurrentOwner();
		}

	}

	static class Left {

		@Autowired
		@SuppressWarnings("NullAway.Init")
		private Right right;

		@Locked("left")
		Right right() {
			return this.right;
		}

	}

	static class Right {

		@Autowired
		@SuppressWarnings("NullAway.Init")
		private Left left;

		@Locked("right")
		Left left() {
			return this.left;
		}

	}

}
