package org.fasteners.stress;

import org.jspecify.annotations.Nullable;

/**
 * A thread that is interrupted only while it wants to be: between entering and leaving.
 */
final class InterruptTarget {

	private volatile boolean entered;

	private @Nullable Thread thread;

	private boolean interrupted;

	synchronized void enter() {
		this.thread = Thread.currentThread();
		this.entered = true;
	}

	/** From here on nobody interrupts: whether somebody has. */
	synchronized boolean leave() {
		this.thread = null;
		return this.interrupted;
	}

	/** Interrupt the thread as soon as it has entered, unless it has left by then. */
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
