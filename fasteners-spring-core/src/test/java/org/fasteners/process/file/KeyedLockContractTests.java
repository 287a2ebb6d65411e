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
 * The contract of all locks, for the lock of a key.
 */
class KeyedLockContractTests extends LockContract {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path directory;

	@SuppressWarnings("NullAway.Init")
	private SharedExclusiveLock lock;

	@BeforeEach
	void open() {
		this.lock = locks(null).get("shows", "hamlet");
	}

	private InterProcessLocks locks(@Nullable Duration defaultTimeout) {
		return new InterProcessLocks(new FileLockEngine(this.directory.resolve("locks"), LockDirectoryAccess.OWNER),
				defaultTimeout);
	}

	@Override
	protected SharedExclusiveLock lock() {
		return this.lock;
	}

	@Override
	protected SharedExclusiveLock lockWithDefaultTimeout(Duration timeout) {
		return locks(timeout).get("shows", "hamlet");
	}

}
