package org.fasteners.thread;

import java.util.List;
import java.util.function.BooleanSupplier;

import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;

/**
 * The side of an inter-process lock that keeps the threads of this JVM apart: a
 * {@link ReaderWriterLock} with what the gate in front of an engine needs besides. For
 * the code of this library alone: public because a package of Java has no friends.
 * <p>
 * Thread-safe.
 */
public final class LocalLock {

	private final LockCore core;

	/**
	 * Create a lock.
	 * @param name the name that messages show
	 * @param preference who goes first
	 */
	public LocalLock(String name, LockPreference preference) {
		Rehearsal.require();
		this.core = new LockCore(name, preference, null);
	}

	/**
	 * Try once.
	 * @param mode how to hold it
	 * @param barging whether those who wait may be overtaken
	 * @return whether the calling thread has one hold more
	 * @throws org.fasteners.LockUpgradeException if it only reads and asks for more
	 */
	public boolean tryObtain(LockMode mode, boolean barging) {
		return this.core.attempt(mode, barging ? Manner.BARGING : Manner.ONCE);
	}

	/**
	 * Wait.
	 * @param mode how to hold it
	 * @param nanos the longest wait in nanoseconds
	 * @param interruptible whether an interrupt ends the wait; if not, the flag is set
	 * again in the end
	 * @param closed whether nobody of the caller's kind waits any more; asked on entry
	 * and after {@link #wakeWaiters()}
	 * @return whether the calling thread has one hold more
	 * @throws InterruptedException if the wait was interrupted
	 * @throws org.fasteners.LockRegistryClosedException if the lock was taken, and
	 * waiting is over
	 * @throws org.fasteners.LockUpgradeException if it only reads and asks for more
	 */
	public boolean obtain(LockMode mode, long nanos, boolean interruptible, BooleanSupplier closed)
			throws InterruptedException {
		return this.core.obtain(mode, nanos, interruptible, closed);
	}

	/**
	 * Release one hold of the calling thread.
	 * @param mode how it is held
	 * @throws IllegalMonitorStateException if it has no such hold
	 */
	public void release(LockMode mode) {
		switch (mode) {
			case SHARED -> this.core.unlockRead();
			case UPDATE -> this.core.unlockUpdate();
			case EXCLUSIVE -> this.core.unlockWrite();
		}
	}

	/**
	 * Take one hold away from the calling thread.
	 * @param mode how it is held
	 * @return releases it, from any thread: once, however often it is run
	 * @throws IllegalMonitorStateException if the thread has no such hold
	 */
	public Runnable detach(LockMode mode) {
		return this.core.queue().detach(mode);
	}

	/**
	 * How often the calling thread holds the lock in that mode.
	 * @param mode the mode
	 * @return the number of holds
	 */
	public int holdCount(LockMode mode) {
		return this.core.holdCount(mode, Thread.currentThread());
	}

	/**
	 * Require that the calling thread holds the lock in that mode.
	 * @param mode the mode
	 * @throws IllegalMonitorStateException if it does not
	 */
	public void requireHeld(LockMode mode) {
		if (holdCount(mode) == 0) {
			throw this.core.notHeld(mode);
		}
	}

	/**
	 * Whether somebody is in the queue to write or to update.
	 * @return {@code true} if somebody was there at that moment
	 */
	public boolean isWaitedFor() {
		return (this.core.control & LockCore.QUEUED) != 0;
	}

	/**
	 * Have all who wait ask again whether waiting is over.
	 */
	public void wakeWaiters() {
		WaitQueue queue = this.core.queueIfAny();
		if (queue != null) {
			queue.wakeAll();
		}
	}

	/**
	 * Who holds.
	 * @return threads of this JVM, and detached holds
	 */
	public List<LockHolder> holders() {
		return this.core.holders();
	}

}
