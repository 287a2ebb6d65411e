package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.fasteners.Background;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * A file that cannot be opened, read or closed without end stops those who use it, and no
 * others.
 */
@Timeout(120)
class HungFilesProcessTests {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	@BeforeEach
	void resolve() throws IOException {
		this.temp = this.temp.toRealPath();
	}

	@Test
	void aMountThatDoesNotAnswerStopsThoseAloneWhoUseItsFiles() throws Exception {
		Path mount = Files.createDirectory(this.temp.resolve("mount"));
		Path real = Files.createDirectory(this.temp.resolve("real"));
		Path watched = Files.createDirectory(this.temp.resolve("watched"));
		assumeThat(Commands.succeeds("bindfs", real.toString(), mount.toString())).as("bindfs can mount").isTrue();
		long server = server(mount);
		try (Peer peer = Peer.limited(64, this.temp.resolve("locks"), FaultPeer.class)) {
			peer.order("pair known");
			peer.order("enter " + mount);
			peer.order("file " + mount.resolve("verified"));
			signal("STOP", server);
			peer.order("verify-file");
			peer.order("hang " + mount);
			Path data = Files.createFile(this.temp.resolve("data"));
			for (int i = 0; i < 3; i++) {
				peer.order("pair known");
				peer.order("pair new" + i);
				peer.order("write " + data);
				assertThat(peer.tell("file-held")).isEqualTo("true");
				peer.order("many shows/a" + i + "- 100");
			}
			peer.order("watch " + watched);
			Files.delete(watched.resolve("watched"));
			Background.until(() -> !peer.tell("thefts").equals("0"));
			peer.order("lock known EXCLUSIVE");
			peer.order("wait known");
			peer.order("close");
			assertThat(peer.tell("end")).startsWith("LockRegistryClosedException");
			assertThat(peer.tell("file-held")).isEqualTo("true");
			// The fourth needs no answer as long as the kernel remembers the attributes.
			assertThat(Integer.parseInt(peer.tell("hung"))).isGreaterThanOrEqualTo(3);
			// or else the process could not end
			signal("KILL", server);
		}
		finally {
			Commands.succeeds("kill", "-KILL", String.valueOf(server));
			assertThat(Commands.succeeds("umount", "--lazy", mount.toString())).isTrue();
		}
	}

	private static void signal(String name, long process) throws InterruptedException {
		assertThat(Commands.succeeds("kill", "-" + name, String.valueOf(process))).isTrue();
	}

	/** The process behind a mount. */
	private static long server(Path mount) {
		return ProcessHandle.allProcesses()
			.filter((process) -> process.info().arguments().map(List::of).orElse(List.of()).contains(mount.toString()))
			.filter((process) -> process.info().command().orElse("").endsWith("bindfs"))
			.findFirst()
			.orElseThrow()
			.pid();
	}

}
