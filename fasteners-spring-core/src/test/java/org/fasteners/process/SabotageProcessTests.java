package org.fasteners.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

import org.fasteners.process.NamedTests.Verdict;
import org.fasteners.process.TestJvm.End;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * What the tests of the inter-process locks are worth: each of the bugs in
 * {@code planted-bugs.txt} is planted in a copy of the library, for a JVM of its own in
 * which the test that is named there has to fail. Nothing of this is in the library. Run
 * by {@code -Dfasteners.sabotage=true}, because it takes a minute or more.
 */
@EnabledIfSystemProperty(named = "fasteners.sabotage", matches = "true")
@Timeout(600)
class SabotageProcessTests {

	private static final int JVMS_AT_ONCE = 2;

	private static final Duration LONGEST_TEST = Duration.ofSeconds(90);

	private static final Duration SHORTEST_HANG = Duration.ofSeconds(3);

	private static final int SLOWER_THAN_WITHOUT_BUGS = 5;

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private static Path temp;

	private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

	private static final ExecutorService RUNNERS = Executors.newFixedThreadPool(JVMS_AT_ONCE);

	/** By test: how it ends without any bug. */
	private static final Map<String, Future<Map<String, End>>> SOUND = new HashMap<>();

	private static final Map<PlantedBug, Future<End>> SABOTAGED = new HashMap<>();

	static List<PlantedBug> bugs() {
		return PlantedBug.all();
	}

	static List<String> tests() {
		return bugs().stream().map(PlantedBug::test).distinct().toList();
	}

	@BeforeAll
	static void start() {
		assumeThat(COMPILER).as("a JDK").isNotNull();
		List<String> tests = tests();
		for (int i = 0; i < JVMS_AT_ONCE; i++) {
			int remainder = i;
			List<String> part = tests.stream()
				.filter((test) -> tests.indexOf(test) % JVMS_AT_ONCE == remainder)
				.toList();
			Future<Map<String, End>> ends = RUNNERS.submit(() -> TestJvm.run(List.of(), part, LONGEST_TEST));
			part.forEach((test) -> SOUND.put(test, ends));
		}
		for (PlantedBug bug : bugs()) {
			SABOTAGED.put(bug, RUNNERS.submit(() -> run(bug)));
		}
	}

	@AfterAll
	static void stop() {
		RUNNERS.shutdownNow();
	}

	@ParameterizedTest
	@MethodSource("tests")
	void theTestPassesWithoutAnyBug(String test) {
		End end = sound(test);
		assertThat(end.verdict()).as("%s: %s", test, end.output()).isIn(Verdict.PASSED, Verdict.SKIPPED);
	}

	@ParameterizedTest
	@MethodSource("bugs")
	void theTestFailsWithTheBug(PlantedBug bug) {
		End end = result(Objects.requireNonNull(SABOTAGED.get(bug)));
		assumeThat(sound(bug.test()).verdict()).as("what the test needs").isNotEqualTo(Verdict.SKIPPED);
		if (end.verdict() != null || !bug.hangs()) {
			assertThat(end.verdict()).as("'%s' in %s: %s", bug.name(), bug.test(), end.output())
				.isEqualTo(Verdict.FAILED);
		}
	}

	private static End sound(String test) {
		return Objects.requireNonNull(result(Objects.requireNonNull(SOUND.get(test))).get(test));
	}

	private static <T> T result(Future<T> future) {
		try {
			return future.get();
		}
		catch (InterruptedException | ExecutionException ex) {
			throw new AssertionError(ex);
		}
	}

	private static End run(PlantedBug bug) throws IOException, InterruptedException {
		Path classes = Files.createTempDirectory(temp, "bug");
		bug.plant(COMPILER, classes);
		Duration limit = LONGEST_TEST;
		if (bug.hangs()) {
			Duration sound = Duration.ofMillis(SLOWER_THAN_WITHOUT_BUGS * sound(bug.test()).millis());
			limit = (sound.compareTo(SHORTEST_HANG) > 0) ? sound : SHORTEST_HANG;
		}
		return Objects.requireNonNull(TestJvm.run(List.of(classes), List.of(bug.test()), limit).get(bug.test()));
	}

}
