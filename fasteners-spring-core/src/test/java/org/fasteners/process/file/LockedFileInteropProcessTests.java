package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

import org.fasteners.Background;
import org.fasteners.LockTimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Exclusion with other programs on the same file, both ways. Tried with Debian 12:
 * util-linux 2.38.1, Python 3.11.2, filelock 3.9.0, portalocker 2.2.1 (which locks with
 * {@code flock}) and fasteners 0.17.3. {@code .ci/run} makes sure that they are there.
 */
@Timeout(120)
class LockedFileInteropProcessTests {

	private static final String PYTHON = "/usr/bin/python3";

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path directory;

	@SuppressWarnings("NullAway.Init")
	private Path file;

	@BeforeEach
	void create() throws IOException {
		this.file = Files.createFile(this.directory.toRealPath().resolve("file"));
	}

	/**
	 * How a Python program locks a file.
	 */
	enum Way {

		FLOCK("fcntl", LockProtocol.FLOCK), LOCKF("fcntl", LockProtocol.FCNTL),
		FILELOCK("filelock", LockProtocol.FLOCK), PORTALOCKER("portalocker", LockProtocol.FLOCK);

		private final String module;

		private final LockProtocol protocol;

		Way(String module, LockProtocol protocol) {
			this.module = module;
			this.protocol = protocol;
		}

	}

	private Peer python(Way way) throws Exception {
		assumeThat(Commands.succeeds(PYTHON, "-c", "import " + way.module))
			.as("Debian's Python that has %s (python3-%s)", way.module, way.module)
			.isTrue();
		return Peer.python(PYTHON, way.name().toLowerCase(Locale.ROOT), this.file);
	}

	/** The command flock(1), which holds the lock as long as it lives. */
	private Peer flock(String mode) throws Exception {
		assumeThat(Commands.succeeds("flock", "--version")).as("flock (Debian: util-linux)").isTrue();
		return Peer.program(
				List.of("flock", mode, "-o", this.file.toString(), "sh", "-c", "echo ready; read line; echo done"));
	}

	private boolean flockSucceeds(String... options) throws InterruptedException {
		String[] command = new String[options.length + 3];
		command[0] = "flock";
		System.arraycopy(options, 0, command, 1, options.length);
		command[options.length + 1] = this.file.toString();
		command[options.length + 2] = "true";
		return Commands.succeeds(command);
	}

	private LockedFile open(LockProtocol protocol, OpenOption option) throws IOException {
		return LockedFile.open(this.file, protocol, StandardOpenOption.READ, StandardOpenOption.WRITE, option);
	}

	private boolean attempt(LockProtocol protocol, boolean shared, int millis) throws IOException {
		try (LockedFile attempt = LockedFile.open(this.file, protocol, StandardOpenOption.READ,
				shared ? LockOption.SHARED : StandardOpenOption.WRITE, LockOption.timeout(Duration.ofMillis(millis)))) {
			return attempt.isHeld();
		}
		catch (LockTimeoutException ex) {
			return false;
		}
	}

