package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.fasteners.LockDirectoryException;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockPathException;
import org.fasteners.process.InterProcessLocks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link LockPaths}: how long a path may be. What it may consist of is tested with the
 * engine.
 */
@Timeout(60)
class LockPathsTests {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	@SuppressWarnings("NullAway.Init")
	private Path directory;

	@BeforeEach
	void resolve() throws IOException {
		this.directory = this.temp.toRealPath().resolve("locks");
	}

	@Test
	void aPathOfThousandsOfSegmentsIsRefusedBeforeAnythingIsCreated() {
		InterProcessLocks locks = locks(this.directory);
		assertRefused(locks, "a/".repeat(2999) + "a", "it is 5999 characters long, and a lock path has at most 1000");
		assertRefused(locks, "a/".repeat(1999) + "a", "it has 2000 segments, and a lock path has at most 32");
		assertRefused(locks, this.directory + "/a".repeat(33), "it has 33 segments");
		assertThat(this.directory).isDirectoryNotContaining("glob:**/a");
	}

	@Test
	void thirtyTwoSegmentsAndAThousandCharactersAreALock() {
		InterProcessLocks locks = locks(this.directory);
		String deepest = "a/".repeat(31) + "a";
		String longest = ("x".repeat(199) + "/").repeat(5).substring(0, 999) + "y";
		assertThat(longest).hasSize(1000);
		for (String path : new String[] { deepest, longest }) {
			try (LockHold hold = locks.get(path).acquire(LockMode.EXCLUSIVE)) {
				assertThat(locks.get(path).writeLock().isHeldByCurrentOwner()).isTrue();
			}
		}
		assertRefused(locks, longest.substring(0, 998) + "/yy", "it is 1001 characters long");
	}

	@Test
	void thePathWithItsDirectoryIsAsLongAsAFileSystemAllows() {
		// no directory is that deep here: the path alone is looked at
		Path deep = Path.of("/" + ("d".repeat(199) + "/").repeat(19));
		assertThat(LockPaths.relative("x".repeat(200), deep, deep)).hasSize(200);
		String path = ("x".repeat(99) + "/").repeat(3) + "x";
		assertThatExceptionOfType(LockPathException.class).isThrownBy(() -> LockPaths.relative(path, deep, deep))
			.withMessageContaining("with the lock directory it is 4102 bytes long")
			.withMessageContaining("at most 4095")
			.withMessageContaining("fasteners.lock-directory");
	}

	@Test
	void theLongestPathHasPermitsAndKeysOverSeveralFiles() {
		FileLockEngine engine = new FileLockEngine(this.directory, FileLockSettings.DEFAULT.withKeyFiles(1024));
		InterProcessLocks locks = new InterProcessLocks(engine, null);
		String longest = "x".repeat(200);
		try (LockHold hold = locks.get(longest, "key").acquire(LockMode.EXCLUSIVE)) {
			assertThat(locks.get(longest, "key").writeLock().isHeldByCurrentOwner()).isTrue();
		}
		assertThat(engine.permits(longest, 2)).isNotNull();
	}

	@Test
	void aLockDirectoryThatNoFileSystemCanHoldIsRefusedBeforeAnyPartOfItIsCreated() throws IOException {
		Path tooLong = this.directory.resolve("d/".repeat(2500));
		assertThatExceptionOfType(LockDirectoryException.class).isThrownBy(() -> locks(tooLong))
			.withMessageContaining("bytes long, and a file system allows at most 4095")
			.withMessageContaining("fasteners.lock-directory");
		Path longName = this.directory.resolve("a").resolve("\u00e9".repeat(128));
		assertThatExceptionOfType(LockDirectoryException.class).isThrownBy(() -> locks(longName));
		assertThat(this.temp).isEmptyDirectory();
	}

	@Test
	void aLockedFileOfThousandsOfSegmentsIsAnErrorAndNothingIsCreated() {
		Path deep = this.directory.resolve("a/".repeat(2999) + "a");
		assertThatExceptionOfType(FileSystemException.class)
			.isThrownBy(() -> LockedFile.open(deep, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
		assertThat(this.temp).isEmptyDirectory();
	}

	private static void assertRefused(InterProcessLocks locks, String path, String problem) {
		assertThatExceptionOfType(LockPathException.class).isThrownBy(() -> locks.get(path))
			.withMessageContaining(problem)
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(400));
	}

	private static InterProcessLocks locks(Path directory) {
		return new InterProcessLocks(new FileLockEngine(directory, LockDirectoryAccess.OWNER), null);
	}

}
