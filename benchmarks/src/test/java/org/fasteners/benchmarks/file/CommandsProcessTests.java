package org.fasteners.benchmarks.file;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Runs each command with its processes, too briefly for meaningful figures.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class CommandsProcessTests {

	private static final List<String> LIBRARY = FileContender.LIBRARY.stream().map(FileContender::label).toList();

	@Test
	void peers() throws Exception {
		String report = FileLockPeers.report(1, Duration.ofMillis(10));
		assertRows(report, 3, LIBRARY);
		assertRows(report, 3, List.of("channel", "ours-flock"));
		if (Platform.runs("gcc", "--version")) {
			assertRows(report, 3, List.of("fcntl", "flock"));
		}
		for (String module : List.of("fasteners", "filelock", "portalocker")) {
			if (Platform.hasPython(module)) {
				assertRows(report, 3, List.of(module));
			}
		}
	}

	@Test
	void handOver() throws Exception {
		String report = HandOver.report(1, List.of(FileContender.OURS));
		assertRows(report, 4, List.of("ours"));
		if (Platform.hasPython("fasteners")) {
			assertRows(report, 4, List.of("fasteners"));
		}
		if (Platform.hasPython("fcntl")) {
			assertRows(report, 4, List.of("flock\\(2\\)"));
		}
	}

	@Test
	void waiterCost() throws Exception {
		String report = WaiterCost.report(Duration.ofSeconds(1));
		// a wait counts as long after three seconds here
		assertRows(report, 2, List.of("idle, 1 to 2 s", "waiting, 1 to 2 s", "idle, 5 to 6 s", "waiting, 5 to 6 s"));
	}

	@Test
	void sharing() throws Exception {
		String report = Sharing.report(50, List.of(FileContender.OURS));
		assertRows(report, 5, List.of("ours"));
		assertRows(report, 7, List.of("ours"));
	}

	@Test
	void heldKeys() throws Exception {
		String report = HeldKeys.report(Duration.ofMillis(10), List.of(0, 100));
		assertRows(report, 4, List.of("0", "100"));
	}

	@Test
	void systemCalls() throws Exception {
		assumeThat(SystemCalls.isAvailable()).as("strace (Debian: strace), and the permission to trace").isTrue();
		String report = SystemCalls.report(100);
		assertRows(report, 5, List.of("exclusive", "shared"));
		assertThat(report).as("pairs without contention open and write nothing")
			.containsPattern("(?m)^\\| exclusive .*\\| 0 \\| 0 \\|$");
	}

	@Test
	void aFailedProcessFailsTheCommand() throws Exception {
		try (Child child = Child.java(PairLoop.class, "no such lock")) {
			assertThatIOException().isThrownBy(child::output).withMessageContaining("status 1");
		}
	}

	private static void assertRows(String report, int cells, List<String> names) {
		for (String name : names) {
			assertThat(report).containsPattern("(?m)^\\| " + name + " (\\| [^|\n]+ ){" + cells + "}\\|$");
		}
	}

}