	@ParameterizedTest
	@EnumSource
	void aWriterInPythonKeepsUsOut(Way way) throws Exception {
		try (Peer python = python(way)) {
			python.order("lock EXCLUSIVE");
			assertThat(attempt(way.protocol, false, 0)).isFalse();
			assertThat(attempt(way.protocol, true, 0)).isFalse();
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> open(way.protocol, LockOption.timeout(Duration.ofMillis(30))))
				.withMessageContaining(String.format(Locale.ROOT, "held for writing by pid %d (python3", python.pid()));
			python.order("unlock");
			assertThat(attempt(way.protocol, false, 0)).isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource
	void aWriterInJavaKeepsPythonOut(Way way) throws Exception {
		try (Peer python = python(way); LockedFile writer = open(way.protocol, StandardOpenOption.WRITE)) {
			assertThat(python.tell("try EXCLUSIVE 0")).isEqualTo("false");
			assertThat(python.tell("try EXCLUSIVE 30")).isEqualTo("false");
			if (way != Way.FILELOCK) {
				assertThat(python.tell("try SHARED 0")).isEqualTo("false");
			}
			writer.release();
			assertThat(python.tell("try EXCLUSIVE 0")).isEqualTo("true");
			writer.acquire();
			assertThat(python.tell("try EXCLUSIVE 0")).isEqualTo("false");
		}
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE, names = "FILELOCK")
	void aReaderInPythonSharesWithOurReadersAlone(Way way) throws Exception {
		try (Peer python = python(way)) {
			python.order("lock SHARED");
			assertThat(attempt(way.protocol, true, 0)).isTrue();
			assertThat(attempt(way.protocol, false, 0)).isFalse();
			assertThat(attempt(way.protocol, false, 30)).isFalse();
			python.order("unlock");
			assertThat(attempt(way.protocol, false, 0)).isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource
	void aReaderInJavaSharesWithReadersInPythonAlone(Way way) throws Exception {
		try (Peer python = python(way); LockedFile reader = open(way.protocol, LockOption.SHARED)) {
			assertThat(python.tell("try EXCLUSIVE 30")).isEqualTo("false");
			if (way != Way.FILELOCK) {
				assertThat(python.tell("try SHARED 0")).isEqualTo("true");
			}
			reader.release();
			assertThat(python.tell("try EXCLUSIVE 0")).isEqualTo("true");
		}
	}

	@ParameterizedTest
	@EnumSource
	void eachWaitsForTheOther(Way way) throws Exception {
		try (Peer python = python(way)) {
			python.order("lock EXCLUSIVE");
			Background<Boolean> waiter = Background.start(() -> open(way.protocol, StandardOpenOption.WRITE).close())
				.awaitWaiting();
			python.order("unlock");
			waiter.result();
			LockedFile holder = open(way.protocol, StandardOpenOption.WRITE);
			python.send("lock EXCLUSIVE");
			holder.close();
			python.expect("done");
			assertThat(attempt(way.protocol, false, 0)).isFalse();
		}
	}

	@ParameterizedTest
	@EnumSource
	void theDeathOfPythonFreesTheLock(Way way) throws Exception {
		try (Peer python = python(way)) {
			python.order("lock EXCLUSIVE");
			Background<Boolean> waiter = Background.start(() -> open(way.protocol, LockOption.SHARED).close())
				.awaitWaiting();
			python.kill();
			assertThat(waiter.result()).isTrue();
		}
	}

	@ParameterizedTest
	@EnumSource
	void theDeathOfJavaFreesTheLock(Way way) throws Exception {
		for (String mode : List.of("SHARED", "EXCLUSIVE")) {
			try (Peer python = python(way); Peer java = LockedFilePeer.start(this.file, way.protocol)) {
				java.order("lock " + mode);
				assertThat(python.tell("try EXCLUSIVE 0")).isEqualTo("false");
				python.send("lock EXCLUSIVE");
				java.kill();
				python.expect("done");
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void theOtherProtocolDoesNotSeeIt(Way way) throws Exception {
		LockProtocol other = (way.protocol == LockProtocol.FLOCK) ? LockProtocol.FCNTL : LockProtocol.FLOCK;
		try (Peer python = python(way)) {
			python.order("lock EXCLUSIVE");
			assertThat(attempt(other, false, 0)).isTrue();
		}
	}

	@Test
	void pythonsFastenersAreExcludedByRecordLocks() throws Exception {
		assumeThat(PythonInteropProcessTests.interpreter()).as("Debian: python3-fasteners").isPresent();
		try (Peer python = Peer.python(PythonInteropProcessTests.interpreter().orElseThrow(), this.file)) {
			try (LockedFile writer = open(LockProtocol.FCNTL, StandardOpenOption.WRITE)) {
				assertThat(python.tell("try EXCLUSIVE 0")).isEqualTo("false");
				assertThat(python.tell("try READ 0")).isEqualTo("false");
				assertThat(writer.isHeld()).isTrue();
			}
			python.order("lock READ");
			assertThat(attempt(LockProtocol.FCNTL, true, 0)).isTrue();
			assertThat(attempt(LockProtocol.FCNTL, false, 0)).isFalse();
			python.order("unlock READ");
			python.order("lock WRITE");
			assertThat(attempt(LockProtocol.FCNTL, true, 0)).isFalse();
		}
	}

	@Test
	void theCommandFlockKeepsUsOut() throws Exception {
		try (Peer flock = flock("-x")) {
			assertThat(attempt(LockProtocol.FLOCK, false, 0)).isFalse();
			assertThat(attempt(LockProtocol.FLOCK, true, 30)).isFalse();
			Background<Boolean> waiter = Background
				.start(() -> open(LockProtocol.FLOCK, StandardOpenOption.WRITE).close())
				.awaitWaiting();
			flock.order("end");
			waiter.result();
		}
		try (Peer flock = flock("-s")) {
			assertThat(attempt(LockProtocol.FLOCK, true, 0)).isTrue();
			assertThat(attempt(LockProtocol.FLOCK, false, 0)).isFalse();
			Background<Boolean> waiter = Background
				.start(() -> open(LockProtocol.FLOCK, StandardOpenOption.WRITE).close())
				.awaitWaiting();
			flock.kill();
			waiter.result();
		}
	}

	@Test
	void weKeepTheCommandFlockOut() throws Exception {
		assumeThat(Commands.succeeds("flock", "--version")).as("flock (Debian: util-linux)").isTrue();
		try (LockedFile writer = open(LockProtocol.FLOCK, StandardOpenOption.WRITE)) {
			assertThat(flockSucceeds("-n", "-x")).isFalse();
			assertThat(flockSucceeds("-n", "-s")).isFalse();
			assertThat(flockSucceeds("-w", "0.05", "-x")).isFalse();
			writer.release();
			assertThat(flockSucceeds("-n", "-x")).isTrue();
		}
		try (LockedFile reader = open(LockProtocol.FLOCK, LockOption.SHARED)) {
			assertThat(flockSucceeds("-n", "-s")).isTrue();
			assertThat(flockSucceeds("-n", "-x")).isFalse();
			assertThat(reader.isHeld()).isTrue();
		}
		try (Peer java = LockedFilePeer.start(this.file, LockProtocol.FLOCK)) {
			java.order("lock EXCLUSIVE");
			Background<Boolean> waiter = Background.run(() -> flockSucceeds("-w", "30", "-x"));
			java.kill();
			assertThat(waiter.result()).isTrue();
		}
	}

}
