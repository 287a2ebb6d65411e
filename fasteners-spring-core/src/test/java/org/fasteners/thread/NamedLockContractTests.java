package org.fasteners.thread;

import java.time.Duration;

import org.fasteners.LockContract;
import org.fasteners.LockPreference;
import org.fasteners.SharedExclusiveLock;

/**
 * The contract of all locks, for the thread lock of a key: found again on every use.
 */
class NamedLockContractTests extends LockContract {

	private final NamedLocks locks = new NamedLocks(LockPreference.WRITER, null);

	@Override
	protected SharedExclusiveLock lock() {
		return this.locks.get("orders", "4711");
	}

	@Override
	protected SharedExclusiveLock lockWithDefaultTimeout(Duration timeout) {
		return new NamedLocks(LockPreference.WRITER, timeout).get("orders", "4711");
	}

}
