package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

import org.fasteners.Background;
import org.fasteners.LockState;
import org.fasteners.LockTimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a {@link LockedFile} promises between JVMs.
 */
@Timeout(120)
class LockedFileProcessTests {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path directory;

	@SuppressWarnings("NullAway.Init")
	private Path file;

	@BeforeEach
	void create() throws IOException {
		this.file = Files.writeString(this.directory.toRealPath().resolve("data"), "0");
	}

	private LockedFile open(LockProtocol protocol, OpenOption option) throws IOException {
		return LockedFile.open(this.file, protocol, StandardOpenOption.READ, StandardOpenOption.WRITE, option);
	}

	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void twoProcessesExcludeEachOther(LockProtocol protocol) throws Exception {
		try (Peer peer = LockedFilePeer.start(this.file, protocol)) {
			peer.order("lock EXCLUSIVE");
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> open(protocol, LockOption.NON_BLOCKING))
				.withMessageContaining(String.format(Locale.ROOT, "held for writing by pid %d (java %s)", peer.pid(),
						LockedFilePeer.class.getName()));
			peer.order("unlock");
			try (LockedFile reader = open(protocol, LockOption.SHARED)) {
				assertThat(peer.tell("try SHARED 0")).isEqualTo("true");
				assertThat(peer.tell("try EXCLUSIVE 30")).isEqualTo("false");
				assertThat(reader.verify()).isNotEqualTo(LockState.LOST);
			}
			assertThat(peer.tell("try EXCLUSIVE 0")).isEqualTo("true");
		}
	}

	/**
	 * What is closed while another one of this JVM shares the lock does not release it.
	 */
	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void oneOfTwoThatShareKeepsOtherProcessesOut(LockProtocol protocol) throws Exception {
		try (Peer peer = LockedFilePeer.start(this.file, protocol)) {
			LockedFile first = open(protocol, LockOption.SHARED);
			LockedFile second = open(protocol, LockOption.SHARED);
			first.close();
			assertThat(peer.tell("try EXCLUSIVE 0")).isEqualTo("false");
			second.release();
			assertThat(peer.tell("try EXCLUSIVE 0")).isEqualTo("true");
			second.close();
		}
	}

	/** Closing the file through others of this library, of either protocol. */
	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void whoOpensAndClosesTheFileBesideAHolderTakesNothingAway(LockProtocol others) throws Exception {
		try (Peer peer = LockedFilePeer.start(this.file, LockProtocol.FCNTL)) {
			peer.order("lock SHARED");
			try (LockedFile holder = open(LockProtocol.FCNTL, LockOption.SHARED)) {
				peer.order("unlock");
				open(others, LockOption.SHARED).close();
				assertThat(peer.tell("try EXCLUSIVE 0")).isEqualTo("false");
				assertThat(holder.isHeld()).isTrue();
			}
			assertThat(peer.tell("try EXCLUSIVE 0")).isEqualTo("true");
		}
	}

	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void theDeathOfAHolderFreesTheLock(LockProtocol protocol) throws Exception {
		for (String mode : List.of("SHARED", "EXCLUSIVE")) {
			try (Peer peer = LockedFilePeer.start(this.file, protocol)) {
				peer.order("lock " + mode);
				Background<Boolean> waiter = Background.start(() -> open(protocol, StandardOpenOption.READ).close())
					.awaitWaiting();
				peer.kill();
				assertThat(waiter.result()).isTrue();
			}
		}
	}

	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void theDeathOfAWaiterDisturbsNobody(LockProtocol protocol) throws Exception {
		try (Peer peer = LockedFilePeer.start(this.file, protocol);
				LockedFile holder = open(protocol, StandardOpenOption.READ)) {
			peer.send("lock EXCLUSIVE");
			peer.kill();
			assertThat(holder.verify()).isNotEqualTo(LockState.LOST);
		}
		open(protocol, LockOption.NON_BLOCKING).close();
	}

	/** Not even after the death of the holder. */
	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void aChildOfTheHolderDoesNotInheritTheLock(LockProtocol protocol) throws Exception {
		try (Peer peer = LockedFilePeer.start(this.file, protocol)) {
			peer.order("lock EXCLUSIVE");
			peer.order("child");
			List<ProcessHandle> children = ProcessHandle.of(peer.pid()).orElseThrow().children().toList();
			assertThat(children).hasSize(1);
			try {
				peer.kill();
				assertThat(children.get(0).isAlive()).isTrue();
				Background.until(() -> isFree(protocol));
			}
			finally {
				children.forEach(ProcessHandle::destroyForcibly);
			}
		}
	}

	private boolean isFree(LockProtocol protocol) {
		try (LockedFile attempt = open(protocol, LockOption.NON_BLOCKING)) {
			return attempt.isHeld();
		}
		catch (LockTimeoutException ex) {
			return false;
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	@ParameterizedTest
	@EnumSource(LockProtocol.class)
	void processesCountTogetherAndNothingIsLost(LockProtocol protocol) throws Exception {
		try (Peer one = LockedFilePeer.start(this.file, protocol);
				Peer other = LockedFilePeer.start(this.file, protocol)) {
			one.send("count 150");
			other.send("count 150");
			List<Background<Boolean>> threads = List.of(
					Background.start(() -> LockedFilePeer.count(this.file, protocol, 75)),
					Background.start(() -> LockedFilePeer.count(this.file, protocol, 75)));
			one.expect("done");
			other.expect("done");
			threads.forEach(Background::result);
		}
		assertThat(this.file).hasContent("450");
	}

}
