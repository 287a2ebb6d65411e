package org.fasteners.process.file;

import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import org.fasteners.LockEngineException;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.process.LockEngine.Attempt;
import org.fasteners.process.LockEngine.EngineLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link FileRangeLock} without a gate: who goes before whom, and what happens when the
 * file is replaced. Two such locks exclude one another in one JVM as in two; beyond that,
 * they do so also if both are shared.
 */
@Timeout(60)
class FileRangeLockTests {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path directory;

	@BeforeEach
	void open() throws IOException {
		this.directory = this.directory.toRealPath();
	}

	private EngineLock lock(LockPreference preference) {
		return lock("a", preference);
	}

	private EngineLock lock(String path, LockPreference preference) {
		return new FileLockEngine(this.directory, LockDirectoryAccess.OWNER).lock(path, preference);
	}

	private void replace(String path) throws IOException {
		Files.delete(this.directory.resolve(path));
		Files.createFile(this.directory.resolve(path));
	}

	private static boolean barge(EngineLock lock, LockMode mode) {
		return lock.tryAcquire(mode, Attempt.BARGING);
	}

	/** An attempt of who has not looked just now whether others wait. */
	private static boolean ask(EngineLock lock, LockMode mode) throws InterruptedException {
		letTheLookAge();
		return lock.tryAcquire(mode, Attempt.POLITE);
	}

	private static boolean wait(EngineLock lock, LockMode mode) {
		return lock.tryAcquire(mode, Attempt.WAITING);
	}

	/** Whom it waits for has locked everything. */
	private static void beginToWait(EngineLock waiter, LockMode mode, EngineLock holder) {
		assertThat(barge(holder, LockMode.EXCLUSIVE)).isTrue();
		assertThat(wait(waiter, mode)).isFalse();
	}

	/** Not a wait for anybody: the age is what is tested. */
	private static void letTheLookAge() throws InterruptedException {
		TimeUnit.MILLISECONDS.sleep(2);
	}

	private static void letTheIdentityAge() throws InterruptedException {
		TimeUnit.MILLISECONDS.sleep(15);
	}

	// Order

	@Test
	void whoDoesNotWaitLetsThroughWhoDoes() throws Exception {
		EngineLock mine = lock(LockPreference.FAIR);
		EngineLock theirs = lock(LockPreference.FAIR);
		assertThat(barge(mine, LockMode.SHARED)).isTrue();
		letTheLookAge();
		assertThat(mine.isWanted()).isFalse();
		assertThat(wait(theirs, LockMode.EXCLUSIVE)).isFalse();
		letTheLookAge();
		assertThat(mine.isWanted()).isTrue();
		mine.release(LockMode.SHARED);
		for (LockMode mode : LockMode.values()) {
			assertThat(ask(mine, mode)).isFalse();
		}
		assertThat(wait(theirs, LockMode.EXCLUSIVE)).isTrue();
		theirs.release(LockMode.EXCLUSIVE);
		assertThat(ask(mine, LockMode.SHARED)).isTrue();
		mine.release(LockMode.SHARED);
	}

	@Test
	void whoHasWonLetsTheNextOneAnnounceItself() {
		EngineLock mine = lock(LockPreference.FAIR);
		EngineLock theirs = lock(LockPreference.FAIR);
		beginToWait(mine, LockMode.EXCLUSIVE, theirs);
		theirs.release(LockMode.EXCLUSIVE);
		assertThat(wait(mine, LockMode.EXCLUSIVE)).isTrue();
		assertThat(wait(theirs, LockMode.EXCLUSIVE)).isFalse();
		mine.release(LockMode.EXCLUSIVE);
		assertThat(wait(theirs, LockMode.EXCLUSIVE)).isTrue();
		theirs.release(LockMode.EXCLUSIVE);
	}

	@Test
	void whoGivesUpIsInNobodysWay() throws Exception {
		EngineLock mine = lock(LockPreference.FAIR);
		EngineLock theirs = lock(LockPreference.FAIR);
		for (LockMode mode : LockMode.values()) {
			beginToWait(mine, mode, theirs);
			mine.stopWaiting(mode);
			theirs.release(LockMode.EXCLUSIVE);
			assertThat(ask(theirs, LockMode.EXCLUSIVE)).isTrue();
			theirs.release(LockMode.EXCLUSIVE);
		}
	}

