package org.fasteners.stress;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jcstress.annotations.JCStressTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs all tests of jcstress for a short time each. The system property
 * {@code fasteners.stress.effort} multiplies the time; its default is 1.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class JcstressProcessTests {

	private static final int EFFORT = Integer.getInteger("fasteners.stress.effort", 1);

	private static final String JAVA_HOME = System.getProperty("java.home");

	private static final Path DIRECTORY = Path.of("target", "jcstress").toAbsolutePath();

	private static final Pattern RESULTS = Pattern
		.compile("\\(Results: (\\d+) planned; (\\d+) passed, 0 failed, 0 soft errs, 0 hard errs\\)");

	@Test
	void noTestOfJcstressHasAForbiddenOutcome() throws Exception {
		Files.createDirectories(DIRECTORY);
		File log = DIRECTORY.resolve("log.txt").toFile();
		Process jcstress = new ProcessBuilder(command()).directory(DIRECTORY.toFile())
			.redirectErrorStream(true)
			.redirectOutput(log)
			.start();
		try {
			boolean ended = jcstress.waitFor(3 + EFFORT, TimeUnit.MINUTES);
			assertThat(ended).as(() -> "ended in time; stacks of the processes: " + stacks(jcstress)).isTrue();
		}
		finally {
			jcstress.descendants().forEach(ProcessHandle::destroyForcibly);
			jcstress.destroyForcibly();
		}
		String output = Files.readString(log.toPath());
		assertThat(jcstress.exitValue()).as(output).isZero();
		assertThat(output).contains("Failed tests: No matches.", "Error tests: No matches.")
			.contains(String.format(Locale.ROOT, "All remaining tests: %d matching test results.", tests()));
		assertThat(RESULTS.matcher(output).results().reduce((first, second) -> second)).as(output)
			.hasValueSatisfying(JcstressProcessTests::assertThatAllPassed);
	}

	private static void assertThatAllPassed(MatchResult results) {
		assertThat(results.group(2)).isEqualTo(results.group(1)).isNotEqualTo("0");
	}

	private static List<String> command() {
		List<String> command = new ArrayList<>();
		command.add(Path.of(JAVA_HOME, "bin", "java").toString());
		command.add("-XX:ActiveProcessorCount=" + Math.max(3, Runtime.getRuntime().availableProcessors()));
		String kind = System.getProperty("fasteners.stress.lock");
		if (kind != null) {
			command.add("-Dfasteners.stress.lock=" + kind);
		}
		command.addAll(List.of("-cp", Path.of("target", "stress.jar").toAbsolutePath().toString()));
		command.add(AnyProcessors.class.getName());
		// one JVM per test, without variations of compilers and of processor affinity
		command.addAll(List.of("-f", "1", "-sc", "false", "-af", "NONE", "-jvmArgs", "-XX:+UseSerialGC"));
		// short rounds, because actors start close to each other at the start of a round
		command.addAll(List.of("-strideSize", "64", "-strideCount", "4", "-spinStyle", "THREAD_YIELD"));
		command.addAll(List.of("-iters", String.valueOf(EFFORT), "-time", "300", "-hs", "128"));
		command.addAll(List.of("-v", "-r", "report"));
		return command;
	}

	/** The number of tests, so that an omitted test is detected. */
	private static long tests() throws IOException {
		Path classes = Path.of("target", "classes");
		try (Stream<Path> files = Files.walk(classes)) {
			return files.map((file) -> classes.relativize(file).toString())
				.filter((file) -> file.endsWith(".class"))
				.map((file) -> type(file.replace(".class", "").replace(File.separatorChar, '.')))
				.filter((type) -> type.isAnnotationPresent(JCStressTest.class))
				.count();
		}
	}

	private static Class<?> type(String name) {
		try {
			return Class.forName(name, false, JcstressProcessTests.class.getClassLoader());
		}
		catch (ClassNotFoundException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The stacks of hanging tests. jcstress does not print them for tests that hang from
	 * the start.
	 */
	private static String stacks(Process jcstress) {
		StringBuilder stacks = new StringBuilder();
		jcstress.descendants().forEach((child) -> stacks.append(stack(child.pid())));
		return stacks.toString();
	}

	private static String stack(long pid) {
		try {
			Process jstack = new ProcessBuilder(Path.of(JAVA_HOME, "bin", "jstack").toString(), String.valueOf(pid))
				.redirectErrorStream(true)
				.start();
			return new String(jstack.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

}
