package org.fasteners.boot;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.annotation.InterProcessLocked;
import org.fasteners.annotation.Locked;
import org.fasteners.config.EnableFasteners;
import org.fasteners.interceptor.LockAdvice;
import org.fasteners.process.file.LockDirectoryAccess;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.aop.Advisor;
import org.springframework.aop.support.AopUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FastenersAutoConfiguration}.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class FastenersAutoConfigurationIntegrationTests {

	private static final String NOTHING_LOCKS = "fasteners.enabled=false: annotated methods run without acquiring their locks";

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, FastenersAutoConfiguration.class))
		.withUserConfiguration(Office.class);

	@Test
	void annotationsLockAndNothingHasToBeEnabled(CapturedOutput output) {
		this.contextRunner.run((context) -> {
			assertThat(context).hasSingleBean(LockRegistry.class).hasBean("fastenersLockRegistry");
			assertThat(context).hasSingleBean(Advisor.class);
			assertLocks(context);
		});
		assertThat(output).doesNotContain(NOTHING_LOCKS);
	}

	@Test
	void itLocksIfEnabledExplicitly() {
		this.contextRunner.withPropertyValues("fasteners.enabled=true")
			.run(FastenersAutoConfigurationIntegrationTests::assertLocks);
	}

	@Test
	void itBacksOffForARegistryOfTheApplication() {
		this.contextRunner.withUserConfiguration(OwnRegistry.class).run((context) -> {
			assertThat(context).hasSingleBean(LockRegistry.class).hasBean("ownRegistry");
			assertThat(context).doesNotHaveBean("fastenersLockRegistry");
			assertLocks(context);
		});
	}

	@Test
	void aBeanOfAnotherTypeMayBeCalledLockRegistry() {
		this.contextRunner.withBean("lockRegistry", String.class, () -> "of another library")
			.run(FastenersAutoConfigurationIntegrationTests::assertLocks);
	}

	@Test
	void itLocksOnceIfAnAnnotationEnablesItAgain() {
		this.contextRunner.withUserConfiguration(EnabledAgain.class).run((context) -> {
			assertThat(context).hasSingleBean(Advisor.class);
			assertLocks(context);
		});
	}

	@Test
	void itLocksWithoutTheProxiesOfSpringBoot() {
		this.contextRunner.withPropertyValues("spring.aop.auto=false").run((context) -> {
			assertThat(context).doesNotHaveBean(AopAutoConfiguration.class);
			assertLocks(context);
			assertThat(AopUtils.isCglibProxy(context.getBean("clerk"))).isTrue();
		});
	}

	@Test
	void itLocksWithoutAspectJ() {
		this.contextRunner.withClassLoader(new FilteredClassLoader("org.aspectj"))
			.run(FastenersAutoConfigurationIntegrationTests::assertLocks);
	}

	@Test
	void itLocksWithoutAopAutoConfiguration() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(FastenersAutoConfiguration.class))
			.withUserConfiguration(Office.class)
			.run(FastenersAutoConfigurationIntegrationTests::assertLocks);
	}

	@Test
	void proxiesExtendClassesByDefault() {
		this.contextRunner.run((context) -> {
			assertThat(AopUtils.isCglibProxy(context.getBean("clerk"))).isTrue();
			assertThat(AopUtils.isCglibProxy(context.getBean("counter"))).isTrue();
		});
	}

	@Test
	void proxiesImplementInterfacesIfSpringBootIsConfiguredSo() {
		this.contextRunner.withPropertyValues("spring.aop.proxy-target-class=false").run((context) -> {
			assertThat(AopUtils.isJdkDynamicProxy(context.getBean("counter"))).isTrue();
			Counter counter = context.getBean(Counter.class);
			List<Integer> holds = new ArrayList<>();
			counter.serve(() -> holds.add(holdsOf(context, "counter")));
			assertThat(holds).containsExactly(1);
		});
	}

	@Test
	void proxiesImplementInterfacesAlsoIfTheProxiesOfSpringBootAreSwitchedOff() {
		this.contextRunner.withPropertyValues("spring.aop.auto=false", "spring.aop.proxy-target-class=false")
			.run((context) -> {
				assertThat(AopUtils.isJdkDynamicProxy(context.getBean("counter"))).isTrue();
				assertLocks(context);
			});
	}

	@Test
	void theDefaultsAreAsDocumented() {
		this.contextRunner.run((context) -> {
			FastenersProperties properties = context.getBean(FastenersProperties.class);
			assertThat(properties.isEnabled()).isTrue();
			assertThat(properties.getLockDirectory()).isNull();
			assertThat(properties.getDefaultTimeout()).isNull();
			assertThat(properties.getAop().getOrder()).isEqualTo(LockAdvice.DEFAULT_ORDER);
			assertThat(properties.getProcess().getAccess()).isEqualTo(LockDirectoryAccess.OWNER);
			assertThat(context.getBean(LockRegistry.class).defaultTimeout()).isEmpty();
			assertThat(orderOfAdvice(context)).isEqualTo(LockAdvice.DEFAULT_ORDER);
		});
	}

	@Test
	void thePropertiesAreBound() {
		this.contextRunner
			.withPropertyValues("fasteners.lock-directory=/var/lib/office/locks", "fasteners.default-timeout=3s",
					"fasteners.aop.order=7", "fasteners.process.access=group")
			.run((context) -> {
				FastenersProperties properties = context.getBean(FastenersProperties.class);
				assertThat(properties.toLockDirectory()).isEqualTo(Path.of("/var/lib/office/locks"));
				assertThat(properties.getDefaultTimeout()).isEqualTo(Duration.ofSeconds(3));
				assertThat(properties.getAop().getOrder()).isEqualTo(7);
				assertThat(properties.getProcess().getAccess()).isEqualTo(LockDirectoryAccess.GROUP);
			});
	}

	@Test
	void theOrderOfTheAdviceIsSet() {
		this.contextRunner.withPropertyValues("fasteners.aop.order=-5")
			.run((context) -> assertThat(orderOfAdvice(context)).isEqualTo(-5));
	}

	@Test
	void theDefaultTimeoutIsThatOfTheRegistry() {
		this.contextRunner.withPropertyValues("fasteners.default-timeout=PT1M30S")
			.run((context) -> assertThat(context.getBean(LockRegistry.class).defaultTimeout())
				.hasValue(Duration.ofSeconds(90)));
	}

	@Test
	void aDefaultTimeoutWithoutAUnitIsInMilliseconds() {
		this.contextRunner.withPropertyValues("fasteners.default-timeout=250")
			.run((context) -> assertThat(context.getBean(LockRegistry.class).defaultTimeout())
				.hasValue(Duration.ofMillis(250)));
	}

	@Test
	void aNegativeDefaultTimeoutFailsTheStart() {
		this.contextRunner.withPropertyValues("fasteners.default-timeout=-1s").run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure())
				.hasMessageContaining("fasteners.default-timeout: it is -1s, but must not be negative");
		});
	}

	@Test
	void theLockDirectoryIsCreatedWithTheFirstInterProcessLock(@TempDir Path temporary) {
		Path directory = temporary.resolve("not/yet");
		this.contextRunner.withPropertyValues("fasteners.lock-directory=" + directory).run((context) -> {
			assertLocks(context);
			assertThat(directory).doesNotExist();
			context.getBean(LockRegistry.class).interProcessLock("shows").acquire().close();
			assertThat(directory.resolve("shows")).isEmptyFile();
		});
	}

	@Test
	void inThatDirectoryAnnotationsLockBetweenProcesses(@TempDir Path directory) {
		this.contextRunner.withBean(Shows.class)
			.withPropertyValues("fasteners.lock-directory=" + directory)
			.run((context) -> {
				LockRegistry registry = context.getBean(LockRegistry.class);
				List<Boolean> held = new ArrayList<>();
				context.getBean(Shows.class)
					.sell(() -> held.add(registry.interProcessLock("shows").isHeldByCurrentOwner()));
				assertThat(held).containsExactly(true);
				assertThat(Files.exists(directory.resolve("shows"))).isTrue();
			});
	}

	@Test
	void anUnknownAccessFailsTheStart() {
		this.contextRunner.withPropertyValues("fasteners.process.access=everybody").run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).rootCause().hasMessageContaining("everybody");
		});
	}

	private static void assertLocks(AssertableApplicationContext context) {
		assertThat(context).hasNotFailed();
		Clerk clerk = context.getBean(Clerk.class);
		List<Integer> holds = new ArrayList<>();
		clerk.work(() -> holds.add(holdsOf(context, "clerk")));
		assertThat(holds).containsExactly(1);
		assertThat(holdsOf(context, "clerk")).isZero();
	}

	private static int holdsOf(AssertableApplicationContext context, String lock) {
		return context.getBean(LockRegistry.class).readWriteLock(lock).holdCount(LockMode.EXCLUSIVE);
	}

	private static int orderOfAdvice(AssertableApplicationContext context) {
		return ((Ordered) context.getBean(Advisor.class)).getOrder();
	}

	@Configuration(proxyBeanMethods = false)
	static class Office {

		@Bean
		Clerk clerk() {
			return new Clerk();
		}

		@Bean
		Counter counter() {
			return new PlainCounter();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnRegistry {

		@Bean
		LockRegistry ownRegistry() {
			return LockRegistries.builder().build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class EnabledAgain {

	}

	/** Public, so that proxies of another class loader can extend it. */
	public static class Clerk {

		@Locked("clerk")
		public void work(Runnable body) {
			body.run();
		}

	}

	interface Counter {

		void serve(Runnable body);

	}

	/** Public, so that proxies of another class loader can extend it. */
	public static class PlainCounter implements Counter {

		@Override
		@Locked("counter")
		public void serve(Runnable body) {
			body.run();
		}

	}

	static class Shows {

		@InterProcessLocked("shows")
		void sell(Runnable body) {
			body.run();
		}

	}

}
