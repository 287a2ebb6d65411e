package org.fasteners.torture;

import org.fasteners.LockAttempt;

/**
 * An attempt without a lock.
 *
 * @param isAcquired whether the attempt pretends to have acquired a lock
 */
record NoLock(boolean isAcquired) implements LockAttempt {

	@Override
	public LockAttempt detach() {
		return this;
	}

	@Override
	public void close() {
		// no lock to release
	}

}
