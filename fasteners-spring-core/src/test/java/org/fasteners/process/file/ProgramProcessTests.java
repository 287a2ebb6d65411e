package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.LockTimeoutException;
import org.fasteners.process.InterProcessLocks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * {@link Program} of real processes, none of which shows an argument.
 */
@Timeout(120)
class ProgramProcessTests {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	@Test
	void aJvmWithAnArgumentFileShowsNoArgumentOfTheProgram() throws Exception {
		Path arguments = Files.writeString(this.temp.resolve("args.txt"),
				String.format(Locale.ROOT, "-D%s=%s -D%s=%s -cp \"%s\" %s", JavaPeer.PREFERENCE, LockPreference.FAIR,
						JavaPeer.PROTOCOL, LockProtocol.FCNTL, System.getProperty("java.class.path"),
						JavaPeer.class.getName()));
		Path locks = this.temp.resolve("locks");
		InterProcessLocks ours = new InterProcessLocks(new FileLockEngine(locks, LockDirectoryAccess.OWNER),
				Duration.ZERO);
		try (Peer peer = Peer.program(List.of(Peer.javaExecutable(), "@" + arguments, locks.toString(), "shows"))) {
			assertThat(Program.of(peer.pid())).isEqualTo("java");
			peer.order("lock EXCLUSIVE");
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> ours.get("shows").acquire(LockMode.EXCLUSIVE).close())
				.withMessageContaining("pid " + peer.pid() + " (java)")
				.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("s3cret"));
		}
	}

	@Test
	void aJvmShowsItsMainClass() throws Exception {
		try (Peer peer = Peer.java(this.temp.resolve("locks"), "s3cret")) {
			assertThat(Program.of(peer.pid())).isEqualTo("java " + JavaPeer.class.getName());
		}
	}

	@Test
	void aShellShowsNeitherItsScriptNorItsArguments() throws Exception {
		try (Peer peer = Peer.program(List.of("bash", "-c", "echo ready; read s3cret", "s3cret", "s3cret"))) {
			assertThat(Program.of(peer.pid())).isEqualTo("bash");
		}
	}

	@Test
	void pythonShowsNeitherItsProgramNorItsArguments() throws Exception {
		assumeThat(Commands.succeeds("python3", "--version")).as("there is Python").isTrue();
		try (Peer peer = Peer
			.program(List.of("python3", "-c", "import sys; print('ready', flush=True); sys.stdin.read()", "s3cret"))) {
			assertThat(Program.of(peer.pid())).startsWith("python3").doesNotContain("s3cret");
		}
	}

	@Test
	void aProcessThatNamesItselfOtherwiseShowsTheNameOfItsExecutable() throws IOException, InterruptedException {
		try (Peer peer = Peer
			.program(List.of("bash", "-c", "exec -a 'tcp://host/?token=s3cret' bash -c 'echo ready; read x'"))) {
			assertThat(Program.of(peer.pid())).isEqualTo("bash");
		}
	}

}
