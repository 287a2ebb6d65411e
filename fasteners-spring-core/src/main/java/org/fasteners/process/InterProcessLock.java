package org.fasteners.process;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

import org.fasteners.ExclusiveLock;
import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockHolder;
import org.fasteners.LockState;

/**
 * A re-entrant lock between processes, and between the threads of each. What
 * {@code fasteners.InterProcessLock} of Python does, and for threads too. It is the
 * exclusive side of the {@link InterProcessReaderWriterLock} of the same path, and has
 * its properties.
 * <p>
 * Thread-safe.
 */
public final class InterProcessLock implements ExclusiveLock {

	private final ExclusiveLock side;

	private final Gate gate;

	InterProcessLock(ExclusiveLock side, Gate gate) {
		this.side = side;
		this.gate = gate;
	}

	/**
	 * The path of the lock file, relative to the lock directory.
	 * @return the path; the same as {@link #name()} but for the lock of a key
	 */
	public String path() {
		return this.gate.path();
	}

	/**
	 * Whether the lock file is there. Says nothing about whether it is locked; lock files
	 * are never deleted by this library.
	 * @return {@code true} if it is there
	 */
	public boolean exists() {
		return this.gate.exists();
	}

	@Override
	public String name() {
		return this.side.name();
	}

	@Override
	public LockHold acquire() {
		return this.side.acquire();
	}

	@Override
	public LockAttempt tryAcquire() {
		return this.side.tryAcquire();
	}

	@Override
	public LockAttempt tryAcquire(Duration timeout) {
		return this.side.tryAcquire(timeout);
	}

	/**
	 * Whether a thread of this JVM holds the lock exclusively: a snapshot. Another
	 * process may hold it as well.
	 */
	@Override
	public boolean isHeld() {
		return this.side.isHeld();
	}

	@Override
	public boolean isHeldByCurrentOwner() {
		return this.side.isHeldByCurrentOwner();
	}

	@Override
	public int holdCount() {
		return this.side.holdCount();
	}

	@Override
	public List<LockHolder> holders() {
		return this.side.holders();
	}

	@Override
	public LockState verify() {
		return this.side.verify();
	}

	@Override
	public void lock() {
		this.side.lock();
	}

	@Override
	public void lockInterruptibly() throws InterruptedException {
		this.side.lockInterruptibly();
	}

	@Override
	public boolean tryLock() {
		return this.side.tryLock();
	}

	@Override
	public boolean tryLock(long time, TimeUnit unit) throws InterruptedException {
		return this.side.tryLock(time, unit);
	}

	@Override
	public void unlock() {
		this.side.unlock();
	}

	@Override
	public Condition newCondition() {
		return this.side.newCondition();
	}

	@Override
	public String toString() {
		return String.format(Locale.ROOT, "InterProcessLock '%s'", name());
	}

}
