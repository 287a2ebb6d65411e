package org.fasteners.process.file;

import org.fasteners.SharedExclusiveLock;
import org.fasteners.process.InterProcessLocks;

/**
 * The contract of all locks, for the lock of a key.
 */
class KeyedLockContractTests extends FileLockContractTests {

	@Override
	SharedExclusiveLock lockOf(InterProcessLocks locks) {
		return locks.get("shows", "hamlet");
	}

}
