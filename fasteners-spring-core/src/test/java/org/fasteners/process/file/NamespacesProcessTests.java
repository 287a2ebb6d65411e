package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * What containers do: other process numbers, other mounts, files in layers.
 */
@Timeout(120)
class NamespacesProcessTests {

	private static final List<String> CONTAINER = List.of("unshare", "--pid", "--fork", "--kill-child", "--mount",
			"--mount-proc");

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	@BeforeEach
	void resolve() throws IOException {
		this.temp = this.temp.toRealPath();
	}

	private static SharedExclusiveLock lock(Path locks) {
		LockRegistry registry = LockRegistries.builder().lockDirectory(locks).build();
		return registry.interProcessReaderWriterLock("a");
	}

	private static boolean mayTake(SharedExclusiveLock lock) {
		try (LockAttempt attempt = lock.tryAcquire(LockMode.EXCLUSIVE)) {
			return attempt.isAcquired();
		}
	}

	@Test
	void aProcessOfAnotherContainerIsKeptOutAndNamedWhereItIsSeen() throws Exception {
		assumeThat(Commands.succeeds("unshare", "--pid", "--fork", "--mount", "--mount-proc", "true"))
			.as("root, who may make namespaces (Debian: unshare of util-linux)")
			.isTrue();
		Path locks = this.temp.resolve("locks");
		SharedExclusiveLock lock = lock(locks);
		try (Peer peer = Peer.faulty(CONTAINER, List.of(), locks)) {
			try (LockHold hold = lock.acquire(LockMode.EXCLUSIVE)) {
				assertThat(peer.tell("try a SHARED 0")).isEqualTo("false");
				// Linux does not list locks of processes that have no number there.
				assertThat(peer.tell("holders a")).isIn("", "a process of another container");
			}
			peer.order("lock a EXCLUSIVE");
			assertThat(mayTake(lock)).isFalse();
			long pid = ProcessHandle.of(peer.pid()).orElseThrow().children().findFirst().orElseThrow().pid();
			assertThat(lock.holders()).singleElement().satisfies((holder) -> assertThat(holder.pid()).isEqualTo(pid));
			peer.kill();
			assertThat(lock.tryAcquire(LockMode.EXCLUSIVE, Duration.ofSeconds(30)).isAcquired()).isTrue();
		}
	}

	/*
	 * A file of a lower layer is copied when it is opened for writing, which the library
	 * does in every mode: nobody locks the one that was there before.
	 */
	@Test
	void aFileOfALowerLayerIsOneLockForAllWhoUseTheMount() throws Exception {
		Path disk = Files.createDirectory(this.temp.resolve("disk"));
		assumeThat(Commands.succeeds("mount", "-t", "tmpfs", "tmpfs", disk.toString())).as("root, who may mount")
			.isTrue();
		try {
			for (String part : List.of("lower/locks", "upper", "work", "merged")) {
				Files.createDirectories(disk.resolve(part));
			}
			Files.createFile(disk.resolve("lower/locks/a"));
			Files.setAttribute(disk.resolve("lower/locks"), "unix:mode", 0755);
			Path merged = disk.resolve("merged");
			assumeThat(Commands.succeeds("mount", "-t", "overlay", "overlay", "-o",
					String.format(Locale.ROOT, "lowerdir=%s,upperdir=%s,workdir=%s", disk.resolve("lower"),
							disk.resolve("upper"), disk.resolve("work")),
					merged.toString()))
				.as("a kernel with overlayfs")
				.isTrue();
			try {
				assertOneLock(merged.resolve("locks"));
				assertThat(disk.resolve("upper/locks/a")).isEmptyFile();
			}
			finally {
				assertThat(Commands.succeeds("umount", "--lazy", merged.toString())).isTrue();
			}
		}
		finally {
			assertThat(Commands.succeeds("umount", "--lazy", disk.toString())).isTrue();
		}
	}

	private static void assertOneLock(Path locks) throws Exception {
		SharedExclusiveLock lock = lock(locks);
		try (Peer peer = Peer.faulty(locks)) {
			try (LockHold hold = lock.acquire(LockMode.SHARED)) {
				assertThat(peer.tell("try a EXCLUSIVE 0")).isEqualTo("false");
				assertThat(peer.tell("try a SHARED 0")).isEqualTo("true");
			}
			peer.order("lock a EXCLUSIVE");
			assertThat(mayTake(lock)).isFalse();
			peer.order("unlock");
			assertThat(mayTake(lock)).isTrue();
		}
	}

}
