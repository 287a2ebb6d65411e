package org.fasteners.torture;

import org.fasteners.LockAttempt;
import org.fasteners.LockHold;

/**
 * A hold as an attempt that has succeeded.
 *
 * @param hold the hold to close with the attempt
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
