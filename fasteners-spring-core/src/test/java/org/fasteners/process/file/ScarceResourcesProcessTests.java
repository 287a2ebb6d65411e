package org.fasteners.process.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

import org.fasteners.LockAttempt;
import org.fasteners.LockDirectoryException;
import org.fasteners.LockEngineException;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Descriptors, memory and disk space run out.
 */
@Timeout(120)
class ScarceResourcesProcessTests {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	@SuppressWarnings("NullAway.Init")
	private Path locks;

	@BeforeEach
	void resolve() throws IOException {
		this.locks = this.temp.toRealPath().resolve("locks");
	}

	private static LockRegistry registry(Path locks) {
		return LockRegistries.builder().lockDirectory(locks).build();
	}

	private boolean mayTake(String path) {
		try (LockAttempt attempt = registry(this.locks).interProcessReaderWriterLock(path)
			.tryAcquire(LockMode.EXCLUSIVE)) {
			return attempt.isAcquired();
		}
	}

	@Test
	void withoutDescriptorsLocksThatAreHeldGoOnAndOthersFailUntilThereAreSome() throws Exception {
		try (Peer peer = limited(100)) {
			peer.order("lock warm-up SHARED");
			peer.order("lock known SHARED");
			peer.order("exhaust");
			for (int i = 0; i < 3; i++) {
				peer.order("lock known SHARED");
				peer.order("unlock");
				assertThat(peer.tell("pair new")).isEqualTo(
						"LockEngineException: Could not lock 'new': Too many open files (the limit of this process is 100, see ulimit -n)");
				assertThat(peer.tell("write " + this.locks.resolve("known"))).startsWith("FileSystemException: ")
					.endsWith("Too many open files (the limit of this process is 100, see ulimit -n)");
			}
			assertThat(mayTake("known")).isFalse();
			peer.order("relieve");
			assertThat(peer.tell("pair new")).isEqualTo("done");
			peer.order("unlock-all");
			assertThat(mayTake("known")).isTrue();
			assertThat(mayTake("new")).isTrue();
		}
	}

	private Peer limited(int descriptors) throws Exception {
		assumeThat(Commands.succeeds("prlimit", "--version")).as("prlimit (Debian: util-linux)").isTrue();
		return Peer.limited(descriptors, this.locks, FaultPeer.class);
	}

	@Test
	void withoutDescriptorsAnIdleLockFileIsClosedToOpenAnother() throws Exception {
		try (Peer peer = limited(100)) {
			peer.order("pair known");
			peer.order("exhaust");
			for (int i = 0; i < 3; i++) {
				assertThat(peer.tell("pair new" + i)).isEqualTo("done");
				assertThat(peer.tell("pair known")).isEqualTo("done");
			}
		}
	}

	@Test
	void tenThousandLocksThatWereReleasedFitIntoFewDescriptors() throws Exception {
		try (Peer peer = limited(64)) {
			peer.order("lock held EXCLUSIVE");
			peer.order("many shows/a 10000");
			assertThat(Integer.parseInt(peer.tell("opened " + this.locks))).isBetween(2, 9);
			assertThat(mayTake("held")).isFalse();
			assertThat(mayTake("shows/a0")).isTrue();
			peer.order("unlock");
			assertThat(mayTake("held")).isTrue();
		}
	}

	@Test
	void ifAllLocksAreHeldTheErrorNamesTheLimitAndNoneIsLost() throws Exception {
		try (Peer peer = limited(64)) {
			String[] most = peer.tell("most shows/a").split(" ", 2);
			int held = Integer.parseInt(most[0]);
			assertThat(held).isGreaterThan(20);
			assertThat(most[1]).isEqualTo("LockEngineException: Could not lock 'shows/a" + held
					+ "': Too many open files (the limit of this process is 64, see ulimit -n)");
			for (int i = 0; i < held; i++) {
				assertThat(mayTake("shows/a" + i)).as("lock " + i).isFalse();
			}
			peer.order("unlock-all");
			peer.order("many shows/b 100");
			assertThat(Integer.parseInt(peer.tell("opened " + this.locks))).isLessThanOrEqualTo(8);
			assertThat(mayTake("shows/a0")).isTrue();
		}
	}

	@Test
	void copiesThatCloseAndReopenFilesAllTheTimeLoseNoLock() throws Exception {
		assumeThat(Commands.succeeds("prlimit", "--version")).as("prlimit (Debian: util-linux)").isTrue();
		Files.createDirectory(this.locks);
		int rounds = 2_000;
		try (Peer one = Peer.limited(64, this.locks, StormPeer.class, String.valueOf(rounds));
				Peer other = Peer.limited(64, this.locks, StormPeer.class, String.valueOf(rounds))) {
			one.send("go");
			other.send("go");
			long sections = Long.parseLong(one.answer()) + Long.parseLong(other.answer());
			ByteBuffer counters = StormPeer.counters(this.locks);
			long counted = 0;
			for (int i = 0; i < StormPeer.FILES; i++) {
				counted += counters.getLong(i * Long.BYTES);
			}
			assertThat(counted).isEqualTo(sections);
		}
	}

