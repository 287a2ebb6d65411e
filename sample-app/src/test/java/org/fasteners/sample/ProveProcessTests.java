package org.fasteners.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the command {@code prove}, as a process.
 */
@Timeout(240)
class ProveProcessTests {

	@TempDir
	Path directory;

	@Test
	void countersThatLockSellEverySeatOnce() throws Exception {
		Run run = prove("--processes=4", "--seats=400");
		assertThat(run.output()).containsPattern("(?m)^locking +processes +seats +sold +double-sold +lost +seconds$")
			.containsPattern("(?m)^on +4 +400 +400 +0 +0 +\\d+\\.\\d$")
			.containsPattern("(?m)^off +4 +400 +\\d+ +\\d+ +\\d+ +\\d+\\.\\d$")
			.containsPattern("Without locking .+ \\d")
			.as("a progress bar needs a console")
			.doesNotContain("\r");
		assertThat(run.status()).isZero();
		assertThat(temporaryDirectory()).isEmptyDirectory();
	}

	@ParameterizedTest
	@ValueSource(strings = { "--processes=1", "--processes=0", "--processes=-4", "--processes=four", "--processes=",
			"--processes=65", "--seats=3", "--seats=1000000", "--seats", "--rows=5", "seats=5", "prove" })
	void invalidOptionsPrintTheUsage(String option) throws Exception {
		Run run = prove(option);
		assertThat(run.output()).contains(option.replaceAll("=.*", ""), "Usage: prove").doesNotContain("Exception");
		assertThat(run.status()).isEqualTo(2);
	}

	@Test
	void aCounterThatDiesIsAnErrorAndLeavesNothingBehind() throws Exception {
		Process prove = start("--processes=2", "--seats=100000");
		try {
			awaitTickets(prove);
			prove.children().findAny().orElseThrow().destroyForcibly();
			Run run = await(prove);
			assertThat(run.output()).contains("prove failed: A counter ended with status");
			assertThat(run.status()).isEqualTo(1);
			assertThat(prove.descendants()).isEmpty();
			assertThat(temporaryDirectory()).isEmptyDirectory();
		}
		finally {
			prove.descendants().forEach(ProcessHandle::destroyForcibly);
			prove.destroyForcibly();
		}
	}

	private void awaitTickets(Process prove) throws Exception {
		while (!anyTickets()) {
			assertThat(prove.waitFor(10, TimeUnit.MILLISECONDS)).isFalse();
		}
	}

	private boolean anyTickets() throws IOException {
		try (Stream<Path> files = Files.find(temporaryDirectory(), 2, (file, attributes) -> attributes.size() > 0)) {
			return files.anyMatch((file) -> file.endsWith("tickets-0"));
		}
	}

	private Run prove(String... options) throws Exception {
		Process prove = start(options);
		try {
			return await(prove);
		}
		finally {
			prove.descendants().forEach(ProcessHandle::destroyForcibly);
			prove.destroyForcibly();
		}
	}

	private Process start(String... options) throws IOException {
		List<String> args = new ArrayList<>(List.of(options));
		args.add(0, "prove");
		return SampleJar.start(output(), Files.createDirectory(temporaryDirectory()), args.toArray(String[]::new));
	}

	private Run await(Process prove) throws Exception {
		assertThat(prove.waitFor(3, TimeUnit.MINUTES)).isTrue();
		return new Run(prove.exitValue(), Files.readString(output()));
	}

	private Path output() {
		return this.directory.resolve("output");
	}

	private Path temporaryDirectory() {
		return this.directory.resolve("tmp");
	}

	private record Run(int status, String output) {
	}

}
