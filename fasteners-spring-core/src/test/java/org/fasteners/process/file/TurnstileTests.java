package org.fasteners.process.file;

import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockEngineException;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockPathException;
import org.fasteners.process.InterProcessLocks;
import org.fasteners.process.InterProcessReaderWriterLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link Turnstile} and the bytes of a {@link FileRangeLock}, beside somebody else who
 * has some of them. That is another channel of this JVM, whose locks look the same from
 * here.
 */
@Timeout(60)
class TurnstileTests {

	private static final int DATA = 0;

	private static final int TURNSTILE = 4;

	/** Never closed: that would drop all locks of this process on the file. */
	private static final List<AsynchronousFileChannel> FOREIGN = new CopyOnWriteArrayList<>();

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	@SuppressWarnings("NullAway.Init")
	private Path file;

	@SuppressWarnings("NullAway.Init")
	private InterProcessReaderWriterLock lock;

	@BeforeEach
	void open() throws IOException {
		Path directory = this.temp.toRealPath().resolve("locks");
		this.lock = new InterProcessLocks(new FileLockEngine(directory, LockDirectoryAccess.OWNER), null).get("shows");
		this.lock.acquire(LockMode.SHARED).close();
		this.file = directory.resolve("shows");
	}

	private FileLock foreign(long position) throws IOException {
		AsynchronousFileChannel channel = AsynchronousFileChannel.open(this.file, StandardOpenOption.READ,
				StandardOpenOption.WRITE);
		FOREIGN.add(channel);
		return Objects.requireNonNull(channel.tryLock(position, 1, false));
	}

	private boolean tryElsewhere(LockMode mode) {
		return Background.elsewhere(() -> {
			try (LockAttempt attempt = this.lock.tryAcquire(mode)) {
				return attempt.isAcquired();
			}
		});
	}

	@Test
	void whoWasRefusedAtTheTurnstileLooksAgainBeforeItPasses() throws IOException {
		FileLock turnstile = foreign(TURNSTILE);
		Background.until(() -> !tryElsewhere(LockMode.SHARED));
		int passed = 0;
		for (int i = 0; i < 100; i++) {
			try (LockAttempt attempt = this.lock.tryAcquire(LockMode.SHARED)) {
				passed += attempt.isAcquired() ? 1 : 0;
			}
		}
		turnstile.release();
		assertThat(passed).isZero();
	}

	@Test
	void aReaderThatLostItsPlaceLeavesTheTurnstileToTheWriterOfItsProcess() throws IOException {
		FileLock data = foreign(DATA);
		Background<Boolean> reader = Background.start(() -> this.lock.acquire(LockMode.SHARED).close()).awaitWaiting();
		LockHold update = this.lock.acquire(LockMode.UPDATE);
		Background<Boolean> writer = Background.start(() -> this.lock.acquire(LockMode.EXCLUSIVE).close())
			.awaitWaiting();
		// the reader gives its place up after its next attempt, and queues behind the
		// writer
		pause();
		update.close();
		pause();
		data.release();
		writer.result();
		reader.result();
	}

	private static void pause() {
		long start = System.nanoTime();
		Background.until(() -> System.nanoTime() - start > 200_000_000L);
	}

	@Test
	void anUpgradeDoesNotTrustAnUpdateHoldOfAReplacedFile() throws Exception {
		LockHold update = this.lock.acquire(LockMode.UPDATE);
		Files.move(this.file, this.file.resolveSibling("old"));
		Files.createFile(this.file);
		FileLock other = foreign(2);
		pause();
		try (LockAttempt attempt = this.lock.tryAcquire(LockMode.EXCLUSIVE)) {
			assertThat(attempt.isAcquired()).isFalse();
		}
		catch (LockPathException ex) {
			assertThat(ex).hasMessageContaining("replaced");
		}
		other.release();
		update.close();
	}

	@Test
	void nobodyJoinsReadersWhoseChannelForeignCodeHasClosed() throws Exception {
		LockHold read = this.lock.acquire(LockMode.SHARED);
		SharedFile shared = SharedFile.lock(Objects.requireNonNull(FileIdentity.of(this.file)));
		Objects.requireNonNull(shared.channel()).close();
		shared.unlock();
		boolean joined = tryElsewhere(LockMode.SHARED);
		assertThatExceptionOfType(LockEngineException.class).isThrownBy(read::close);
		assertThat(joined).isFalse();
	}

}
