package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockTimeoutException;
import org.fasteners.process.InterProcessLocks;
import org.fasteners.process.InterProcessReaderWriterLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Inter-process locks between real processes.
 */
@Timeout(120)
class InterProcessLockProcessTests {

	private static final String NAME = "shows/hamlet";

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	@SuppressWarnings("NullAway.Init")
	private Path locks;

	@SuppressWarnings("NullAway.Init")
	private InterProcessReaderWriterLock lock;

	@BeforeEach
	void open() throws IOException {
		this.locks = this.temp.toRealPath().resolve("locks");
		this.lock = new InterProcessLocks(new FileLockEngine(this.locks, LockDirectoryAccess.OWNER), null).get(NAME);
	}

	private Peer peer() throws IOException {
		return Peer.java(this.locks, NAME);
	}

	@Test
	void processesAndTheirThreadsExcludeOneAnother() throws Exception {
		Path file = Files.writeString(this.temp.resolve("count"), "0");
		List<Peer> peers = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			peers.add(peer());
		}
		peers.forEach((peer) -> peer.send("count " + file + " 300"));
		List<Background<Boolean>> threads = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			threads.add(Background.start(() -> JavaPeer.count(this.lock, file, 100)));
		}
		threads.forEach(Background::result);
		for (Peer peer : peers) {
			peer.expect("done");
			peer.close();
		}
		assertThat(file).hasContent("1200");
	}

	@Test
	void readersOfSeveralProcessesShare() throws Exception {
		try (Peer one = peer(); Peer other = peer(); LockHold mine = this.lock.acquire(LockMode.SHARED)) {
			one.order("lock SHARED");
			other.order("lock SHARED");
			assertThat(this.lock.holders()).hasSize(1);
			assertThat(KernelLocks.holders(this.locks.resolve(NAME), 0, 2)).extracting(LockHolder::pid)
				.containsExactlyInAnyOrder(ProcessHandle.current().pid(), one.pid(), other.pid());
		}
	}

	@Test
	void aWriterKeepsOtherProcessesOutAndAReaderKeepsWritersOut() throws Exception {
		try (Peer peer = peer()) {
			try (LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE)) {
				assertThat(peer.tell("try SHARED 0")).isEqualTo("false");
				assertThat(peer.tell("try EXCLUSIVE 0")).isEqualTo("false");
				assertThat(peer.tell("try EXCLUSIVE 100")).isEqualTo("false");
			}
			assertThat(peer.tell("try EXCLUSIVE 0")).isEqualTo("true");
			try (LockHold hold = this.lock.acquire(LockMode.SHARED)) {
				assertThat(peer.tell("try SHARED 0")).isEqualTo("true");
				assertThat(peer.tell("try EXCLUSIVE 0")).isEqualTo("false");
			}
			peer.order("lock EXCLUSIVE");
			assertThat(attempt(LockMode.SHARED, Duration.ZERO)).isFalse();
			assertThat(attempt(LockMode.EXCLUSIVE, Duration.ofMillis(100))).isFalse();
			peer.order("unlock EXCLUSIVE");
			assertThat(attempt(LockMode.EXCLUSIVE, Duration.ZERO)).isTrue();
		}
	}

	@Test
	void aDowngradedWriterLetsOtherProcessesInWhenItsLastHoldEnds() throws Exception {
		try (Peer peer = peer()) {
			LockHold write = this.lock.acquire(LockMode.EXCLUSIVE);
			LockHold read = this.lock.acquire(LockMode.SHARED);
			write.close();
			assertThat(peer.tell("try EXCLUSIVE 0")).isEqualTo("false");
			read.close();
			assertThat(peer.tell("try EXCLUSIVE 0")).isEqualTo("true");
		}
	}

	@Test
	void aWaitEndsWhenTheOtherProcessReleases() throws Exception {
		try (Peer peer = peer()) {
			peer.order("lock EXCLUSIVE");
			Background<Boolean> waiter = Background.start(() -> this.lock.acquire(LockMode.SHARED).close())
				.awaitWaiting();
			peer.order("unlock EXCLUSIVE");
			assertThat(waiter.result()).isTrue();
		}
	}

	@Test
	void killingTheHolderFreesTheLock() throws Exception {
		for (LockMode mode : List.of(LockMode.SHARED, LockMode.EXCLUSIVE)) {
			try (Peer holder = peer(); Peer waiter = peer()) {
				holder.order("lock " + mode);
				assertThat(attempt(LockMode.EXCLUSIVE, Duration.ZERO)).isFalse();
				waiter.send("lock EXCLUSIVE");
				Background<Boolean> mine = Background.start(() -> this.lock.acquire(LockMode.EXCLUSIVE).close())
					.awaitWaiting();
				holder.kill();
				waiter.expect("done");
				waiter.order("unlock EXCLUSIVE");
				assertThat(mine.result()).isTrue();
			}
		}
	}

	@Test
	void killingAWaiterDisturbsNobody() throws Exception {
		try (Peer peer = peer()) {
			try (LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE)) {
				peer.send("lock EXCLUSIVE");
				peer.kill();
			}
			assertThat(attempt(LockMode.EXCLUSIVE, Duration.ZERO)).isTrue();
		}
	}

	@Test
	void aTimeoutNamesTheProcessThatHolds() throws Exception {
		try (Peer peer = peer()) {
			peer.order("lock EXCLUSIVE");
			InterProcessReaderWriterLock timed = new InterProcessLocks(
					new FileLockEngine(this.locks, LockDirectoryAccess.OWNER), Duration.ofMillis(100))
				.get(NAME);
			assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> timed.acquire(LockMode.SHARED))
				.withMessage(
						"Could not lock 'shows/hamlet' for reading within 100ms; held for writing by pid %d (java %s)",
						peer.pid(), JavaPeer.class.getName())
				.satisfies((ex) -> {
					assertThat(ex.waited()).isGreaterThanOrEqualTo(Duration.ofMillis(100));
					assertThat(ex.holders()).singleElement()
						.satisfies((holder) -> assertThat(holder.started())
							.isEqualTo(ProcessHandle.of(peer.pid()).orElseThrow().info().startInstant().orElseThrow()));
				});
		}
	}

	@Test
	void aProcessWhoseFileWasReplacedMeetsTheOthersAtTheNewOne() throws Exception {
		try (Peer peer = peer()) {
			assertThat(peer.tell("try EXCLUSIVE 0")).isEqualTo("true");
			Files.delete(this.locks.resolve(NAME));
			Files.createFile(this.locks.resolve(NAME));
			// up to 10 ms after it has looked, a process relies on what it saw
			TimeUnit.MILLISECONDS.sleep(15);
			try (LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE)) {
				assertThat(peer.tell("try SHARED 200")).isEqualTo("false");
			}
			assertThat(peer.tell("try EXCLUSIVE 0")).isEqualTo("true");
		}
	}

	private boolean attempt(LockMode mode, Duration timeout) {
		try (LockAttempt attempt = this.lock.tryAcquire(mode, timeout)) {
			return attempt.isAcquired();
		}
	}

}