	@Test
	void whoGivesUpLeavesTheTurnstileToOthersOfItsJvm() throws Exception {
		EngineLock mine = lock(LockPreference.FAIR);
		EngineLock theirs = lock(LockPreference.FAIR);
		beginToWait(mine, LockMode.SHARED, theirs);
		assertThat(wait(mine, LockMode.UPDATE)).isFalse();
		theirs.release(LockMode.EXCLUSIVE);
		mine.stopWaiting(LockMode.SHARED);
		assertThat(ask(theirs, LockMode.EXCLUSIVE)).isFalse();
		mine.stopWaiting(LockMode.UPDATE);
		assertThat(ask(theirs, LockMode.EXCLUSIVE)).isTrue();
		theirs.release(LockMode.EXCLUSIVE);
	}

	@Test
	void aWriterThatIsNotInTheTurnstileMakesNoAttempt() {
		EngineLock mine = lock(LockPreference.WRITER);
		EngineLock theirs = lock(LockPreference.WRITER);
		EngineLock holder = lock(LockPreference.WRITER);
		beginToWait(theirs, LockMode.EXCLUSIVE, holder);
		holder.release(LockMode.EXCLUSIVE);
		assertThat(wait(mine, LockMode.EXCLUSIVE)).isFalse();
		assertThat(wait(theirs, LockMode.EXCLUSIVE)).isTrue();
		theirs.release(LockMode.EXCLUSIVE);
		assertThat(wait(mine, LockMode.EXCLUSIVE)).isTrue();
		mine.release(LockMode.EXCLUSIVE);
	}

	@Test
	void anUpgradeDoesNotWaitForTheTurnstile() {
		EngineLock mine = lock(LockPreference.FAIR);
		EngineLock theirs = lock(LockPreference.FAIR);
		assertThat(barge(mine, LockMode.UPDATE)).isTrue();
		assertThat(wait(theirs, LockMode.EXCLUSIVE)).isFalse();
		assertThat(wait(mine, LockMode.EXCLUSIVE)).isTrue();
		mine.release(LockMode.EXCLUSIVE);
		mine.release(LockMode.UPDATE);
		assertThat(wait(theirs, LockMode.EXCLUSIVE)).isTrue();
		theirs.release(LockMode.EXCLUSIVE);
	}

	@Test
	void anUpgradeThatWaitsHoldsReadersBackUntilItGivesUp() throws Exception {
		EngineLock mine = lock(LockPreference.FAIR);
		EngineLock reader = lock(LockPreference.FAIR);
		EngineLock theirs = lock(LockPreference.FAIR);
		assertThat(barge(reader, LockMode.SHARED)).isTrue();
		assertThat(barge(mine, LockMode.UPDATE)).isTrue();
		assertThat(wait(mine, LockMode.EXCLUSIVE)).isFalse();
		reader.release(LockMode.SHARED);
		assertThat(ask(theirs, LockMode.SHARED)).isFalse();
		mine.stopWaiting(LockMode.EXCLUSIVE);
		assertThat(ask(theirs, LockMode.SHARED)).isTrue();
		theirs.release(LockMode.SHARED);
		mine.release(LockMode.UPDATE);
	}

	@Test
	@WithKernelLocks
	void anUpdaterThatWaitsHoldsNoReaderBack() {
		EngineLock mine = lock(LockPreference.FAIR);
		EngineLock theirs = lock(LockPreference.FAIR);
		assertThat(barge(theirs, LockMode.UPDATE)).isTrue();
		assertThat(wait(mine, LockMode.UPDATE)).isFalse();
		assertThat(KernelLocks.holders(this.directory.resolve("a"), 4, 4)).singleElement()
			.satisfies((waiter) -> assertThat(waiter.mode()).isEqualTo(LockMode.SHARED));
		theirs.release(LockMode.UPDATE);
		assertThat(wait(mine, LockMode.UPDATE)).isTrue();
		mine.release(LockMode.UPDATE);
	}

	@Test
	void aReaderThatWaitsIsSeenByWritersUnderFairAlone() throws Exception {
		for (LockPreference preference : LockPreference.values()) {
			EngineLock mine = lock(preference);
			EngineLock theirs = lock(preference);
			beginToWait(mine, LockMode.SHARED, theirs);
			theirs.release(LockMode.EXCLUSIVE);
			boolean asked = ask(theirs, LockMode.EXCLUSIVE);
			assertThat(asked).isEqualTo(preference != LockPreference.FAIR);
			if (asked) {
				theirs.release(LockMode.EXCLUSIVE);
			}
			mine.stopWaiting(LockMode.SHARED);
		}
	}

