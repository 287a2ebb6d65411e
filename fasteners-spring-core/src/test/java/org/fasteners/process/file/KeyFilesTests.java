package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.Stream;

import org.fasteners.Background;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockPathException;
import org.fasteners.LockPreference;
import org.fasteners.LockTimeoutException;
import org.fasteners.process.InterProcessLocks;
import org.fasteners.process.InterProcessReaderWriterLock;
import org.fasteners.process.Pauses;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * {@link KeyFiles}: keys in one file, and in several.
 */
@Timeout(60)
class KeyFilesTests {

	private static final int FILES = 16;

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path directory;

	@BeforeEach
	void resolve() throws IOException {
		this.directory = this.directory.toRealPath();
	}

	private InterProcessLocks locks(int keyFiles) {
		return new InterProcessLocks(
				new FileLockEngine(this.directory, FileLockSettings.DEFAULT.withKeyFiles(keyFiles)),
				LockPreference.FAIR, Pauses.DEFAULT, Duration.ofMillis(10));
	}

	@Test
	void keysAreSpreadEvenlyAndEachHasOneFile() throws IOException {
		InterProcessLocks locks = locks(FILES);
		Map<String, Integer> keys = new HashMap<>();
		for (int i = 0; i < 100 * FILES; i++) {
			InterProcessReaderWriterLock lock = locks.get("shows/hamlet", "key " + i);
			assertThat(lock.path()).isEqualTo(locks.get("shows/hamlet", "key " + i).path());
			assertThat(lock.name()).isEqualTo("shows/hamlet[key " + i + "]");
			lock.acquire(LockMode.EXCLUSIVE).close();
			keys.merge(lock.path(), 1, Integer::sum);
		}
		assertThat(keys).hasSize(FILES);
		assertThat(keys.values()).allSatisfy((count) -> assertThat(count).isBetween(50, 200));
		try (Stream<Path> files = Files.list(this.directory.resolve("shows/hamlet.keys-16"))) {
			assertThat(files.map((file) -> "shows/hamlet.keys-16/" + file.getFileName()))
				.containsExactlyInAnyOrderElementsOf(keys.keySet());
		}
	}

