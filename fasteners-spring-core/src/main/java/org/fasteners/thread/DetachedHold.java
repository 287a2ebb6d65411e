package org.fasteners.thread;

import org.fasteners.LockMode;

/**
 * A hold without an owner, on record in the queue of its lock. Compared by identity.
 */
final class DetachedHold implements Runnable {

	final LockMode mode;

	/** Who acquired it, for messages. */
	final Object acquirer;

	private final WaitQueue queue;

	DetachedHold(LockMode mode, Object acquirer, WaitQueue queue) {
		this.mode = mode;
		this.acquirer = acquirer;
		this.queue = queue;
	}

	/** Release it. */
	@Override
	public void run() {
		this.queue.releaseDetached(this);
	}

}
