package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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
					+ " files here, but there is the directory shows.keys-16 of a process that spreads them otherwise: set the same fasteners.process.key-files for all");
		// what is not spread, or not yet, is all the same
		others.get("shows").acquire(LockMode.EXCLUSIVE).close();
		others.get("plays", "hamlet").acquire(LockMode.EXCLUSIVE).close();
	}

	@Test
	void whoUsedOneFileBeforeNoticesThatOthersDoNotWithinASecond() throws Exception {
		InterProcessLocks one = locks(1);
		one.get("shows", "hamlet").acquire(LockMode.SHARED).close();
		locks(FILES).get("shows", "hamlet").acquire(LockMode.SHARED).close();
		TimeUnit.MILLISECONDS.sleep(1_001); // the time for which a look is good
		assertThatExceptionOfType(LockPathException.class).isThrownBy(() -> one.get("shows", "hamlet"));
	}

	@Test
	void aNumberThatIsNoPowerOfTwoIsRefused() {
		for (int keyFiles : List.of(-1, 0, 3, 2048, Integer.MIN_VALUE)) {
			assertThatIllegalArgumentException().isThrownBy(() -> locks(keyFiles))
				.withMessage("Keys can be spread over 1, 2, 4, 8, ... or 1024 files, not over " + keyFiles);
		}
	}

}
