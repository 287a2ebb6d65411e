package org.fasteners.boot;

import java.nio.file.Path;

import org.fasteners.LockMisuseException;
import org.fasteners.LockRegistry;
import org.fasteners.LockTimeoutException;
import org.fasteners.annotation.InterProcessLimited;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@code @InterProcessLimited} in an application that is configured by
 * properties alone.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class LimitedIntegrationTests {

	private final Path directory;

	LimitedIntegrationTests(@TempDir Path temporary) {
		this.directory = temporary.resolve("locks");
	}

	private ConfigurableApplicationContext start(Class<?> bean) {
		return Start.application(bean, "fasteners.lock-directory=" + this.directory, "fasteners.default-timeout=10ms",
				"reports.path=reports");
	}

	@Test
	void atMostAsManyCallsRunAsThereArePermits() {
		try (ConfigurableApplicationContext context = start(Reports.class)) {
			LockRegistry registry = context.getBean(LockRegistry.class);
			Reports reports = context.getBean(Reports.class);
			reports.print(() -> reports.print(() -> {
				assertThat(registry.interProcessSemaphore("reports", 2).heldPermits()).isEqualTo(2);
				assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> reports.print(() -> {
				})).withMessageStartingWith("Could not get 1 of 2 permits of 'reports' within 10ms in Reports.print()");
			}));
			assertThat(registry.interProcessSemaphore("reports", 2).heldPermits()).isZero();
		}
		assertThat(this.directory.resolve("reports")).isEmptyFile();
	}

	@Test
	void theNumberOfPermitsMayChangeWithTheNextStartInTheSameJvm() {
		start(Reports.class).close();
		start(OtherReports.class).close();
		start(Reports.class).close();
	}

	@Test
	void differentNumbersOfPermitsForOnePathFailTheStart(CapturedOutput output) {
		assertThatExceptionOfType(LockMisuseException.class).isThrownBy(() -> start(Both.class));
		assertThat(output).containsSubsequence("APPLICATION FAILED TO START", "Description:", "OtherReports.print()",
				"it limits 'reports' to 3, but Reports.print() limits it to 2, and the number must be the same for all",
				"Action:", "OtherReports.print()", "Write the same number");
	}

	static class Reports {

		@InterProcessLimited(value = "${reports.path}", permits = 2)
		void print(Runnable body) {
			body.run();
		}

	}

	static class OtherReports {

		@InterProcessLimited(value = "reports", permits = 3)
		void print() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Both {

		@Bean
		Reports reports() {
			return new Reports();
		}

		@Bean
		OtherReports otherReports() {
			return new OtherReports();
		}

	}

}