	@Test
	void nobodyUsesTheTurnstileUnderReader() throws Exception {
		EngineLock mine = lock(LockPreference.READER);
		EngineLock theirs = lock(LockPreference.READER);
		beginToWait(mine, LockMode.EXCLUSIVE, theirs);
		theirs.release(LockMode.EXCLUSIVE);
		assertThat(ask(theirs, LockMode.EXCLUSIVE)).isTrue();
		theirs.release(LockMode.EXCLUSIVE);
	}

	// Files that are replaced

	/** Within the time in which what was seen of a file is relied on, at least once. */
	@Test
	void whoWasRefusedLooksWhetherTheFileWasReplaced() throws IOException {
		for (int i = 0; i < 20; i++) {
			String path = "a" + i;
			EngineLock mine = lock(path, LockPreference.READER);
			EngineLock theirs = lock(path, LockPreference.READER);
			beginToWait(mine, LockMode.EXCLUSIVE, theirs);
			replace(path);
			theirs.release(LockMode.EXCLUSIVE);
			assertThat(wait(mine, LockMode.EXCLUSIVE)).isTrue();
			assertThat(barge(lock(path, LockPreference.READER), LockMode.EXCLUSIVE)).isFalse();
			mine.release(LockMode.EXCLUSIVE);
		}
	}

	@Test
	void whoWaitsAtAFileThatWasReplacedGoesOverToTheNewOne() throws Exception {
		EngineLock mine = lock(LockPreference.READER);
		EngineLock theirs = lock(LockPreference.READER);
		beginToWait(mine, LockMode.EXCLUSIVE, theirs);
		replace("a");
		letTheIdentityAge();
		assertThat(wait(mine, LockMode.EXCLUSIVE)).isTrue();
		mine.release(LockMode.EXCLUSIVE);
		theirs.release(LockMode.EXCLUSIVE);
	}

	@Test
	void whoWaitsAtAFileThatWasReplacedIsSeenAtTheNewOne() throws Exception {
		EngineLock mine = lock(LockPreference.FAIR);
		EngineLock before = lock(LockPreference.FAIR);
		beginToWait(mine, LockMode.EXCLUSIVE, before);
		replace("a");
		EngineLock theirs = lock(LockPreference.FAIR);
		assertThat(barge(theirs, LockMode.EXCLUSIVE)).isTrue();
		letTheIdentityAge();
		assertThat(wait(mine, LockMode.EXCLUSIVE)).isFalse();
		theirs.release(LockMode.EXCLUSIVE);
		assertThat(ask(theirs, LockMode.EXCLUSIVE)).isFalse();
		assertThat(wait(mine, LockMode.EXCLUSIVE)).isTrue();
		mine.release(LockMode.EXCLUSIVE);
		before.release(LockMode.EXCLUSIVE);
	}

	@Test
	void aLockOfAReplacedFileIsWanted() throws Exception {
		EngineLock lock = lock(LockPreference.FAIR);
		assertThat(barge(lock, LockMode.SHARED)).isTrue();
		assertThat(lock.isWanted()).isFalse();
		replace("a");
		letTheIdentityAge();
		assertThat(lock.isWanted()).isTrue();
		lock.release(LockMode.SHARED);
	}

	// Releases that fail

	@Test
	void whatCouldNotBeReleasedIsReleasedBeforeTheNextAttempt() {
		EngineLock lock = lock(LockPreference.FAIR);
		assertThat(barge(lock, LockMode.EXCLUSIVE)).isTrue();
		Object range = Objects.requireNonNull(ReflectionTestUtils.getField(lock, "all"));
		FileLock held = (FileLock) Objects.requireNonNull(ReflectionTestUtils.getField(range, "lock"));
		ReflectionTestUtils.setField(range, "lock", new Stubborn(held));
		assertThatExceptionOfType(LockEngineException.class).isThrownBy(() -> lock.release(LockMode.EXCLUSIVE))
			.withMessageContaining("planned");
		assertThat(barge(lock, LockMode.EXCLUSIVE)).isTrue();
		lock.release(LockMode.EXCLUSIVE);
		assertThat(barge(lock(LockPreference.FAIR), LockMode.EXCLUSIVE)).isTrue();
	}

	/**
	 * A lock whose release fails the first time.
	 */
	private static final class Stubborn extends FileLock {

		private final FileLock lock;

		private boolean failed;

		Stubborn(FileLock lock) {
			super((AsynchronousFileChannel) lock.acquiredBy(), lock.position(), lock.size(), lock.isShared());
			this.lock = lock;
		}

		@Override
		public boolean isValid() {
			return this.lock.isValid();
		}

		@Override
		public void release() throws IOException {
			if (!this.failed) {
				this.failed = true;
				throw new IOException("planned");
			}
			this.lock.release();
		}

	}

}
