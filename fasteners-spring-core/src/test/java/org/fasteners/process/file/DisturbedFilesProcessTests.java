package org.fasteners.process.file;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockPathException;
import org.fasteners.LockRegistry;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Lock files and lock directories are deleted, replaced and tampered with while they are
 * in use.
 */
@Timeout(120)
class DisturbedFilesProcessTests {

	private static final int FLIPS = 10_000;

	private static final int REPLACEMENTS = 500;

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	@SuppressWarnings("NullAway.Init")
	private Path locks;

	@SuppressWarnings("NullAway.Init")
	private LockRegistry registry;

	@BeforeEach
	void open() throws IOException {
		this.temp = this.temp.toRealPath();
		this.locks = this.temp.resolve("locks");
		this.registry = LockRegistries.builder().lockDirectory(this.locks).build();
		this.registry.interProcessLock("a").acquire().close();
	}

	@Test
	void aFileThatIsReplacedAllTheTimeIsUsedAgainAsSoonAsItStays() throws Exception {
		Path file = this.locks.resolve("a");
		Path fresh = this.temp.resolve("fresh");
		try (Peer one = Peer.faulty(this.locks); Peer other = Peer.faulty(this.locks)) {
			one.order("loop a");
			other.order("loop a");
			for (int i = 0; i < REPLACEMENTS; i++) {
				if (i % 2 == 0) {
					Files.deleteIfExists(file);
				}
				else {
					Files.createFile(fresh);
					Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
				}
				int until = i / 10;
				if (i % 10 == 0) {
					// let them come far enough to open the one that is there now
					Background.until(() -> done(one) > until);
				}
			}
			assertMeet(one, other);
		}
	}

	/** How often a peer that loops has had the lock. */
	private static long done(Peer peer) {
		return Long.parseLong(peer.tell("done"));
	}

	/** Up to 10 ms after it has looked, a process relies on what it saw. */
	private void assertMeet(Peer... peers) throws Exception {
		TimeUnit.MILLISECONDS.sleep(15);
		for (Peer peer : peers) {
			peer.order("halt");
		}
		try (LockHold hold = this.registry.interProcessLock("a").acquire()) {
			for (Peer peer : peers) {
				assertThat(peer.tell("try a SHARED 0")).isEqualTo("false");
			}
		}
		for (Peer peer : peers) {
			peer.order("lock a EXCLUSIVE");
			assertThat(mayTake("a")).isFalse();
			peer.order("unlock");
		}
	}

	@Test
	void aLinkThatIsFlippedInAndOutIsNeverFollowed() throws Exception {
		Path victim = Files.writeString(this.temp.resolve("victim"), "precious");
		Path missing = this.temp.resolve("missing");
		FileTime before = Files.getLastModifiedTime(victim);
		Object mode = Files.getAttribute(victim, "unix:mode");
		Path file = this.locks.resolve("a");
		Path fresh = this.temp.resolve("fresh");
		Path link = this.temp.resolve("link");
		try (Peer peer = Peer.faulty(this.locks)) {
			// Each spelling of the path looks afresh, and a new file has to be opened.
			peer.order("loop " + this.locks + "/#/../a");
			for (int i = 0; i < FLIPS; i++) {
				Files.createSymbolicLink(link, (i % 4 == 0) ? missing : victim);
				Files.createFile(fresh);
				Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
				Files.move(link, file, StandardCopyOption.ATOMIC_MOVE);
			}
			assertThat(peer.tell("opened " + victim)).isEqualTo("0");
			assertThat(done(peer)).isPositive();
			Files.delete(file);
			assertMeet(peer);
		}
		assertThat(missing).doesNotExist();
		assertThat(victim).hasContent("precious");
		assertThat(Files.getLastModifiedTime(victim)).isEqualTo(before);
		assertThat(Files.getAttribute(victim, "unix:mode")).isEqualTo(mode);
	}

