package org.fasteners.process.file;

import java.nio.file.Path;

/**
 * The contract of all locks, for locks by {@code flock(2)}.
 */
class FlockLockContractTests extends FileLockContractTests {

	@Override
	FileLockEngine engine(Path directory) {
		return new FileLockEngine(directory, FileLockSettings.DEFAULT.withProtocol(LockProtocol.FLOCK));
	}

}
