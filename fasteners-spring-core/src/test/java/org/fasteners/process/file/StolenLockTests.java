package org.fasteners.process.file;

import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.fasteners.Background;
import org.fasteners.LockEngineException;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockState;
import org.fasteners.LockStolenException;
import org.fasteners.process.InterProcessLocks;
import org.fasteners.process.InterProcessReaderWriterLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Locks that are taken away while they are held: what {@code verify()} says, and what the
 * watchdog does about it.
 */
@Timeout(60)
@WithKernelLocks
class StolenLockTests {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path directory;

	@SuppressWarnings("NullAway.Init")
	private InterProcessLocks locks;

	@SuppressWarnings("NullAway.Init")
	private InterProcessReaderWriterLock lock;

	private final Queue<LockStolenException> thefts = new ConcurrentLinkedQueue<>();

	@BeforeEach
	void open() throws IOException {
		this.directory = this.directory.toRealPath();
		this.locks = new InterProcessLocks(new FileLockEngine(this.directory, LockDirectoryAccess.OWNER), null);
		this.lock = this.locks.get("shows");
	}

	@AfterEach
	void close() {
		this.locks.close();
	}

	private Path file() {
		return this.directory.resolve("shows");
	}

	@ParameterizedTest
	@EnumSource(LockMode.class)
	void aLockThatIsHeldIsSeenInTheKernel(LockMode mode) {
		assertThat(this.lock.verify()).isEqualTo(LockState.NOT_HELD);
		try (LockHold hold = this.lock.acquire(mode)) {
			assertThat(this.lock.verify()).isEqualTo(LockState.HELD);
			assertThat(this.lock.writeLock().verify()).isEqualTo(LockState.HELD);
		}
		assertThat(this.lock.verify()).isEqualTo(LockState.NOT_HELD);
	}

	@Test
	void anUpgradedLockIsSeenInTheKernel() {
		try (LockHold update = this.lock.acquire(LockMode.UPDATE); LockHold read = this.lock.acquire(LockMode.SHARED)) {
			try (LockHold write = this.lock.acquire(LockMode.EXCLUSIVE)) {
				assertThat(this.lock.verify()).isEqualTo(LockState.HELD);
			}
			assertThat(this.lock.verify()).isEqualTo(LockState.HELD);
		}
	}

	@ParameterizedTest
	@EnumSource(LockMode.class)
	void aLockOfADeletedFileIsLost(LockMode mode) throws IOException {
		try (LockHold hold = this.lock.acquire(mode)) {
			Files.delete(file());
			assertThat(this.lock.verify()).isEqualTo(LockState.LOST);
			Files.createFile(file());
			assertThat(this.lock.verify()).isEqualTo(LockState.LOST);
		}
		try (LockHold hold = this.lock.acquire(mode)) {
			assertThat(this.lock.verify()).isEqualTo(LockState.HELD);
		}
	}

	/** To open and close a file drops all locks that the process has on it. */
	@ParameterizedTest
	@EnumSource(LockMode.class)
	void aLockOfAFileThatOtherCodeHasReadIsLost(LockMode mode) throws IOException {
		try (LockHold hold = this.lock.acquire(mode)) {
			assertThat(Files.readString(file())).isEmpty();
			assertThat(this.lock.verify()).isEqualTo(LockState.LOST);
		}
		assertThat(this.lock.verify()).isEqualTo(LockState.NOT_HELD);
		try (LockHold hold = this.lock.acquire(mode)) {
			assertThat(this.lock.verify()).isEqualTo(LockState.HELD);
		}
	}

	@Test
	void aLockWhoseChannelOtherCodeHasClosedIsLost() throws IOException {
		LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE);
		LockDirectory locks = LockDirectory.open(this.directory, LockDirectoryAccess.OWNER, false);
		Channels.Opened opened = Channels.open(locks, file(), "shows");
		opened.file().exit();
		try (Channel channel = opened.channel()) {
			assertThat(channel.isOpen()).isTrue();
		}
		assertThat(this.lock.verify()).isEqualTo(LockState.LOST);
		assertThatExceptionOfType(LockEngineException.class).isThrownBy(hold::close);
	}

	@Test
	void theWatchdogTellsTheListenerOnceAndTheHolderWhenItReleases() throws IOException {
		this.locks.watch(Duration.ofMillis(1), this.thefts::add);
		LockHold outer = this.lock.acquire(LockMode.EXCLUSIVE);
		LockHold inner = this.lock.acquire(LockMode.EXCLUSIVE);
		Files.delete(file());
		Background.until(() -> !this.thefts.isEmpty());
		assertThatExceptionOfType(LockStolenException.class).isThrownBy(inner::close)
			.withMessageStartingWith(
					"The inter-process lock 'shows' was lost while it was held, and others may have been inside");
		assertThatExceptionOfType(LockStolenException.class).isThrownBy(outer::close)
			.satisfies((theft) -> assertThat(theft.lockName()).isEqualTo("shows"));
		assertThat(this.lock.isHeld(LockMode.EXCLUSIVE)).isFalse();
		assertThat(this.thefts).hasSize(1);
		// and it is a lock like any other again
		this.lock.acquire(LockMode.EXCLUSIVE).close();
		LockHold again = this.lock.acquire(LockMode.SHARED);
		Files.delete(file());
		Background.until(() -> this.thefts.size() == 2);
		assertThatExceptionOfType(LockStolenException.class).isThrownBy(again::close);
	}

	@Test
	void theWatchdogIsQuietAboutLocksThatAreTakenAndReleased() throws IOException {
		this.locks.watch(Duration.ofNanos(1), this.thefts::add);
		for (int i = 0; i < 500; i++) {
			this.locks.get("shows", "key " + i % 3).acquire((i % 2 == 0) ? LockMode.SHARED : LockMode.UPDATE).close();
			this.lock.acquire(LockMode.EXCLUSIVE).close();
		}
		assertThat(this.thefts).isEmpty();
	}

	@Test
	void aListenerThatFailsDoesNotEndTheWatch() throws IOException {
		this.locks.watch(Duration.ofMillis(1), (theft) -> {
			this.thefts.add(theft);
			throw new IllegalStateException("planned");
		});
		for (int i = 1; i <= 2; i++) {
			int expected = i;
			LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE);
			Files.delete(file());
			Background.until(() -> this.thefts.size() == expected);
			assertThatExceptionOfType(LockStolenException.class).isThrownBy(hold::close);
		}
	}

	@Test
	void closingEndsTheWatch() {
		this.locks.watch(Duration.ofMillis(1), this.thefts::add);
		Background.until(StolenLockTests::isWatched);
		this.locks.close();
		Background.until(() -> !isWatched());
	}

	private static boolean isWatched() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.anyMatch((thread) -> thread.getName().equals("fasteners-watchdog"));
	}

	@Test
	void anIntervalOfNothingIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.locks.watch(Duration.ZERO, this.thefts::add))
			.withMessage("The interval of the watchdog must be more than zero, not PT0S");
	}

}
