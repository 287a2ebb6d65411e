package org.fasteners.process;

import org.fasteners.LockPreference;
import org.fasteners.process.LockEngine.EngineLock;

/**
 * The one lock of an engine: whatever is asked for, it is this.
 */
abstract class OnlyLock implements EngineLock {

	/** An engine that has this lock alone. */
	LockEngine engine() {
		return new LockEngine() {

			@Override
			public EngineLock lock(String path, LockPreference preference) {
				return OnlyLock.this;
			}

			@Override
			public EngineLock lock(String path, String key, LockPreference preference) {
				return OnlyLock.this;
			}

		};
	}

	InterProcessLocks locks(LockPreference preference, Pauses pauses) {
		return new InterProcessLocks(engine(), preference, pauses, null);
	}

	@Override
	public final Object identity() {
		return this;
	}

	@Override
	public final String path() {
		return "shows";
	}

	@Override
	public final String name() {
		return path();
	}

	@Override
	public final boolean exists() {
		return true;
	}

}
