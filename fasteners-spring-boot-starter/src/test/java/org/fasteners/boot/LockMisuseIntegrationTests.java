package org.fasteners.boot;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import org.fasteners.LockMisuseException;
import org.fasteners.annotation.Locked;
import org.fasteners.annotation.ReadLocked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that an application whose annotations cannot take effect does not start, and that
 * the failure lists all findings with their fixes.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class LockMisuseIntegrationTests {

	@Test
	void whatCannotBeInterceptedIsListedBeforeAnythingIsMade(CapturedOutput output) {
		assertThatExceptionOfType(LockMisuseException.class).isThrownBy(() -> Start.application(Structure.class))
			.satisfies((ex) -> assertThat(ex.findings()).hasSize(3));
		assertThat(output).containsSubsequence("APPLICATION FAILED TO START", "Description:",
				"Lock annotations cannot take effect:", "Action:", "Fix each of the following:");
		assertThat(output).contains(
				"- Desk.sealed() (bean 'desk'): @Locked(\"desk\") cannot lock a method that is final, because no proxy can intercept it")
			.contains(
					"- Desk.later() (bean 'desk'): @ReadLocked(\"desk\") cannot lock a method that returns CompletableFuture, because its work would go on after the lock was released")
			.contains("- Vault (bean 'vault'): the class is final")
			.contains("- Desk.sealed(): Make it a public method that is neither static nor final")
			.contains("- Desk.later(): Return the plain result")
			.contains("- Vault: Remove 'final'; or let it implement an interface");
		assertThat(output.getAll()).as("a stack trace").doesNotContain("\tat ");
		assertThat(Structure.MADE).hasValue(0);
	}

	@Test
	void attributesThatCannotBeResolvedAreListed(CapturedOutput output) {
		assertThatExceptionOfType(LockMisuseException.class)
			.isThrownBy(() -> Start.application(Content.class, "drawer.timeout=5"))
			.satisfies((ex) -> assertThat(ex.findings()).hasSize(3));
		assertThat(output).containsSubsequence("APPLICATION FAILED TO START", "Description:", "Action:");
		assertThat(output).contains(
				"- Drawer.open() (bean 'drawer'): its lock annotation cannot be resolved: the timeout '5' has no unit: write '5s' for seconds or '5ms'")
			.contains(
					"- Drawer.close() (bean 'drawer'): its lock annotation cannot be resolved: there is no field or property 'nothing'")
			.contains("- Drawer.turn() (bean 'drawer'): its lock annotation cannot be resolved: ")
			.contains("not.set")
			.contains("- Drawer.open(): Write '5s' for seconds or '5ms'");
	}

	@Test
	void switchedOffNothingIsChecked() {
		Start.application(Structure.class, "fasteners.enabled=false").close();
		assertThat(Structure.MADE.getAndSet(0)).isPositive();
	}

	@Configuration(proxyBeanMethods = false)
	static class Structure {

		static final AtomicInteger MADE = new AtomicInteger();

		@Bean
		Desk desk() {
			MADE.incrementAndGet();
			return new Desk();
		}

		@Bean
		Vault vault() {
			MADE.incrementAndGet();
			return new Vault();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Content {

		@Bean
		Drawer drawer() {
			return new Drawer();
		}

	}

	static class Desk {

		@Locked("desk")
		final void sealed() {
		}

		@ReadLocked("desk")
		CompletableFuture<String> later() {
			return CompletableFuture.completedFuture("");
		}

	}

	static final class Vault {

		@Locked("vault")
		void open() {
		}

	}

	static class Drawer {

		@Locked(value = "drawer", timeout = "${drawer.timeout}")
		void open() {
		}

		@Locked(using = "nothing")
		void close() {
		}

		@Locked("${not.set}")
		void turn() {
		}

	}

}
