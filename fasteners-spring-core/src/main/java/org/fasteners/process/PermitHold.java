package org.fasteners.process;

import java.util.concurrent.atomic.AtomicBoolean;

import org.fasteners.LockAttempt;
import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.StackReserve;

/**
 * Permits that were taken together, or are about to be. It belongs to nobody, so any
 * thread may close it.
 * <p>
 * Thread-safe.
 */
final class PermitHold implements LockAttempt {

	private final PermitGate gate;

	private final int permits;

	private final Thread acquirer = Thread.currentThread();

	private final AtomicBoolean closed = new AtomicBoolean();

	/** Whether the engine has failed to release them. */
	private volatile boolean failed;

	/** Which permits the engine gave. Guarded by the gate. */
	private int[] numbers = {};

	PermitHold(PermitGate gate, int permits) {
		this.gate = gate;
		this.permits = permits;
	}

	/**
	 * The engine has answered.
	 * @param given the numbers of the permits; none if it gave none
	 * @return whether it gave them
	 */
	boolean take(int[] given) {
		this.numbers = given;
		return isAcquired();
	}

	int permits() {
		return this.permits;
	}

	int[] numbers() {
		return this.numbers;
	}

	LockHolder holder() {
		return LockHolder.local(LockMode.SHARED, this.acquirer);
	}

	@Override
	public boolean isAcquired() {
		return this.numbers.length > 0;
	}

	@Override
	public LockAttempt detach() {
		return this;
	}

	@Override
	public void close() {
		StackReserve.requireForProcessLock();
		if (!isAcquired()) {
			return;
		}
		if (this.closed.compareAndSet(false, true)) {
			this.failed = true;
			this.gate.release(this);
			this.failed = false;
		}
		else if (this.failed) {
			this.gate.releaseAgain();
			this.failed = false;
		}
	}

}