	@Test
	void aDeviceOrASocketIsRefused() throws Exception {
		try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			socket.bind(UnixDomainSocketAddress.of(this.locks.resolve("socket")));
			assertRefused("socket", "not a regular file");
		}
		assumeThat(Commands.succeeds("mknod", this.locks.resolve("zero").toString(), "c", "1", "5"))
			.as("root, who may make devices")
			.isTrue();
		assertRefused("zero", "not a regular file");
	}

	private void assertRefused(String path, String problem) {
		assertThatExceptionOfType(LockPathException.class)
			.isThrownBy(() -> this.registry.interProcessLock(path).acquire())
			.withMessageContaining(problem);
	}

	@Test
	void whoHoldsWhileTheDirectoryIsDeletedEndsItsSectionAndNobodyMakesItAnew() throws Exception {
		LockHold hold = this.registry.interProcessLock("a").acquire();
		try (var files = Files.walk(this.locks)) {
			for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
				Files.delete(file);
			}
		}
		assertThat(this.registry.interProcessLock("a").isHeldByCurrentOwner()).isTrue();
		hold.close();
		TimeUnit.MILLISECONDS.sleep(15);
		assertRefused("a", "deleted or replaced");
		assertThat(this.locks).doesNotExist();
	}

	@Test
	void aLinkToTheDirectoryIsResolvedOnce() throws Exception {
		Path link = Files.createSymbolicLink(this.temp.resolve("link"), this.locks);
		LockRegistry before = LockRegistries.builder().lockDirectory(link).build();
		before.interProcessLock("a");
		Path other = Files.createDirectory(this.temp.resolve("other"));
		Files.delete(link);
		Files.createSymbolicLink(link, other);
		try (LockHold hold = before.interProcessLock("a").acquire()) {
			assertThat(mayTake("a")).isFalse();
		}
		before.interProcessLock("b").acquire().close();
		assertThat(other).isEmptyDirectory();
	}

	@Test
	void aFileOfAnotherUserIsUsedIfItMayBeOpenedAndItsModeIsNeverChanged() throws Exception {
		Path home = Files.createDirectory(this.temp.resolve("home"));
		List<String> nobody = Nobody.command(home);
		Path shared = home.resolve("locks");
		Files.createDirectory(shared);
		for (String mode : List.of("0600", "0644", "0666")) {
			Path file = Files.createFile(shared.resolve("f" + mode));
			Files.setAttribute(file, "unix:mode", Integer.parseInt(mode, 8));
		}
		Files.setAttribute(shared, "unix:uid", Nobody.NUMBER);
		try (Peer peer = Peer.program(Nobody.faultyPeer(nobody, home, shared))) {
			for (String mode : List.of("0600", "0644")) {
				assertThat(peer.tell("pair f" + mode))
					.startsWith(String.format(Locale.ROOT, "LockPathException: 'f%s'", mode))
					.contains("may not be opened by the user of this process");
			}
			assertThat(peer.tell("pair f0666")).isEqualTo("done");
			assertThat(peer.tell("pair own")).isEqualTo("done");
			for (String mode : List.of("0600", "0644", "0666")) {
				assertThat((int) Files.getAttribute(shared.resolve("f" + mode), "unix:mode") & 0777)
					.isEqualTo(Integer.parseInt(mode, 8));
			}
		}
	}

	@Test
	void theDirectoryOfAnotherUserIsNotUsed() throws Exception {
		Path home = Files.createDirectory(this.temp.resolve("home"));
		List<String> nobody = Nobody.command(home);
		for (String mode : List.of("0700", "0755")) {
			Path closed = Files.createDirectory(home.resolve("closed" + mode));
			Files.setAttribute(closed, "unix:mode", Integer.parseInt(mode, 8));
			Peer peer = Peer.program(Nobody.faultyPeer(nobody, home, closed, "later"));
			assertThat(peer.tell("pair a")).startsWith("LockDirectoryException: The lock directory " + closed)
				.contains("not writable for the user of this process");
			assertThat(closed).isEmptyDirectory();
			peer.close();
		}
	}

	private boolean mayTake(String path) {
		return Background.elsewhere(() -> {
			try (LockAttempt attempt = this.registry.interProcessReaderWriterLock(path)
				.tryAcquire(LockMode.EXCLUSIVE)) {
				return attempt.isAcquired();
			}
		});
	}

}
