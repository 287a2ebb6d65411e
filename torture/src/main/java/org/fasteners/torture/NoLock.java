package org.fasteners.torture;

import org.fasteners.LockAttempt;

/**
 * An attempt that has no lock behind it.
 *
 * @param isAcquired what it says of itself
 */
record NoLock(boolean isAcquired) implements LockAttempt {

	@Override
	public LockAttempt detach() {
		return this;
	}

	@Override
	public void close() {
		// there is nothing to release
	}

}
