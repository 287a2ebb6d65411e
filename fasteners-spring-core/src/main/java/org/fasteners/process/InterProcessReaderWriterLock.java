package org.fasteners.process;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;

import org.fasteners.AbstractSharedExclusiveLock;
import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.LockState;
import org.fasteners.LockUpgradeException;
import org.jspecify.annotations.Nullable;

/**
 * A re-entrant reader-writer lock between processes, and between the threads of each.
 * What {@code fasteners.InterProcessReaderWriterLock} of Python does, and for threads
 * too.
 * <ul>
 * <li><i>Order.</i> By its {@link LockPreference}, which is the same for all who use the
 * lock in this JVM, and has to be set alike in all processes, which is not checked. Among
 * the threads of this JVM it means what it means for a
 * {@link org.fasteners.thread.ReaderWriterLock}. Among processes there is no order of
 * arrival: those who wait try again after pauses that grow with the time waited (see
 * {@link Pauses}). {@code FAIR} means there that nobody starves; {@code WRITER} that
 * writers that wait hold back readers, which may starve beside two busy processes that
 * write; {@code READER} that readers do not wait for writers that wait, so that these may
 * starve. A process that has seen nobody wait may go on for a millisecond.
 * {@code tryLock()} without a time may overtake those who wait.
 * <li><i>Re-entrancy.</i> Counted per thread, for reading, updating and writing, for
 * reading as an updater, and for reading and updating as a writer.
 * <li><i>Downgrade.</i> A writer may read or update and then release in any order. If it
 * had the update hold before it wrote, other processes may read as soon as it has stopped
 * writing; otherwise they are kept out until its last hold ends. In that case other
 * threads of this JVM may join it as readers, or as updater, for one millisecond after
 * the first of them, in every preference; those that come later wait until its last hold
 * and theirs have ended, although the lock is held for reading only. To let readers in
 * for longer, acquire the update hold before writing.
 * <li><i>Upgrade.</i> An updater may write. It waits until the readers of all processes
 * have left, and nobody else writes in between. If the wait ends without the lock, the
 * update hold is still there. A plain reader is refused at once with
 * {@link LockUpgradeException}, and its read hold stays.
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

	private final Pauses pauses;

	private final BooleanSupplier closed;

	private final Lock readLock = new Side(LockMode.SHARED);

	private final Lock updateLock = new Side(LockMode.UPDATE);

	private final InterProcessLock writeLock;

	InterProcessReaderWriterLock(String path, @Nullable Duration defaultTimeout, Gate gate, Pauses pauses,
			BooleanSupplier closed) {
		super(path, defaultTimeout);
		this.gate = gate;
		this.pauses = pauses;
		this.closed = closed;
		this.writeLock = new InterProcessLock(new ExclusiveSide(), gate);
	}

	@Override
	public Lock readLock() {
		return this.readLock;
	}

	@Override
	public Lock updateLock() {
		return this.updateLock;
	}

	@Override
	public InterProcessLock writeLock() {
		return this.writeLock;
	}

	@Override
	protected boolean obtain(LockMode mode, long nanos, boolean interruptible) throws InterruptedException {
		if (nanos > 0) {
			return this.gate.obtain(mode, nanos, interruptible, this.pauses, this.closed);
		}
		if (interruptible && Thread.interrupted()) {
			throw new InterruptedException();
		}
		return this.gate.tryObtain(mode, false);
	}

	@Override
	protected boolean obtainAtOnce(LockMode mode) {
		return this.gate.tryObtain(mode, true);
	}

	@Override
	protected void release(LockMode mode) {
		this.gate.release(mode);
	}

	@Override
	protected Runnable detach(LockMode mode) {
		return this.gate.detach(mode);
	}

	@Override
	protected void releaseAgain() {
		this.gate.releaseAgain();
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
	 * Whether a thread of this JVM holds the lock in that mode: a snapshot of the holds
	 * that are granted. Another process may hold it as well.
	 */
	@Override
	public boolean isHeld(LockMode mode) {
		Objects.requireNonNull(mode, "mode");
		return this.gate.isHeld(mode);
	}

	@Override
	public int holdCount(LockMode mode) {
		Objects.requireNonNull(mode, "mode");
		return this.gate.holdCount(mode);
	}

	@Override
	public List<LockHolder> holders() {
		return this.gate.holders();
	}

	@Override
	public LockState verify() {
		return this.gate.verify();
	}

	@Override
	public String toString() {
		return String.format(Locale.ROOT, "InterProcessReaderWriterLock '%s'", name());
	}

}
