package org.fasteners.boot;

import java.util.List;

import org.fasteners.LockMisuseException;
import org.fasteners.LockMisuseException.Finding;
import org.fasteners.LockRegistry;
import org.fasteners.annotation.Locked;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.aop.support.AopUtils;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for applications with several contexts.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class ChildContextIntegrationTests {

	@Test
	void theBeansOfAChildWithoutAutoConfigurationAreLocked() {
		try (ConfigurableApplicationContext child = run(List.of(), List.of(), Worker.class)) {
			assertThat(AopUtils.isAopProxy(child.getBean(Worker.class))).isTrue();
			assertThat(child.getBean(Worker.class).heldIn(child.getBean(LockRegistry.class))).isTrue();
		}
	}

	@Test
	void theBeansOfAChildWithoutAutoConfigurationAreChecked() {
		assertThatExceptionOfType(LockMisuseException.class)
			.isThrownBy(() -> run(List.of(), List.of(), Sealed.class).close())
			.withMessageContaining("Sealed.work()")
			.withMessageContaining("final");
	}

	@Test
	void withTheStarterInBothContextsTheChildUsesTheRegistryOfItsParentWithoutAWarning(CapturedOutput output) {
		try (ConfigurableApplicationContext child = run(List.of("--fasteners.locks.[worker].timeout=2s"), List.of(),
				Starter.class, Worker.class)) {
			LockRegistry locks = child.getBean(LockRegistry.class);
			assertThat(locks).isSameAs(java.util.Objects.requireNonNull(child.getParent()).getBean(LockRegistry.class));
			assertThat(child.getBean(Worker.class).heldIn(locks)).isTrue();
			assertThat(output.getAll().split("no code has requested that lock", -1)).as("warned of by the parent alone")
				.hasSizeLessThanOrEqualTo(2);
			assertThat(output).doesNotContain("have no effect");
		}
	}

	@Test
	void settingsThatOnlyTheChildHasStopItsStart() {
		assertThatExceptionOfType(LockMisuseException.class)
			.isThrownBy(() -> run(List.of("--fasteners.default-timeout=3s"),
					List.of("fasteners.default-timeout=5s", "fasteners.locks.[worker].timeout=2s",
							"fasteners.validation=fail", "fasteners.aop.order=7"),
					Starter.class, Worker.class)
				.close())
			.satisfies((ex) -> assertThat(ex.findings()).extracting(Finding::place)
				.containsExactlyInAnyOrder("fasteners.default-timeout", "fasteners.locks.worker.timeout"))
			.withMessageContaining("it is set in a child context, which uses the LockRegistry of its parent")
			.withMessageContaining("define a LockRegistry bean in the child");
	}

	@Test
	void aChildWithItsOwnRegistryHasItsOwnSettings() {
		try (ConfigurableApplicationContext child = run(List.of(), List.of("fasteners.default-timeout=5s"),
				Starter.class, OwnRegistry.class, Worker.class)) {
			LockRegistry locks = child.getBean("own", LockRegistry.class);
			assertThat(child.getBean(Worker.class).heldIn(locks)).isTrue();
		}
	}

	private static ConfigurableApplicationContext run(List<String> arguments, List<String> propertiesOfChild,
			Class<?>... child) {
		return new SpringApplicationBuilder(Starter.class).web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.child(child)
			.web(WebApplicationType.NONE)
			.registerShutdownHook(false)
			.initializers((context) -> TestPropertyValues.of(propertiesOfChild).applyTo(context))
			.run(arguments.toArray(String[]::new));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(FastenersAutoConfiguration.class)
	static class Starter {

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnRegistry {

		@Bean
		LockRegistry own() {
			return LockRegistries.builder().build();
		}

	}

	static class Worker {

		@Locked("worker")
		boolean heldIn(LockRegistry locks) {
			return locks.lock("worker").isHeldByCurrentOwner();
		}

	}

	static class Sealed {

		@Locked("sealed")
		final void work() {
		}

	}

}
