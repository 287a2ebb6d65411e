package org.fasteners.process.file;

import java.nio.file.Path;
import java.time.Duration;

import org.fasteners.LockContract;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.process.InterProcessLocks;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract of all locks, for locks over a file.
 */
class FileLockContractTests extends LockContract {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path directory;

	@SuppressWarnings("NullAway.Init")
	private SharedExclusiveLock lock;

	@BeforeEach
	void open() {
		this.lock = lockOf(locks(null));
	}

	private InterProcessLocks locks(@Nullable Duration defaultTimeout) {
		return new InterProcessLocks(engine(this.directory.resolve("locks")), defaultTimeout);
	}

	FileLockEngine engine(Path directory) {
		return new FileLockEngine(directory, LockDirectoryAccess.OWNER);
	}

	SharedExclusiveLock lockOf(InterProcessLocks locks) {
		return locks.get("shows/hamlet");
	}

	@Override
	protected SharedExclusiveLock lock() {
		return this.lock;
	}

	@Override
	protected SharedExclusiveLock lockWithDefaultTimeout(Duration timeout) {
		return lockOf(locks(timeout));
	}

}
