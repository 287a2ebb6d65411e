package org.fasteners.stress;

import org.jspecify.annotations.Nullable;

/**
 * A thread that may be interrupted only between {@link #enter()} and {@link #leave()}.
 */
final class InterruptTarget {

	private volatile boolean entered;

	private @Nullable Thread thread;

	private boolean interrupted;

	synchronized void enter() {
		this.thread = Thread.currentThread();
		this.entered = true;
	}

	/**
	 * Forbid interrupts from here on.
	 * @return whether the thread has been interrupted
	 */
	synchronized boolean leave() {
		this.thread = null;
		return this.interrupted;
	}

	/** Interrupt the thread as soon as it has entered, unless it has already left. */
	void interrupt() {
		while (!this.entered) {
			Thread.yield();
		}
		Jitter.spin(64);
		interruptNow();
	}

	private synchronized void interruptNow() {
		if (this.thread != null) {
			this.thread.interrupt();
			this.interrupted = true;
		}
	}

}
