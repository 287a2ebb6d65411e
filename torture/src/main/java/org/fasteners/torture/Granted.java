package org.fasteners.torture;

import org.fasteners.LockAttempt;
import org.fasteners.LockHold;

/**
 * A hold, seen as an attempt that succeeded.
 *
 * @param hold what is closed with the attempt
 */
record Granted(LockHold hold) implements LockAttempt {

	@Override
	public boolean isAcquired() {
		return true;
	}

	@Override
	public LockAttempt detach() {
		this.hold.detach();
		return this;
	}

	@Override
	public void close() {
		this.hold.close();
	}

}
