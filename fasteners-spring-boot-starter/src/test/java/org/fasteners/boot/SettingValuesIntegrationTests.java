package org.fasteners.boot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;
import org.fasteners.LockDirectoryException;
import org.fasteners.LockRegistry;
import org.fasteners.annotation.InterProcessLimited;
import org.fasteners.annotation.InterProcessLocked;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests that an invalid value stops the start, and that the failure analysis names the
 * property and a valid value.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class SettingValuesIntegrationTests {

	static Stream<Arguments> wrong() {
		return Stream.of(wrong("fasteners.enabled", "maybe", "maybe"),
				wrong("fasteners.default-timeout", "-1s", "it is -1s, but must not be negative",
						"Write a time, as in 5s"),
				wrong("fasteners.default-timeout", "soon", "soon"),
				wrong("fasteners.validation", "loud", "loud", "FAIL"), wrong("fasteners.aop.order", "first", "first"),
				wrong("fasteners.web.problem-details", "maybe", "maybe"),
				wrong("fasteners.web.show-holder", "maybe", "maybe"),
				wrong("fasteners.web.retry-after", "-1", "must not be negative", "Write whole seconds"),
				wrong("fasteners.process.access", "everybody", "everybody", "OWNER"),
				wrong("fasteners.process.allow-network-file-system", "maybe", "maybe"),
				wrong("fasteners.process.preference", "lucky", "lucky", "FAIR"),
				wrong("fasteners.process.key-files", "3", "it is 3, but must be a power of two", "Write 2 or 4"),
				wrong("fasteners.process.key-files", "0", "must be a power of two", "Write 1"),
				wrong("fasteners.process.key-files", "many", "many"),
				wrong("fasteners.process.watchdog-interval", "0", "must be more than zero", "Write a time, as in 10s"),
				wrong("fasteners.process.file.protocol", "lockf", "lockf", "FCNTL"),
				wrong("fasteners.process.pause.first", "10ms",
						"must not be longer than fasteners.process.pause.longest, which is 0.005s",
						"set fasteners.process.pause.longest to a longer one"),
				wrong("fasteners.process.pause.first", "0", "must be more than zero"),
				wrong("fasteners.process.pause.longest", "1s",
						"must not be longer than fasteners.process.pause.longest-of-long-wait, which is 0.1s"),
				wrong("fasteners.process.pause.long-wait", "-1s", "must not be negative"),
				wrong("fasteners.process.pause.long-wait", "24h", "must be shorter than a day"),
				wrong("fasteners.process.pause.longest-of-long-wait", "25h", "must be shorter than a day"),
				wrong("fasteners.locks.[orders].timeout", "-2s", "it is -2s, but must not be negative"),
				wrong("fasteners.locks.[orders].preference", "lucky", "lucky", "WRITER"),
				wrong("fasteners.locks.[orders].permits", "3", "a lock has no setting 'permits'"),
				wrong("fasteners.process.locks.[shows/hamlet].timeout", "-2s", "must not be negative"),
				wrong("fasteners.process.locks.[shows/hamlet].permits", "0", "must be from 1 to 1000"),
				wrong("fasteners.process.locks.[shows/hamlet].permits", "1001", "must be from 1 to 1000"));
	}

	private static Arguments wrong(String property, String value, String... says) {
		return Arguments.of(property, value, List.of(says));
	}

	@ParameterizedTest
	@MethodSource("wrong")
	void anInvalidValueStopsTheStartAndNamesItsProperty(String property, String value, List<String> says,
			CapturedOutput output) {
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(
				() -> Start
					.webApplication(WebApplicationType.SERVLET, Empty.class, "server.port=0",
							"spring.main.lazy-initialization=true", property + "=" + value)
					.close());
		assertThat(output).contains("APPLICATION FAILED TO START", "Description:", "Action:")
			.contains(property.replace(".[", "[").replaceFirst("\\[.*", ""));
		says.forEach((part) -> assertThat(output).contains(part));
		assertThat(output.getAll()).as("a stack trace").doesNotContain("\tat ");
	}

	/** The build creates the metadata. */
	@Test
	void eachPropertyIsTestedWithAnInvalidValue() throws IOException {
		Set<String> known = new TreeSet<>();
		for (Resource resource : new PathMatchingResourcePatternResolver()
			.getResources("classpath*:META-INF/spring-configuration-metadata.json")) {
			known.addAll(JsonPath.<List<String>>read(resource.getContentAsString(StandardCharsets.UTF_8),
					"$.properties[?(@.name =~ /fasteners\\..*/)].name"));
		}
		assumeTrue(!known.isEmpty());
		Set<String> tried = new TreeSet<>(Set.of("fasteners.lock-directory"));
		wrong().forEach((one) -> tried.add(((String) one.get()[0]).replaceFirst("\\.\\[.*", "")));
		assertThat(tried).containsAll(known);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "fasteners.process.keyFiles", "fasteners.process.key_files", "fasteners.process.KEY-FILES" })
	void theAnalysisNamesThePropertyInEachSpelling(String spelling, CapturedOutput output) {
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> Start.application(Empty.class, spelling + "=3"));
		assertThat(output).contains("APPLICATION FAILED TO START", "fasteners.process.key-files", "Write 2 or 4");
	}

	@Test
	void allInvalidValuesAreReportedAtOnce(CapturedOutput output) {
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> Start.application(Empty.class, "fasteners.process.key-files=3",
					"fasteners.default-timeout=-1s", "fasteners.process.watchdog-interval=0"));
		assertThat(output).contains("fasteners.process.key-files", "fasteners.default-timeout",
				"fasteners.process.watchdog-interval");
	}

	@Test
	void durationsWithoutAUnitAreLoggedOnce(CapturedOutput output) {
		Start
			.application(Empty.class, "fasteners.default-timeout=30", "fasteners.process.pause.longest=6",
					"fasteners.locks.[orders].timeout=5", "fasteners.process.locks.[files].timeout=0",
					"fasteners.process.watchdog-interval=10s", "fasteners.web.retry-after=2")
			.close();
		assertThat(output.getAll().lines().filter((line) -> line.contains("Durations without a unit"))).singleElement()
			.asString()
			.contains("INFO")
			.contains(
					"fasteners.default-timeout=30, fasteners.process.pause.longest=6, fasteners.locks[orders].timeout=5. Write a unit, as in 30s or 30ms");
	}

	@Test
	void settingsDoNotApplyToARegistryOfTheApplicationAndAWarningSaysSo(@TempDir Path directory,
			CapturedOutput output) {
		assertThatExceptionOfType(LockDirectoryException.class).isThrownBy(() -> Start.application(OwnRegistry.class,
				"fasteners.lock-directory=" + directory, "fasteners.default-timeout=1s"));
		assertThat(output.getAll().lines().filter((line) -> line.contains("no effect"))).singleElement()
			.asString()
			.contains("WARN", "fasteners.lock-directory, fasteners.default-timeout: no effect", "'ownRegistry'",
					"LockRegistries.builder()");
		assertThat(output).containsSubsequence("APPLICATION FAILED TO START",
				"fasteners.lock-directory is set, but does not apply to that registry", "Action:",
				"Set the directory with LockRegistries.builder().lockDirectory(...)");
	}

	@Test
	void permitsMayBeSetAndComeFromAPlaceholder(@TempDir Path directory, CapturedOutput output) {
		String[] settings = { "fasteners.lock-directory=" + directory, "slots=3",
				"fasteners.process.locks.[reports].permits=${slots}" };
		try (ConfigurableApplicationContext context = Start.application(Limited.Set.class, settings)) {
			context.getBean(Limited.Set.class).print();
			assertThat(context.getBean(LockRegistry.class).interProcessSemaphore("reports").permits()).isEqualTo(3);
		}
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> Start.application(Limited.Other.class, settings));
		assertThat(output).contains("'reports' is set to 3 permits by fasteners.process.locks.[reports].permits");
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> Start.application(Limited.Set.class,
				"fasteners.lock-directory=" + directory, "fasteners.process.locks.[reports].timeout=5s"));
		assertThat(output).contains("it has no number of permits, and none is set",
				"Write permits = 3, or set fasteners.process.locks.[reports].permits=3");
	}

	@Configuration(proxyBeanMethods = false)
	static class Empty {

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnRegistry {

		@Bean
		LockRegistry ownRegistry() {
			return LockRegistries.builder().build();
		}

		@Bean
		Between between() {
			return new Between();
		}

	}

	static class Between {

		@InterProcessLocked("between")
		void work() {
		}

	}

	/** Methods of one semaphore. */
	static final class Limited {

		private Limited() {
		}

		static class Set {

			@InterProcessLimited("reports")
			void print() {
			}

		}

		static class Other {

			@InterProcessLimited(value = "reports", permits = 4)
			void print() {
			}

		}

	}

}