	@Test
	void afterTheLastRegistryIsClosedNoLockFileIsOpenButThoseThatAreHeld() throws Exception {
		try (Peer peer = Peer.faulty(this.locks)) {
			peer.order("lock held EXCLUSIVE");
			peer.order("many shows/a 20");
			assertThat(Integer.parseInt(peer.tell("opened " + this.locks))).isGreaterThan(20);
			peer.order("close");
			assertThat(peer.tell("opened " + this.locks)).isEqualTo("1");
			assertThat(mayTake("held")).isFalse();
			peer.order("unlock");
			assertThat(peer.tell("opened " + this.locks)).isEqualTo("0");
			assertThat(mayTake("held")).isTrue();
		}
	}

	@Test
	void anOutOfMemoryErrorInTheSectionReleases() throws Exception {
		try (Peer peer = Peer.faulty(List.of(), List.of("-Xmx32m"), this.locks)) {
			assertThat(peer.tell("fill a")).startsWith("OutOfMemoryError");
			assertThat(mayTake("a")).isTrue();
			assertThat(peer.tell("pair a")).isEqualTo("done");
		}
	}

	@Test
	void whereverMemoryRunsOutInALockNothingStaysHeld() throws Exception {
		try (Peer peer = Peer.faulty(List.of(), List.of("-Xmx10m", "-XX:+UseSerialGC", "-XX:-UseTLAB"), this.locks)) {
			peer.order("pairs a 100");
			assertThat(peer.tell("scarce a")).matches("[1-9]\\d* \\d+");
			assertThat(mayTake("a")).isTrue();
			assertThat(peer.tell("pair a")).isEqualTo("done");
			assertThat(mayTake("a")).isTrue();
		}
	}

	@Test
	void aMillionKeysNeedOneFileOneDescriptorAndASmallHeap() throws Exception {
		try (Peer peer = Peer.faulty(List.of(), List.of("-Xmx24m", "-XX:+UseSerialGC"), this.locks)) {
			peer.order("keys orders 1000000");
			assertThat(peer.tell("opened " + this.locks)).as("with that of the warm-up").isEqualTo("2");
		}
		try (var files = Files.list(this.locks)) {
			assertThat(files).containsExactlyInAnyOrder(this.locks.resolve("orders"),
					this.locks.resolve("orders.keys-1"), this.locks.resolve("warm-up"),
					this.locks.resolve(".protocol-fcntl"));
		}
	}

	@Test
	void onAFullDiskFilesThatExistServeAndNewOnesAreAnError() throws Exception {
		Path disk = mount("-t", "tmpfs", "-o", "size=64k,nr_inodes=10", "tmpfs");
		try {
			LockRegistry registry = registry(disk.resolve("locks"));
			registry.interProcessLock("known").acquire().close();
			fill(disk);
			registry.interProcessLock("known").acquire().close();
			assertThatExceptionOfType(LockEngineException.class)
				.isThrownBy(() -> registry.interProcessLock("new").acquire())
				.withMessage("Could not lock 'new': No space left on device");
			Files.delete(disk.resolve("inode0"));
			registry.interProcessLock("new").acquire().close();
		}
		finally {
			unmount(disk);
		}
	}

	/** To the last byte and the last inode. */
	private static void fill(Path disk) {
		assertThatIOException().isThrownBy(() -> {
			for (int i = 0; i < 100; i++) {
				Files.write(disk.resolve("inode0"), new byte[1 << 10], StandardOpenOption.CREATE,
						StandardOpenOption.APPEND);
			}
		});
		assertThatIOException().isThrownBy(() -> {
			for (int i = 1; i < 100; i++) {
				Files.createFile(disk.resolve("inode" + i));
			}
		});
	}

	@Test
	void onAReadOnlyDiskNewFilesAreAnErrorAndWhatIsHeldStaysHeld() throws Exception {
		Path real = Files.createDirectory(this.temp.toRealPath().resolve("real"));
		LockHold hold = registry(real.resolve("locks")).interProcessLock("held").acquire();
		Path disk = mount("--bind", real.toString());
		try {
			LockRegistry registry = registry(disk.resolve("locks"));
			registry.interProcessReaderWriterLock("new");
			assertThat(Commands.succeeds("mount", "-o", "remount,bind,ro", disk.toString())).isTrue();
			assertThatExceptionOfType(LockEngineException.class)
				.isThrownBy(() -> registry.interProcessLock("new").acquire())
				.withMessage("Could not lock 'new': Read-only file system");
			assertThatExceptionOfType(LockDirectoryException.class)
				.isThrownBy(() -> registry(disk.resolve("locks")).interProcessLock("new"))
				.withMessageContaining("is not writable");
			try (Peer peer = Peer.faulty(real.resolve("locks"))) {
				assertThat(peer.tell("try held EXCLUSIVE 0")).isEqualTo("false");
				hold.close();
				assertThat(peer.tell("try held EXCLUSIVE 0")).isEqualTo("true");
			}
			assertThat(Commands.succeeds("mount", "-o", "remount,bind,rw", disk.toString())).isTrue();
			registry.interProcessLock("new").acquire().close();
		}
		finally {
			unmount(disk);
		}
	}

	private Path mount(String... what) throws Exception {
		Path disk = Files.createDirectory(this.temp.toRealPath().resolve("disk"));
		String[] command = new String[what.length + 2];
		command[0] = "mount";
		System.arraycopy(what, 0, command, 1, what.length);
		command[command.length - 1] = disk.toString();
		assumeThat(Commands.succeeds(command)).as("root, who may mount").isTrue();
		return disk;
	}

	/** Lazily: lock files stay open. */
	private static void unmount(Path disk) throws InterruptedException {
		assertThat(Commands.succeeds("umount", "--lazy", disk.toString())).isTrue();
	}

}
