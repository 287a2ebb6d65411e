package org.fasteners.process.file;

import java.io.IOException;
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
	void withoutDescriptorsLocksThatWereUsedGoOnAndOthersFailUntilThereAreSome() throws Exception {
		assumeThat(Commands.succeeds("prlimit", "--version")).as("prlimit (Debian: util-linux)").isTrue();
		try (Peer peer = Peer.faulty(List.of("prlimit", "--nofile=100"), List.of("-XX:-MaxFDLimit"), this.locks)) {
			peer.order("pair known");
			peer.order("exhaust");
			for (int i = 0; i < 3; i++) {
				assertThat(peer.tell("pair known")).isEqualTo("done");
				assertThat(peer.tell("pair new"))
					.isEqualTo("LockEngineException: Could not lock 'new': Too many open files");
			}
			peer.order("relieve");
			assertThat(peer.tell("pair new")).isEqualTo("done");
			assertThat(mayTake("known")).isTrue();
			assertThat(mayTake("new")).isTrue();
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
