package org.fasteners.torture;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests with short runs, with and without planted bugs. Without a Python that has
 * fasteners the runs have no Python workers.
 */
@Timeout(300)
class TortureProcessTests {

	/** The first attempt lasts 5 to 12 seconds, and each repetition twice as long. */
	private static final int TRIES = 4;

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	@Test
	void theLocksPass() throws Exception {
		Outcome outcome = conclude(8, "--kill-every", "400ms", "--stop-every", "300ms", "--seed", "4711");
		assertThat(outcome.lastLine()).startsWith("PASSED")
			.contains("overlaps=0 lost-updates=0 lost-locks=0 kernel-conflicts=0 stuck=0 failed=0 seed=4711")
			.doesNotContain("kills=0", "stops=0");
		assertThat(outcome.status()).isZero();
	}

	/** Without kills, because a kill would release the waiters of a worker that hangs. */
	@Test
	void noWorkerHangs() throws Exception {
		Outcome outcome = conclude(8, "--kill-every", "0", "--stop-every", "300ms", "--seed", "12");
		assertThat(outcome.lastLine()).startsWith("PASSED").contains("kills=0", "stuck=0");
		assertThat(outcome.status()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "no-lock", "lost-lock" })
	void aPlantedBugIsDetected(String bug) throws Exception {
		Outcome outcome = conclude(5, "--kill-every", "1s", "--sabotage", bug);
		assertThat(outcome.status()).isEqualTo(1);
		assertThat(outcome.lastLine()).startsWith("FAILED")
			.contains("failed=0")
			.contains("--sabotage " + bug)
			.doesNotContain("overlaps=0");
	}

	/**
	 * A Java that needs longer to start than the run lasts, as on an overloaded machine.
	 */
	@Test
	void workersThatDoNotStartInTimeMakeTheRunInconclusive() throws Exception {
		Path home = this.temp.resolve("slow");
		Files.createDirectories(home.resolve("bin"));
		Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + (Runtime.version().feature() + 1) + "\"\n");
		Path java = Files.writeString(home.resolve("bin/java"), "#!/bin/sh\nexec sleep 100\n");
		assertThat(java.toFile().setExecutable(true)).isTrue();
		Outcome outcome = run("--seconds", "6", "--kill-every", "0", "--stop-every", "0", "--java",
				System.getProperty("java.home"), "--java", home.toString(), "--processes", "9");
		assertThat(outcome.lastLine()).startsWith("INCONCLUSIVE")
			.contains("overlaps=0 lost-updates=0 lost-locks=0 kernel-conflicts=0 stuck=0 failed=0");
		assertThat(outcome.status()).isEqualTo(3);
	}

	@Test
	void theLocksPassStorms() throws Exception {
		Outcome outcome = conclude(12, "--storm", "namespaces,replaced,stopped,interrupts,registries,key-files",
				"--seed", "4711");
		assertThat(outcome.lastLine()).as(outcome.output())
			.startsWith("PASSED: --storm namespaces,replaced,registries,key-files,stopped,interrupts --seconds ");
		assertThat(outcome.status()).isZero();
	}

	/**
	 * An inconclusive run, as on a busy machine, is repeated and may take longer.
	 */
	private static Outcome conclude(int seconds, String... options) throws Exception {
		Outcome outcome = null;
		for (int i = 0; i < TRIES && (outcome == null || outcome.status() == Verdict.INCONCLUSIVE.status()); i++) {
			List<String> all = new ArrayList<>(List.of(options));
			all.addAll(List.of("--seconds", String.valueOf(seconds << i)));
			outcome = run(all.toArray(String[]::new));
		}
		return Objects.requireNonNull(outcome);
	}

	private static Outcome run(String... options) throws Exception {
		List<String> all = new ArrayList<>(List.of(options));
		all.addAll(List.of("--python", hasPython() ? "2" : "0"));
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		int status = Torture.run(all.toArray(String[]::new), new PrintStream(out, true, StandardCharsets.UTF_8),
				System.err);
		return new Outcome(status, out.toString(StandardCharsets.UTF_8));
	}

	private static boolean hasPython() throws InterruptedException {
		try {
			Python.find();
			return true;
		}
		catch (UsageException ex) {
			return false;
		}
	}

	private record Outcome(int status, String output) {

		String lastLine() {
			return this.output.lines().reduce("", (first, second) -> second);
		}

	}

}
