package org.fasteners.process;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;

import org.fasteners.AbstractSharedExclusiveLock;
import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockUpgradeException;
import org.jspecify.annotations.Nullable;

/**
 * A re-entrant reader-writer lock between processes, and between the threads of each.
 * What {@code fasteners.InterProcessReaderWriterLock} of Python does, and for threads
 * too.
 * <ul>
 * <li><i>Order.</i> First come, first served among the threads of this JVM. Among
 * processes there is no order: those who wait try again after pauses that grow with the
 * time waited, from about 20 microseconds up to 5 milliseconds, and up to 100
 * milliseconds once the wait is longer than a minute.
 * <li><i>Re-entrancy.</i> Counted per thread, for reading, for writing, and for reading
 * as a writer.
 * <li><i>Downgrade.</i> A writer may read and then release in any order. Other processes
 * are kept out until its last hold ends.
 * <li><i>Upgrade.</i> Refused at once with {@link LockUpgradeException}; the read hold
 * stays. There are no update holds between processes yet.
 * <li><i>Interruption and timeout.</i> A wait that ends without the lock leaves no trace.
 * <li><i>Crash.</i> When a process dies, however it dies, its hold ends. A process that
 * is merely stopped keeps its hold.
 * <li><i>Release without a hold.</i> {@link IllegalMonitorStateException}; nothing
 * changes.
 * <li><i>Visibility.</i> Between the threads of a JVM as
 * {@link java.util.concurrent.locks.ReadWriteLock} says. Between processes the lock
 * orders; what they share (files) is as visible as the operating system makes it.
 * </ul>
 * <p>
 * All objects of one path, or of one path and key, in a JVM are one lock.
 * <p>
 * Thread-safe.
 */
public final class InterProcessReaderWriterLock extends AbstractSharedExclusiveLock {

	private final Gate gate;

	private final BooleanSupplier closed;

	private final Lock readLock = new Side(LockMode.SHARED);

	private final InterProcessLock writeLock;

	InterProcessReaderWriterLock(String path, @Nullable Duration defaultTimeout, Gate gate, BooleanSupplier closed) {
		super(path, defaultTimeout);
		this.gate = gate;
		this.closed = closed;
		this.writeLock = new InterProcessLock(new ExclusiveSide(), gate);
	}

	@Override
	public Lock readLock() {
		return this.readLock;
	}

	@Override
	public Lock updateLock() {
		throw withoutUpdates();
	}

	private static UnsupportedOperationException withoutUpdates() {
		return new UnsupportedOperationException("Inter-process locks have no update holds yet: lock for writing");
	}

	@Override
	public InterProcessLock writeLock() {
		return this.writeLock;
	}

	@Override
	protected boolean obtain(LockMode mode, long nanos, boolean interruptible) throws InterruptedException {
		if (mode == LockMode.UPDATE) {
			throw withoutUpdates();
		}
		return this.gate.obtain(mode, nanos, interruptible, this.closed);
	}

	@Override
	protected boolean obtainAtOnce(LockMode mode) {
		try {
			return this.gate.obtain(mode, 0, false, this.closed);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException("an uninterruptible wait was interrupted", ex);
		}
	}

	@Override
	protected void release(LockMode mode) {
		this.gate.release(Thread.currentThread(), mode);
	}

	@Override
	protected Runnable detach(LockMode mode) {
		return this.gate.detach(mode);
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

	/**
	 * Whether a thread of this JVM holds the lock in that mode: a snapshot. Another
	 * process may hold it as well.
	 */
	@Override
	public boolean isHeld(LockMode mode) {
		return this.gate.isHeld(mode);
	}

	@Override
	public int holdCount(LockMode mode) {
		return this.gate.holdCount(mode);
	}

	@Override
	public List<LockHolder> holders() {
		return this.gate.holders();
	}

	@Override
	public String toString() {
		return "InterProcessReaderWriterLock '%s'".formatted(name());
	}

}
