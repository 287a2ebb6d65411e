package org.fasteners.process.file;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockDirectoryException;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.LockRegistry;
import org.fasteners.LockState;
import org.fasteners.LockStolenException;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A lock directory of {@code flock(2)}, as seen by one process.
 */
@Timeout(60)
class FlockProtocolTests {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path directory;

	@SuppressWarnings("NullAway.Init")
	private LockRegistry registry;

	@BeforeEach
	void open() {
		this.registry = builder().protocol(LockProtocol.FLOCK).build();
	}

	@AfterEach
	void close() {
		this.registry.close();
	}

	private LockRegistries.Builder builder() {
		return LockRegistries.builder().lockDirectory(this.directory.resolve("locks"));
	}

	@Test
	void afterTheRegistryIsClosedNoFileIsOpenButThatOfALockThatIsHeld() throws Exception {
		LockHold held = this.registry.interProcessLock("held").acquire();
		for (int i = 0; i < 20; i++) {
			this.registry.interProcessLock("a" + i).acquire().close();
		}
		Path locks = this.directory.toRealPath().resolve("locks");
		assertThat(Descriptors.of(locks)).as("one for each lock").hasSize(21);
		this.registry.close();
		assertThat(Descriptors.of(locks)).hasSize(1);
		held.close();
		assertThat(Descriptors.of(locks)).isEmpty();
	}

	@Test
	void aLockWhoseFileWasDeletedWhileItWasClosedIsMadeAgain() throws Exception {
		SharedExclusiveLock lock = this.registry.interProcessReaderWriterLock("a");
		lock.acquire(LockMode.EXCLUSIVE).close();
		this.registry.close();
		for (int i = 0; i < 3; i++) {
			Files.delete(this.directory.resolve("locks/a"));
			lock.acquire(LockMode.EXCLUSIVE).close();
		}
	}

	@Test
	void locksAreOfAnotherKindThanRecordLocks() throws Exception {
		SharedExclusiveLock lock = this.registry.interProcessReaderWriterLock("shows/hamlet");
		Path file = this.directory.resolve("locks/shows/hamlet");
		try (LockHold hold = lock.acquire(LockMode.EXCLUSIVE); Flock other = Flock.open(file, false)) {
			assertThat(other.tryLock(true)).isFalse();
			assertThat(KernelLocks.holders(file, 0, 2)).isEmpty();
			assertThat(KernelLocks.holders(file, LockProtocol.FLOCK)).singleElement()
				.satisfies((holder) -> assertThat(holder.pid()).isEqualTo(ProcessHandle.current().pid()));
		}
		assertThat(KernelLocks.holders(file, LockProtocol.FLOCK)).isEmpty();
	}

	@Test
	void whatFlockCannotDoIsRefusedWithTheReason() {
		assertThatThrownBy(() -> this.registry.interProcessLock("shows", "hamlet"))
			.isInstanceOf(UnsupportedOperationException.class)
			.hasMessageContaining("A key of 'shows' needs fasteners.process.file.protocol=fcntl");
		assertThatThrownBy(() -> this.registry.interProcessSemaphore("shows", 3))
			.isInstanceOf(UnsupportedOperationException.class)
			.hasMessageContaining("A semaphore at 'shows' needs fasteners.process.file.protocol=fcntl");
		SharedExclusiveLock lock = this.registry.interProcessReaderWriterLock("shows");
		assertThatThrownBy(() -> lock.acquire(LockMode.UPDATE)).isInstanceOf(UnsupportedOperationException.class)
			.hasMessageContaining("An update hold of 'shows' needs fasteners.process.file.protocol=fcntl");
		assertThat(lock.holders()).isEmpty();
		try (LockAttempt attempt = lock.tryAcquire(LockMode.EXCLUSIVE)) {
			assertThat(attempt.isAcquired()).isTrue();
		}
	}

	@Test
	void settingsOfWhatFlockCannotDoAreRefused() {
		for (LockPreference preference : LockPreference.values()) {
			assertThatThrownBy(() -> builder().protocol(LockProtocol.FLOCK).processPreference(preference).build())
				.isInstanceOf(LockDirectoryException.class)
				.hasMessageContaining("fasteners.process.preference");
		}
		assertThatThrownBy(() -> builder().keyFiles(4).protocol(LockProtocol.FLOCK).build())
			.isInstanceOf(LockDirectoryException.class)
			.hasMessageContaining("fasteners.process.key-files");
	}

	@Test
	void aDirectoryHasOneProtocol() throws Exception {
		LockRegistry other = builder().build();
		this.registry.interProcessLock("a");
		assertThatExceptionOfType(LockDirectoryException.class).isThrownBy(() -> other.interProcessLock("a"))
			.satisfies((ex) -> {
				assertThat(ex.problem()).contains("is used with the protocol flock, and this process was to use fcntl");
				assertThat(ex.remedy()).contains(".protocol-flock");
			});
		try (Stream<Path> files = Files.list(this.directory.resolve("locks"))) {
			assertThat(files.map((file) -> file.getFileName().toString())).containsExactly(".protocol-flock");
		}
		builder().protocol(LockProtocol.FLOCK).build().interProcessLock("a");
		Files.delete(this.directory.resolve("locks/.protocol-flock"));
		other.interProcessLock("a");
		assertThatThrownBy(() -> builder().protocol(LockProtocol.FLOCK).build().interProcessLock("a"))
			.isInstanceOf(LockDirectoryException.class)
			.hasMessageContaining(".protocol-fcntl");
	}

	@Test
	void aReplacedFileIsNoticed() throws Exception {
		SharedExclusiveLock lock = this.registry.interProcessReaderWriterLock("a");
		Path file = this.directory.resolve("locks/a");
		LockHold hold = lock.acquire(LockMode.EXCLUSIVE);
		assertThat(lock.verify()).isEqualTo(LockState.HELD);
		Files.move(file, file.resolveSibling("b"));
		assertThat(lock.verify()).isEqualTo(LockState.LOST);
		hold.close();
		assertThat(lock.verify()).isEqualTo(LockState.NOT_HELD);
		// The 10 ms for which the file is trusted begin with a look.
		Thread.sleep(11);
		try (LockHold again = lock.acquire(LockMode.SHARED); Flock other = Flock.open(file, false)) {
			assertThat(lock.verify()).isEqualTo(LockState.HELD);
			assertThat(other.tryLock(false)).isFalse();
			assertThat(other.tryLock(true)).isTrue();
		}
	}

	@Test
	void theWatchdogSeesATheft() throws Exception {
		List<LockStolenException> thefts = new CopyOnWriteArrayList<>();
		try (LockRegistry watched = builder().protocol(LockProtocol.FLOCK)
			.watchdog(Duration.ofMillis(1), thefts::add)
			.build()) {
			LockHold hold = watched.interProcessLock("a").acquire();
			Files.delete(this.directory.resolve("locks/a"));
			Background.until(() -> !thefts.isEmpty());
			assertThatThrownBy(hold::close).isInstanceOf(LockStolenException.class);
		}
	}

	@Test
	void aLongReadKeepsNoReaderOut() throws Exception {
		SharedExclusiveLock lock = this.registry.interProcessReaderWriterLock("a");
		try (LockHold first = lock.acquire(LockMode.SHARED)) {
			// longer than it takes until somebody looks whether anybody waits
			Thread.sleep(20);
			assertThat(Background.elsewhere(() -> {
				try (LockAttempt attempt = lock.tryAcquire(LockMode.SHARED)) {
					return attempt.isAcquired();
				}
			})).isTrue();
		}
	}

}
