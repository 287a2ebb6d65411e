package org.fasteners.boot;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import org.fasteners.LockContext;
import org.fasteners.LockContext.Held;
import org.fasteners.LockHold;
import org.fasteners.LockRegistry;
import org.fasteners.Locks;
import org.fasteners.annotation.InterProcessLimited;
import org.fasteners.annotation.InterProcessLocked;
import org.fasteners.annotation.Locked;
import org.fasteners.config.EnableFasteners;
import org.fasteners.thread.ReaderWriterLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests that {@code fasteners.enabled=false} switches off the annotations alone, and logs
 * one warning.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class SwitchedOffIntegrationTests {

	private static void assertRunsWithoutLock(ConfigurableApplicationContext context) throws Exception {
		LockRegistry registry = context.getBean(LockRegistry.class);
		try (LockHold hold = registry.lock("stock").acquire()) {
			assertThat(hold).isNotNull();
			// in another thread, which would wait if the method locked
			assertThat(Background.run(() -> context.getBean(Stock.class).count()).result()).isEqualTo("counted");
		}
	}

	private static void assertOneWarning(CapturedOutput output) {
		assertThat(output.getAll().lines().filter((line) -> line.contains("org.fasteners") && line.contains("WARN")))
			.singleElement()
			.asString()
			.contains("fasteners.enabled=false: annotated methods run without acquiring their locks");
	}

	@ParameterizedTest
	@ValueSource(strings = { "false", "FALSE", "off", "no", "0", "Off" })
	void eachSpellingOfFalseInPropertiesSwitchesThemOff(String value, CapturedOutput output) throws Exception {
		try (ConfigurableApplicationContext context = Start.application(Stock.class, "fasteners.enabled=" + value)) {
			assertRunsWithoutLock(context);
		}
		assertOneWarning(output);
	}

	@ParameterizedTest
	@ValueSource(strings = { "false", "off", "no", "'off'", "\"no\"", "'0'", "'false'" })
	void eachSpellingOfFalseInYamlSwitchesThemOff(String value, CapturedOutput output) throws Exception {
		StandardEnvironment environment = new StandardEnvironment();
		new YamlPropertySourceLoader()
			.load("test",
					new ByteArrayResource(("fasteners:\n  enabled: " + value + "\n").getBytes(StandardCharsets.UTF_8)))
			.forEach(environment.getPropertySources()::addFirst);
		try (ConfigurableApplicationContext context = Start.application(Stock.class, environment)) {
			assertRunsWithoutLock(context);
		}
		assertOneWarning(output);
	}

	@ParameterizedTest
	@ValueSource(strings = { "true", "on", "yes", "1" })
	void eachSpellingOfTrueLeavesThemOn(String value) {
		try (ConfigurableApplicationContext context = Start.application(Stock.class, "fasteners.enabled=" + value)) {
			LockRegistry registry = context.getBean(LockRegistry.class);
			List<Boolean> held = new ArrayList<>();
			context.getBean(Stock.class).run(() -> held.add(registry.lock("stock").isHeldByCurrentOwner()));
			assertThat(held).containsExactly(true);
		}
	}

	@Test
	void anotherValueStopsTheStartAndNamesTheProperty(CapturedOutput output) {
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> Start.application(Stock.class, "fasteners.enabled=never"));
		assertThat(output).contains("APPLICATION FAILED TO START", "fasteners.enabled", "never");
	}

	@Test
	void withLazyInitializationTheWarningIsLoggedAsWell(CapturedOutput output) throws Exception {
		try (ConfigurableApplicationContext context = Start.application(Stock.class, "fasteners.enabled=false",
				"spring.main.lazy-initialization=true")) {
			assertOneWarning(output);
			assertRunsWithoutLock(context);
		}
		assertOneWarning(output);
	}

	@Test
	void enableFastenersDoesNotOverrideTheProperty(CapturedOutput output) throws Exception {
		try (ConfigurableApplicationContext context = Start.application(Enabling.class, "fasteners.enabled=false")) {
			assertRunsWithoutLock(context);
		}
		assertOneWarning(output);
	}

	@Test
	void theLockDirectoryIsNotTouchedBeforeCodeAcquiresTheFirstLock(@TempDir Path temporary) {
		Path directory = temporary.resolve("locks");
		try (ConfigurableApplicationContext context = Start.application(Files.class, "fasteners.enabled=false",
				"fasteners.lock-directory=" + directory)) {
			context.getBean(Files.class).write(() -> {
			});
			assertThat(directory).doesNotExist();
			context.getBean(LockRegistry.class).interProcessLock("files").acquire().close();
			assertThat(directory.resolve("files")).isEmptyFile();
		}
	}

	@Test
	void aLockDirectoryThatCannotBeUsedIsNotCheckedEither() {
		try (ConfigurableApplicationContext context = Start.application(Files.class, "fasteners.enabled=false",
				"fasteners.lock-directory=/proc/none")) {
			context.getBean(Files.class).write(() -> {
			});
		}
	}

	@Test
	void methodsWithInvalidAnnotationsRunWithoutAnError() {
		try (ConfigurableApplicationContext context = Start.application(Misused.class, "fasteners.enabled=false")) {
			assertThat(context.getBean(Misused.class).sealed()).isEqualTo("text");
			assertThat(context.getBean(Misused.class).later().join()).isEqualTo("later");
		}
	}

	@Test
	void requireHeldPassesInTheBeansOfThatContextAndNowhereElse() {
		try (ConfigurableApplicationContext context = Start.application(Checking.class, "fasteners.enabled=false",
				"stock.name=stock")) {
			Checking bean = context.getBean(Checking.class);
			assertThat(bean.placeholder()).extracting(Held::name).containsExactly("stock");
			assertThat(bean.keys(List.of("a", "b"))).extracting(Held::key).containsExactly("a", "b");
			assertThat(bean.used()).extracting(Held::name).containsExactly("prices");
			assertThat(bean.semaphore()).extracting(Held::name).containsExactly("reports");
			assertThat(bean.wrongKey()).extracting(Held::name).containsExactly("stock");
			assertThat(LockContext.current().locks()).isEmpty();
			assertThatIllegalStateException().as("without a context").isThrownBy(() -> new Checking().placeholder());
			assertThatIllegalStateException().as("past the proxy").isThrownBy(bean::pastTheProxy);
		}
	}

	static class Stock {

		@Locked("stock")
		public String count() {
			return "counted";
		}

		@Locked("stock")
		public void run(Runnable body) {
			body.run();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class Enabling {

		@Bean
		Stock stock() {
			return new Stock();
		}

	}

	static class Files {

		@InterProcessLocked("files")
		public void write(Runnable body) {
			body.run();
		}

	}

	static class Misused {

		private final String text = String.valueOf("text");

		@Locked("misused")
		final String sealed() {
			return this.text;
		}

		@Locked("misused")
		CompletableFuture<String> later() {
			return CompletableFuture.completedFuture("later");
		}

		@Locked(value = "${not.set}", key = "#nothing")
		void unresolvable() {
		}

	}

	static class Checking {

		private final ReaderWriterLock lock = ReaderWriterLock.builder().name("prices").build();

		@Locked("${stock.name}")
		List<Held> placeholder() {
			Locks.requireHeld("stock");
			return LockContext.current().locks();
		}

		@Locked(value = "stock", key = "#ids")
		List<Held> keys(List<String> ids) {
			ids.forEach((id) -> Locks.requireHeld("stock", id));
			return LockContext.current().locks();
		}

		@Locked(using = "lock")
		List<Held> used() {
			Locks.requireHeld("prices");
			assertThat(this.lock.isWriter(false)).isFalse();
			return LockContext.current().locks();
		}

		@InterProcessLimited(value = "reports", permits = 3)
		List<Held> semaphore() {
			Locks.requireHeld("reports");
			return LockContext.current().locks();
		}

		@Locked(value = "stock", key = "#nothing")
		List<Held> wrongKey() {
			Locks.requireHeld("stock");
			return LockContext.current().locks();
		}

		void pastTheProxy() {
			placeholder();
		}

	}

}
