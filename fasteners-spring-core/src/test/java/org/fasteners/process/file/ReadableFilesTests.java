package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.process.LockEngine.Attempt;
import org.fasteners.process.LockEngine.EngineLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link ReadableFiles}.
 */
class ReadableFilesTests {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	Path temp;

	@SuppressWarnings("NullAway.Init")
	private Path locks;

	@BeforeEach
	void locate() throws IOException {
		this.temp = this.temp.toRealPath();
		this.locks = Files.createDirectory(this.temp.resolve("locks"));
		Files.setPosixFilePermissions(this.temp, PosixFilePermissions.fromString("rwxr-xr-x"));
	}

	/** Lock a file that another program has created. */
	private void lock(String directoryMode, String fileMode, LockDirectoryAccess access) throws IOException {
		Path file = Files.createFile(this.locks.resolve("orders"));
		Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(fileMode));
		Files.setPosixFilePermissions(this.locks, PosixFilePermissions.fromString(directoryMode));
		for (int i = 0; i < 2; i++) {
			FileLockEngine engine = new FileLockEngine(this.locks, access);
			EngineLock lock = engine.lock("orders", LockPreference.FAIR);
			assertThat(lock.tryAcquire(LockMode.EXCLUSIVE, Attempt.POLITE)).isTrue();
			lock.release(LockMode.EXCLUSIVE);
			engine.close();
		}
	}

	@ParameterizedTest
	@CsvSource({ "rwxr-xr-x, rw-r--r--, OWNER, go-rw", "rwx--x---, rw-r-----, OWNER, go-rw",
			"rwxr-x--x, rw----r--, OWNER, go-rw", "rwxr-xr-x, rw-----w-, OWNER, go-rw",
			"rwxrwxr-x, rw-rw-r--, GROUP, o-rw" })
	void aFileThatOtherUsersCanReadIsMentionedOnce(String directoryMode, String fileMode, LockDirectoryAccess access,
			String fix) throws IOException {
		try (Warnings warnings = new Warnings()) {
			lock(directoryMode, fileMode, access);
			assertThat(warnings.messages).singleElement()
				.asString()
				.startsWith("Other users can open the lock file orders (mode ")
				.contains("Run chmod " + fix + " on it");
		}
	}

	@ParameterizedTest
	@CsvSource({ "rwx------, rw-r--r--, OWNER", "rwxr-xr-x, rw-------, OWNER", "rwx--x---, rw----r--, OWNER",
			"rwxr-xr-x, rw-r--r--, ANYONE" })
	void aFileThatTheyCannotReadOrMayIsNot(String directoryMode, String fileMode, LockDirectoryAccess access)
			throws IOException {
		try (Warnings warnings = new Warnings()) {
			lock(directoryMode, fileMode, access);
			assertThat(warnings.messages).isEmpty();
		}
	}

	@Test
	void aFileIsNotMentionedIfADirectoryAboveAdmitsItsOwnerAlone() throws IOException {
		Files.setPosixFilePermissions(this.temp, PosixFilePermissions.fromString("rwx------"));
		try (Warnings warnings = new Warnings()) {
			lock("rwxr-xr-x", "rw-r--r--", LockDirectoryAccess.OWNER);
			assertThat(warnings.messages).isEmpty();
		}
	}

	@Test
	void aFileIsMentionedAlsoIfItIsLockedByFlock() throws IOException {
		Path file = Files.createFile(this.locks.resolve("orders"));
		Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
		Files.setPosixFilePermissions(this.locks, PosixFilePermissions.fromString("rwxr-xr-x"));
		FileLockEngine engine = new FileLockEngine(this.locks,
				FileLockSettings.DEFAULT.withProtocol(LockProtocol.FLOCK));
		try (Warnings warnings = new Warnings()) {
			EngineLock lock = engine.lock("orders", LockPreference.FAIR);
			assertThat(lock.tryAcquire(LockMode.EXCLUSIVE, Attempt.POLITE)).isTrue();
			lock.release(LockMode.EXCLUSIVE);
			assertThat(warnings.messages).singleElement().asString().startsWith("Other users can open the lock file");
		}
		engine.close();
	}

	@Test
	void filesOfOursAreNotMentioned() throws IOException {
		Files.setPosixFilePermissions(this.locks, PosixFilePermissions.fromString("rwxr-xr-x"));
		FileLockEngine engine = new FileLockEngine(this.locks, LockDirectoryAccess.OWNER);
		try (Warnings warnings = new Warnings()) {
			EngineLock lock = engine.lock("orders", LockPreference.FAIR);
			assertThat(lock.tryAcquire(LockMode.EXCLUSIVE, Attempt.POLITE)).isTrue();
			lock.release(LockMode.EXCLUSIVE);
			assertThat(warnings.messages).isEmpty();
		}
	}

}
