package org.fasteners.thread;

import org.fasteners.LockMode;
import org.jspecify.annotations.Nullable;

/**
 * A hold without an owner, on record in the queue of its lock. Compared by identity.
 */
final class DetachedHold implements Runnable {

	final LockMode mode;

	/** Who acquired it, for messages. */
	final Object acquirer;

	private final WaitQueue queue;

	// Guarded by the mutex of the queue.

	@Nullable DetachedHold previous;

	@Nullable DetachedHold next;

	/** On record: neither before it was granted nor after it was released. */
	boolean recorded;

	DetachedHold(LockMode mode, Object acquirer, WaitQueue queue) {
		this.mode = mode;
		this.acquirer = acquirer;
		this.queue = queue;
	}

	/**
	 * Release it, unless that has happened already. If this fails, nothing has changed.
	 */
	@Override
	public void run() {
		this.queue.releaseDetached(this);
	}

}
