package org.fasteners.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.fasteners.LockMisuseException;
import org.fasteners.LockPathException;
import org.fasteners.LockRegistry;
import org.fasteners.annotation.InterProcessLocked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that lock files stay in the lock directory, and that a path elsewhere is refused.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class LockPathIntegrationTests {

	private static final String LEGAL = "a lock path is one or more segments of letters, digits, '.', '_' and '-', separated by '/'";

	private final Path directory;

	private final Path outside;

	LockPathIntegrationTests(@TempDir Path temporary) throws IOException {
		this.directory = Files.createDirectory(temporary.resolve("locks")).toRealPath();
		this.outside = Files.createDirectory(temporary.resolve("outside")).toRealPath();
	}

	@ParameterizedTest
	@ValueSource(strings = { "shows", "shows/2026", "a/b/c", "with.dots_and-dashes" })
	void aRelativePathLiesInTheLockDirectory(String path) {
		assertLocks(path, path);
	}

	@Test
	void anAbsolutePathMayLieInTheLockDirectory() {
		assertLocks(this.directory.resolve("shows/2026").toString(), "shows/2026");
	}

	@ParameterizedTest
	@ValueSource(strings = { "../x", "a/../../x", "a/../x", "./x", ".hidden", "a/.hidden", "a//b", "a/", "a b", "~/x" })
	void anInvalidPathIsRefused(String path, CapturedOutput output) throws IOException {
		assertRefused(path, output, LEGAL);
	}

	@Test
	void anAbsolutePathOutsideIsRefused(CapturedOutput output) throws IOException {
		assertRefused(this.outside.resolve("x").toString(), output, "it does not lie below the lock directory");
	}

	@Test
	void anAbsolutePathThatLeavesTheDirectoryAgainIsRefused(CapturedOutput output) throws IOException {
		assertRefused(this.directory + "/../outside/x", output, "it does not lie below the lock directory");
	}

	@Test
	void aSymbolicLinkThatLeadsOutIsRefused(CapturedOutput output) throws IOException {
		Files.createSymbolicLink(this.directory.resolve("link"), this.outside);
		assertRefused("link/x", output, "a symbolic link on the way leads out of the lock directory");
	}

	@Test
	void aSymbolicLinkInsideLeadsToTheSameLock() throws IOException {
		Files.createDirectory(this.directory.resolve("shows"));
		Files.createSymbolicLink(this.directory.resolve("link"), this.directory.resolve("shows"));
		assertLocks("link/2026", "shows/2026");
	}

	@Test
	void anInvalidPathFromCodeIsRefusedWithoutDisclosingTheDirectory() {
		try (ConfigurableApplicationContext context = start("shows")) {
			LockRegistry registry = context.getBean(LockRegistry.class);
			assertThatExceptionOfType(LockPathException.class).isThrownBy(() -> registry.interProcessLock("../x"))
				.withMessageContaining("'../x' cannot be used as an inter-process lock: " + LEGAL)
				.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain(this.directory.toString()));
		}
	}

	private void assertLocks(String path, String name) {
		try (ConfigurableApplicationContext context = start(path)) {
			LockRegistry registry = context.getBean(LockRegistry.class);
			context.getBean(Shows.class).sell(() -> {
				assertThat(registry.interProcessLock(path).isHeldByCurrentOwner()).isTrue();
				assertThat(registry.interProcessLock(name).isHeldByCurrentOwner()).isTrue();
				assertThat(registry.interProcessLock(path).name()).isEqualTo(name);
			});
		}
		assertThat(this.directory.resolve(name)).isEmptyFile();
	}

	private void assertRefused(String path, CapturedOutput output, String problem) throws IOException {
		assertThatExceptionOfType(LockMisuseException.class).isThrownBy(() -> start(path));
		assertThat(output).containsSubsequence("APPLICATION FAILED TO START", "Description:", "Shows.sell()",
				"'" + path + "' cannot be used as an inter-process lock: " + problem, "Action:", "Shows.sell()",
				"Write another path");
		try (var files = Files.list(this.outside)) {
			assertThat(files).isEmpty();
		}
	}

	private ConfigurableApplicationContext start(String path) {
		return Start.application(Shows.class, "fasteners.lock-directory=" + this.directory, "shows.path=" + path);
	}

	static class Shows {

		@InterProcessLocked("${shows.path}")
		void sell(Runnable body) {
			body.run();
		}

	}

}
