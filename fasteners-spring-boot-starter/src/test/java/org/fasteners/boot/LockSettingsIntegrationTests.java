package org.fasteners.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

import org.fasteners.LockDirectoryException;
import org.fasteners.LockMisuseException;
import org.fasteners.LockPreference;
import org.fasteners.LockRegistry;
import org.fasteners.LockSettings;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.annotation.InterProcessLocked;
import org.fasteners.annotation.Locked;
import org.fasteners.registry.LockRegistries;
import org.fasteners.thread.ReaderWriterLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for settings of individual locks: their effect, and the reports of settings that
 * have none.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class LockSettingsIntegrationTests {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	private ConfigurableApplicationContext start(Class<?> bean, String... settings) {
		return Start.application(bean,
				Stream.concat(Stream.of("fasteners.lock-directory=" + this.temp.resolve("locks")), Stream.of(settings))
					.toArray(String[]::new));
	}

	private ConfigurableApplicationContext startWithYaml(String yaml, String... settings) throws IOException {
		Path file = Files.writeString(this.temp.resolve("application.yml"), yaml);
		List<String> all = new ArrayList<>(List.of(settings));
		all.add("spring.config.location=file:" + file);
		return start(Office.class, all.toArray(String[]::new));
	}

	private static void assertTimeout(SharedExclusiveLock lock, Duration timeout) {
		assertThat(lock.defaultTimeout()).as(lock.name()).contains(timeout);
	}

	@Test
	void settingsApplyToTheLocksOfTheNameAndOfItsKeys(CapturedOutput output) throws IOException {
		try (ConfigurableApplicationContext context = startWithYaml("""
				fasteners:
				  default-timeout: 9s
				  locks:
				    catalog:
				      timeout: 2s
				      preference: reader
				    "[orders.v2 / all]":
				      timeout: 0
				    "[Camel_Case-1]":
				      timeout: 250
				  process:
				    preference: writer
				    locks:
				      "[shows/hamlet]":
				        timeout: PT3S
				        preference: fair
				      report:
				        timeout: 1m
				""", "fasteners.locks.[by-argument].timeout=4s", "fasteners.locks[without.dot].timeout=5s")) {
			LockRegistry registry = context.getBean(LockRegistry.class);
			assertTimeout(registry.readWriteLock("catalog"), Duration.ofSeconds(2));
			assertTimeout(registry.readWriteLock("catalog", "key"), Duration.ofSeconds(2));
			assertTimeout(registry.readWriteLock("orders.v2 / all"), Duration.ZERO);
			assertTimeout(registry.readWriteLock("Camel_Case-1"), Duration.ofMillis(250));
			assertTimeout(registry.readWriteLock("by-argument"), Duration.ofSeconds(4));
			assertTimeout(registry.readWriteLock("without.dot"), Duration.ofSeconds(5));
			assertTimeout(registry.readWriteLock("other"), Duration.ofSeconds(9));
			assertThat(((ReaderWriterLock) registry.readWriteLock("catalog", "key")).preference())
				.isEqualTo(LockPreference.READER);
			assertTimeout(registry.interProcessReaderWriterLock("shows/hamlet"), Duration.ofSeconds(3));
			assertTimeout(registry.interProcessReaderWriterLock("shows/hamlet", "seat 7"), Duration.ofSeconds(3));
			assertTimeout(registry.interProcessReaderWriterLock("shows/lear"), Duration.ofSeconds(9));
			assertThat(registry.interProcessSemaphore("report", 2).defaultTimeout()).contains(Duration.ofMinutes(1));
			// shows/hamlet has its own preference, shows/lear has the common one
			try (LockRegistry fair = LockRegistries.builder().lockDirectory(this.temp.resolve("locks")).build()) {
				assertThat(fair.interProcessLock("shows/hamlet").tryAcquire().isAcquired()).isTrue();
				assertThat(catchThrowable(() -> fair.interProcessLock("shows/lear")))
					.hasMessageContaining("used in this JVM with the preference WRITER");
				fair.interProcessLock("shows/hamlet").unlock();
			}
		}
		assertThat(output).doesNotContain(" ERROR ");
	}

	@Test
	void settingsOfLocksThatAreRequestedAtTheStartCauseNoWarning(CapturedOutput output) {
		start(Office.class, "fasteners.locks.[catalog].timeout=1s", "fasteners.process.locks.[shows/hamlet].timeout=1s")
			.close();
		assertThat(output).doesNotContain(" WARN ");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
			"fasteners.locks.[Catalog].timeout=1s | fasteners.locks.[Catalog] is set | Did you mean fasteners.locks.[catalog]?",
			"fasteners.locks.katalog.timeout=1s | fasteners.locks.[katalog] is set | Did you mean fasteners.locks.[catalog]?",
			"fasteners.process.locks.showshamlet.preference=fair | fasteners.process.locks.[showshamlet] is set | Did you mean fasteners.process.locks.[shows/hamlet]?",
			"fasteners.process.locks.[/shows/hamlet].timeout=0 | fasteners.process.locks.[/shows/hamlet] is set | Did you mean fasteners.process.locks.[shows/hamlet]?" })
	void settingsOfALockThatIsNotRequestedCauseAWarningWithTheNearestName(String setting, String mention, String meant,
			CapturedOutput output) {
		start(Office.class, setting).close();
		assertThat(output.getOut().lines().filter((line) -> line.contains(" WARN "))).singleElement()
			.asString()
			.contains(mention + ", but no code has requested that lock so far. " + meant);
	}

	@Test
	void withoutASimilarNameNoneIsSuggested(CapturedOutput output) {
		start(Office.class, "fasteners.locks.orders.timeout=1s").close();
		assertThat(output.getOut().lines().filter((line) -> line.contains(" WARN "))).singleElement()
			.asString()
			.endsWith("fasteners.locks.[orders] is set, but no code has requested that lock so far");
	}

	@Test
	void namesOfThreadLocksAndPathsOfLockFilesAreNotMixedUp(CapturedOutput output) {
		start(Office.class, "fasteners.process.locks.catalog.timeout=1s", "fasteners.locks.[shows/hamlet].timeout=1s")
			.close();
		assertThat(output.getOut().lines().filter((line) -> line.contains(" WARN "))).hasSize(2)
			.allSatisfy((line) -> assertThat(line).endsWith("so far"));
	}

	@Test
	void settingsOfALockThatIsRequestedLaterTakeEffect() {
		try (ConfigurableApplicationContext context = start(Office.class, "fasteners.locks.orders.timeout=1s")) {
			assertTimeout(context.getBean(LockRegistry.class).readWriteLock("orders", "4711"), Duration.ofSeconds(1));
		}
	}

	@Test
	void anApplicationThatDefinesItsOwnRegistryIsWarned(CapturedOutput output) {
		start(OwnRegistry.class, "fasteners.locks.catalog.timeout=1s").close();
		assertThat(output).contains("WARN",
				"fasteners.locks and fasteners.process.locks have no effect, because the application defines its own LockRegistry");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
			"fasteners.process.locks.shows/hamlet.timeout=5s | it is read as a setting of the lock 'showshamlet' | Write fasteners.process.locks.[shows/hamlet].timeout",
			"fasteners.process.locks.shows/king.lear.timeout=5s | it is read as a setting of the lock 'showsking' | Write fasteners.process.locks.[shows/king.lear].timeout",
			"fasteners.locks.a.b.timeout=5s | it is read as a setting of the lock 'a' | Write fasteners.locks.[a.b].timeout",
			"fasteners.locks.all orders.preference=fair | it is read as a setting of the lock 'allorders' | Write fasteners.locks.[all orders].preference",
			"fasteners.locks.a:b.timout=5s | it is read as a setting of the lock 'ab' | Write fasteners.locks.[a:b].timeout",
			"FASTENERS.LOCKS.a.b.c.Time-Out=5s | it is read as a setting of the lock 'a' | Write fasteners.locks.[a.b.c].timeout",
			"fasteners.locks.[catalog].timout=5s | a lock has no setting 'timout' | Write fasteners.locks.[catalog].timeout",
			"fasteners.locks.catalog.prefer=fair | a lock has no setting 'prefer' | Write fasteners.locks.[catalog].timeout or fasteners.locks.[catalog].preference",
			"fasteners.locks.catalog.perference=fair | a lock has no setting 'perference' | Write fasteners.locks.[catalog].preference",
			"fasteners.locks.[x.y].time.out=5s | a lock has no setting 'time.out' | Write fasteners.locks.[x.y].timeout",
			"fasteners.locks.[x.y].timeout.seconds=5 | a lock has no setting 'timeout.seconds' | Write fasteners.locks.[x.y].timeout or fasteners.locks.[x.y].preference",
			"fasteners.locks[orders][x].timeout=5s | a lock has no setting '[x].timeout' | Write fasteners.locks.[orders].timeout",
			"fasteners.locks.catalog=5s | it lacks the name of a lock or the name of a setting | Write fasteners.locks.[catalog].timeout or fasteners.locks.[catalog].preference",
			"fasteners.locks.list[0]=5s | it is read as a setting of the lock 'list' | Write fasteners.locks.[list[0]].timeout",
			"fasteners.locks.a[b.c]=5s | it is read as a setting of the lock 'a' | Write fasteners.locks.[a[b.c]].timeout",
			"fasteners.locks.timeout=5s | it lacks the name of a lock or the name of a setting | Write fasteners.locks.[name of the lock].timeout",
			"fasteners.locks.[].timeout=5s | it lacks the name of a lock or the name of a setting | Write fasteners.locks.[name of the lock].timeout" })
	void aSettingWithoutEffectStopsTheStart(String setting, String cause, String fix, CapturedOutput output) {
		String name = setting.substring(0, setting.indexOf('='));
		assertThatExceptionOfType(LockMisuseException.class).isThrownBy(() -> start(Office.class, setting))
			.satisfies((ex) -> assertThat(ex.findings()).singleElement().satisfies((finding) -> {
				assertThat(finding.bean()).isNull();
				assertThat(finding.place()).isEqualTo(name);
				assertThat(finding.cause()).startsWith(cause);
				assertThat(finding.fix()).startsWith(fix);
			}))
			.withMessageStartingWith(name + ": " + cause);
		assertThat(output)
			.containsSubsequence("APPLICATION FAILED TO START", "Settings of locks are invalid or have no effect:",
					String.format(Locale.ROOT, "- %s: %s", name, cause), "Action:",
					String.format(Locale.ROOT, "- %s: %s", name, fix))
			.doesNotContain("(bean", "Lock annotations cannot");
		assertThat(output.getAll()).as("a stack trace").doesNotContain("\tat ");
	}

	/**
	 * The oracle is the binder of Spring Boot: a name without a finding sets something of
	 * the lock that it names.
	 */
	@Test
	void eachSpellingTakesEffectOrIsAFinding() {
		List<String> parts = List.of("a", "B-c", "_", ".", "..", "[", "]", "[]", "[d.e]", "[/]", "0", "[0]", " ", "/",
				"\u00fc", ".timeout", ".preference", "timeout", "\n", "");
		Random random = new Random(42);
		int effective = 0;
		for (int i = 0; i < 20_000; i++) {
			String prefix = random.nextBoolean() ? "fasteners.locks" : "fasteners.process.locks";
			StringBuilder text = new StringBuilder(prefix);
			for (int j = random.nextInt(6); j >= 0; j--) {
				text.append(parts.get(random.nextInt(parts.size())));
			}
			String written = text.toString();
			ConfigurationPropertyName read = ConfigurationPropertyName.adapt(written, '.');
			String value = read.getLastElement(Form.UNIFORM).equals("timeout") ? "1" : "fair";
			StandardEnvironment environment = new StandardEnvironment();
			environment.getPropertySources().addFirst(new MapPropertySource("written", Map.of(written, value)));
			LockSettingsCheck check = new LockSettingsCheck(environment);
			Throwable failure = catchThrowable(() -> check.postProcessBeanFactory(new DefaultListableBeanFactory()));
			if (failure != null) {
				// binding a text to a map fails, and that failure names the property as
				// well
				assertThat(failure).as(written).isInstanceOfAny(LockMisuseException.class, BindException.class);
			}
			else if (ConfigurationPropertyName.of(prefix).isAncestorOf(read)) {
				effective++;
				assertThat(Binder.get(environment)
					.bind(prefix, Bindable.mapOf(String.class, FastenersProperties.Lock.class))
					.get()).as(written).hasSize(1).allSatisfy((name, lock) -> {
						assertThat(written).containsAnyOf("." + name + ".", "[" + name + "]");
						assertThat(lock.toSettings()).isNotEqualTo(LockSettings.NONE);
					});
			}
		}
		assertThat(effective).isGreaterThan(100);
	}

	@Test
	void allFindingsInYamlAreReportedAtOnce() {
		assertThatExceptionOfType(LockMisuseException.class).isThrownBy(() -> startWithYaml("""
				fasteners:
				  locks:
				    catalog:
				      timout: 1s
				  process:
				    locks:
				      shows/hamlet:
				        timeout: 5s
				      "[shows/lear]":
				        timeout: 5s
				""").close())
			.satisfies((ex) -> assertThat(ex.findings()).extracting("place")
				.containsExactlyInAnyOrder("fasteners.locks.catalog.timout",
						"fasteners.process.locks.shows/hamlet.timeout"));
	}

	@Test
	void withValidationWarnFindingsAreOnlyLogged(CapturedOutput output) {
		start(Office.class, "fasteners.validation=warn", "fasteners.process.locks.shows/hamlet.timeout=5s").close();
		assertThat(output.getOut().lines().filter((line) -> line.contains(" WARN "))).hasSize(2)
			.anySatisfy(
					(line) -> assertThat(line).contains("fasteners.process.locks.shows/hamlet.timeout: it is read as",
							"Write fasteners.process.locks.[shows/hamlet].timeout."))
			.anySatisfy((line) -> assertThat(line).contains("fasteners.process.locks.[showshamlet] is set"));
	}

	@Test
	void withValidationOffNothingIsReported(CapturedOutput output) {
		start(Office.class, "fasteners.validation=off", "fasteners.process.locks.shows/hamlet.timeout=5s",
				"fasteners.locks.catalog.timout=5s")
			.close();
		assertThat(output).doesNotContain(" WARN ");
	}

	@Test
	void aNegativeTimeoutStopsTheStartAndIsNamed(CapturedOutput output) {
		assertThatException()
			.isThrownBy(() -> start(Office.class, "fasteners.process.locks.[shows/hamlet].timeout=-1s"));
		assertThat(output).containsSubsequence("APPLICATION FAILED TO START",
				"fasteners.process.locks.[shows/hamlet].timeout", "it is -1s, but must not be negative");
	}

	@Test
	void aValueThatCannotBeConvertedStopsTheStartAndIsNamed(CapturedOutput output) {
		assertThat(catchThrowable(() -> start(Office.class, "fasteners.locks.[all.orders].timeout=soon")))
			.hasRootCauseMessage("'soon' is not a valid duration");
		assertThat(output).containsSubsequence("APPLICATION FAILED TO START", "fasteners.locks[all.orders].timeout",
				"soon");
	}

	@Test
	void withFlockNoPreferenceCanBeSet() {
		assertThatExceptionOfType(LockMisuseException.class)
			.isThrownBy(() -> start(Office.class, "fasteners.process.file.protocol=flock",
					"fasteners.process.locks.[shows/hamlet].preference=writer"))
			.withMessageContaining("fasteners.process.locks.[shows/hamlet].preference: with flock(2)")
			.withMessageContaining("Remove it, or set fasteners.process.file.protocol=fcntl");
		try (ConfigurableApplicationContext context = start(Office.class, "fasteners.validation=warn",
				"fasteners.process.file.protocol=flock", "fasteners.process.locks.[shows/hamlet].preference=writer")) {
			assertThat(catchThrowable(context.getBean(Office.class)::sell)).isInstanceOf(LockDirectoryException.class)
				.hasMessageContaining("fasteners.process.locks.[shows/hamlet].preference is set");
		}
		start(Office.class, "fasteners.process.file.protocol=flock", "fasteners.locks.[catalog].preference=fair",
				"fasteners.process.locks.[shows/hamlet].timeout=1s")
			.close();
	}

	@Test
	void environmentVariablesSetLocksOfPlainNames(CapturedOutput output) {
		try (ConfigurableApplicationContext context = startWithVariables("FASTENERS_LOCKS_CATALOG_TIMEOUT=7s",
				"FASTENERS_LOCKS_CATALOG_PREFERENCE=fair", "FASTENERS_PROCESS_LOCKS_REPORT_TIMEOUT=8s")) {
			LockRegistry registry = context.getBean(LockRegistry.class);
			assertTimeout(registry.readWriteLock("catalog"), Duration.ofSeconds(7));
			assertThat(((ReaderWriterLock) registry.readWriteLock("catalog")).preference())
				.isEqualTo(LockPreference.FAIR);
			assertTimeout(registry.interProcessReaderWriterLock("report"), Duration.ofSeconds(8));
		}
		assertThat(output.getOut().lines().filter((line) -> line.contains(" WARN "))).singleElement()
			.asString()
			.contains("fasteners.process.locks.[report] is set, but no code has requested");
	}

	@Test
	void environmentVariablesThatSetNothingDoNotStopTheStart(CapturedOutput output) {
		startWithVariables("FASTENERS_LOCKS_ALL_ORDERS_TIMEOUT=7s", "FASTENERS_LOCKS_SERVICE_HOST=10.0.0.1",
				"FASTENERS_PROCESS_LOCKS_REPORT_TIMOUT=7s", "FASTENERS_LOCKSMITH=none")
			.close();
		assertThat(output.getOut().lines().filter((line) -> line.contains(" WARN "))).hasSize(3)
			.allSatisfy((line) -> assertThat(line).contains("sets nothing", ".[name].timeout in a file"));
	}

	private ConfigurableApplicationContext startWithVariables(String... variables) {
		Map<String, Object> all = new LinkedHashMap<>();
		for (String variable : variables) {
			String[] parts = variable.split("=", 2);
			all.put(parts[0], parts[1]);
		}
		StandardEnvironment environment = new StandardEnvironment();
		String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
		environment.getPropertySources().replace(name, new SystemEnvironmentPropertySource(name, all));
		return Start.application(Office.class, environment, "fasteners.lock-directory=" + this.temp.resolve("locks"));
	}

	@Test
	void anUnknownPreferenceStopsTheStart() {
		assertThat(catchThrowable(() -> start(Office.class, "fasteners.locks.[catalog].preference=first")))
			.hasStackTraceContaining("fasteners.locks[catalog].preference")
			.hasStackTraceContaining(BindException.class.getName());
	}

	static class Office {

		@Locked("catalog")
		void reload() {
		}

		@InterProcessLocked("shows/hamlet")
		void sell() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnRegistry {

		@Bean
		LockRegistry ownRegistry() {
			return LockRegistries.builder().build();
		}

	}

}