	@Test
	void aKeyIsOneLockForAllWhoSpreadItAlike() {
		try (LockHold hold = locks(FILES).get("shows", "hamlet").acquire(LockMode.EXCLUSIVE)) {
			InterProcessReaderWriterLock same = locks(FILES).get("shows", "hamlet");
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> Background.elsewhere(() -> same.acquire(LockMode.SHARED)))
				.withMessageStartingWith("Could not lock 'shows[hamlet]' for reading within 10ms; held for writing by");
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 1024 })
	void whoSpreadsKeysOtherwiseIsRefused(int keyFiles) {
		locks(FILES).get("shows", "hamlet").acquire(LockMode.SHARED).close();
		InterProcessLocks others = locks(keyFiles);
		assertThatExceptionOfType(LockPathException.class).isThrownBy(() -> others.get("shows", "hamlet"))
			.withMessageContaining("its keys are spread over " + keyFiles
					+ " files here, but there is shows.keys-16, the mark of a process that spreads them otherwise: set the same fasteners.process.key-files for all, and delete that directory when no process uses it any more");
		// what is not spread, or not yet, is all the same
		others.get("shows").acquire(LockMode.EXCLUSIVE).close();
		others.get("plays", "hamlet").acquire(LockMode.EXCLUSIVE).close();
	}

	@Test
	void aProcessWithOneFileIsNoticedByOneWithSeveral() throws IOException {
		locks(1).get("shows", "hamlet").acquire(LockMode.SHARED).close();
		assertThat(this.directory.resolve("shows.keys-1")).isEmptyFile();
		InterProcessLocks others = locks(FILES);
		assertThatExceptionOfType(LockPathException.class).isThrownBy(() -> others.get("shows", "hamlet"))
			.withMessageContaining("shows.keys-1, the mark of a process")
			.withMessageEndingWith("delete that file when no process uses it any more");
		Files.delete(this.directory.resolve("shows.keys-1"));
		others.get("shows", "hamlet").acquire(LockMode.EXCLUSIVE).close();
	}

	/** The marks of the first process are deleted by mistake while it uses them. */
	@Test
	void aLockThatWasObtainedBeforeIsCheckedTooWithinASecond() throws IOException {
		InterProcessReaderWriterLock one = locks(1).get("shows", "hamlet");
		one.acquire(LockMode.SHARED).close();
		Files.delete(this.directory.resolve("shows.keys-1"));
		InterProcessReaderWriterLock other = locks(FILES).get("shows", "hamlet");
		other.acquire(LockMode.SHARED).close();
		Background.until(() -> isRefused(one));
		// now the other notices nothing, since the first one has made no mark
		assertThat(isRefused(other)).isFalse();
	}

	private static boolean isRefused(InterProcessReaderWriterLock lock) {
		try {
			lock.acquire(LockMode.SHARED).close();
			return false;
		}
		catch (LockPathException ex) {
			return true;
		}
	}

	/** Threads with engines of their own see one another's files as processes do. */
	@Test
	void ofTwoThatBeginInTheSameMomentWithTwoNumbersNotBothComeIn() throws Exception {
		for (int round = 0; round < 200; round++) {
			String path = "shows" + round;
			List<InterProcessLocks> two = List.of(locks(round % 2 == 0 ? 1 : 2), locks(FILES));
			CyclicBarrier barrier = new CyclicBarrier(2);
			List<Background<Boolean>> both = two.stream().map((locks) -> Background.run(() -> {
				barrier.await();
				try {
					locks.get(path, "hamlet").acquire(LockMode.SHARED).close();
					return true;
				}
				catch (LockPathException ex) {
					return false;
				}
			})).toList();
			assertThat(both.stream().filter(Background::result).count()).as("round %d", round).isLessThan(2);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "x.keys-4/0", "x.keys-4", "plays/x.keys-1", "X.KEYS-16/a", "reports.permits",
			"reports.permits/a" })
	void pathsOfThisLibraryAreReserved(String path) throws IOException {
		InterProcessLocks locks = locks(4);
		Path absolute = this.directory.resolve(path);
		for (Executable use : List.<Executable>of(() -> locks.get(path), () -> locks.get(path, "hamlet"),
				() -> locks.semaphore(path, 2), () -> locks.get(absolute.toString()))) {
			assertThatExceptionOfType(LockPathException.class).isThrownBy(use::execute)
				.withMessageContaining("are those of files that this library makes for semaphores and keys");
		}
		try (Stream<Path> files = Files.list(this.directory)) {
			assertThat(files.map((file) -> file.getFileName().toString())).containsExactly(".protocol-fcntl");
		}
		locks.get("x", "hamlet").acquire(LockMode.SHARED).close();
		locks.semaphore("reports", 2).acquire().close();
		// also if it was used by the library itself
		assertThatExceptionOfType(LockPathException.class).isThrownBy(() -> locks.get(path));
	}

	@Test
	void aLinkToAPathOfThisLibraryIsReservedToo() throws IOException {
		InterProcessLocks locks = locks(4);
		locks.get("x", "hamlet").acquire(LockMode.SHARED).close();
		Files.createSymbolicLink(this.directory.resolve("link"), this.directory.resolve("x.keys-4"));
		assertThatExceptionOfType(LockPathException.class).isThrownBy(() -> locks.get("link/0"))
			.withMessageContaining("'x.keys-4'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "api.keys", "keys-4", "x.keys-4a", "permits", "x.permits.lock", "x.keys-" })
	void namesThatOnlyLookLikeItAreNotReserved(String path) {
		locks(1).get(path, "hamlet").acquire(LockMode.SHARED).close();
	}

	@Test
	void aNumberThatIsNoPowerOfTwoIsRefused() {
		for (int keyFiles : List.of(-1, 0, 3, 2048, Integer.MIN_VALUE)) {
			assertThatIllegalArgumentException().isThrownBy(() -> locks(keyFiles))
				.withMessage("Keys can be spread over 1, 2, 4, 8, ... or 1024 files, not over " + keyFiles);
		}
	}

}
