package org.fasteners;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;

/**
 * A named lock with two modes: many owners share it for reading, or one holds it alone
 * for writing. An update hold stands between them: beside readers, but alone among
 * updaters and writers.
 * <ul>
 * <li><i>Ownership.</i> The owner is the thread that acquired, unless the lock was made
 * with a supplier of owners; only the owner may release.
 * <li><i>Re-entrancy.</i> Counted in each mode, also in one another: a writer may read
 * and update, an updater may read. As many releases as acquisitions, per mode.
 * <li><i>Downgrade.</i> A writer that reads or updates may release in any order; what is
 * left is a plain read or update hold.
 * <li><i>Upgrade.</i> An updater may write: it waits until the readers have left, and
 * nobody else writes in between. Its own reads do not stand in the way. If the wait ends
 * without the lock, the update hold is still there. A plain reader that asks to write or
 * update gets {@link LockUpgradeException} at once: two of them would wait for each other
 * for ever.
 * <li><i>Interruption and timeout.</i> As in {@link ExclusiveLock}.
 * </ul>
 * <p>
 * Thread-safe.
 */
public interface SharedExclusiveLock extends ReadWriteLock {

	/**
	 * The name that leads to this lock: the name of a thread lock, or the path of a lock
	 * file relative to the lock directory; with the key, if it is the lock of one, as in
	 * {@code orders[4711]}.
	 * @return the name
	 */
	String name();

	/**
	 * The longest wait of {@link #acquire(LockMode)}, and of annotated methods that do
	 * not say how long they wait.
	 * @return the timeout, zero or more; empty to wait for ever
	 */
	Optional<Duration> defaultTimeout();

	/**
	 * The shared side as a {@link Lock}. Conditions are not supported.
	 * @return the same object on every call
	 */
	@Override
	Lock readLock();

	/**
	 * The side of update holds as a {@link Lock}. Conditions are not supported.
	 * @return the same object on every call
	 * @throws UnsupportedOperationException if this kind of lock has no update holds
	 */
	Lock updateLock();

	/**
	 * The exclusive side.
	 * @return the same object on every call
	 */
	@Override
	ExclusiveLock writeLock();

	/**
	 * The side for a mode.
	 * @param mode the mode
	 * @return {@link #readLock()}, {@link #updateLock()} or {@link #writeLock()}
	 */
	default Lock side(LockMode mode) {
		Objects.requireNonNull(mode, "mode");
		return switch (mode) {
			case SHARED -> readLock();
			case UPDATE -> updateLock();
			case EXCLUSIVE -> writeLock();
		};
	}

	/**
	 * Wait until the lock is held. Waits for ever unless a default timeout is set where
	 * the lock was made.
	 * @param mode how to hold it
	 * @return the hold, to be closed by this owner
	 * @throws LockInterruptedException if the thread is interrupted on entry or while it
	 * waits; the interrupt flag is set again and nothing more is held
	 * @throws LockTimeoutException if there is a default timeout and it passed; nothing
	 * more is held
	 * @throws LockUpgradeException if the caller only reads and asks for more; it still
	 * reads
	 * @throws LockRegistryClosedException if the registry was closed and the lock is not
	 * free
	 */
	LockHold acquire(LockMode mode);

	/**
	 * Try once, without waiting. Does not overtake those who wait already.
	 * @param mode how to hold it
	 * @return the attempt, to be closed by this owner
	 * @throws LockUpgradeException if the caller only reads and asks for more; it still
	 * reads
	 */
	LockAttempt tryAcquire(LockMode mode);

	/**
	 * Try for some time.
	 * @param mode how to hold it
	 * @param timeout the longest wait, zero or more; zero means one attempt, which does
	 * not wait and cannot be interrupted
	 * @return the attempt, to be closed by this owner
	 * @throws IllegalArgumentException if the timeout is negative
	 * @throws LockInterruptedException if the timeout is more than zero and the thread is
	 * interrupted on entry or while it waits; the interrupt flag is set again and nothing
	 * more is held
	 * @throws LockUpgradeException if the caller only reads and asks for more; it still
	 * reads
	 * @throws LockRegistryClosedException if the registry was closed and the lock is not
	 * free
	 */
	LockAttempt tryAcquire(LockMode mode, Duration timeout);

	/**
	 * Whether the lock is held in this JVM in that very mode: a snapshot. Of a thread
	 * lock it may be {@code true} for {@link LockMode#SHARED} for a moment while another
	 * owner writes: a reader announces itself before it finds out that it has to wait.
	 * @param mode the mode
	 * @return {@code true} if it is held so
	 */
	boolean isHeld(LockMode mode);

	/**
	 * How often the caller holds the lock in that mode. Detached holds do not count.
	 * @param mode the mode
	 * @return the number of holds, 0 or more
	 */
	int holdCount(LockMode mode);

	/**
	 * Who holds the lock, as far as that can be told: threads of this JVM, or other
	 * processes; and then processes that block the queue without holding the lock
	 * ({@link LockHolder#waiting()}). A snapshot for people to read, never a basis for a
	 * decision; where the kernel's table of locks is long, other processes may be as they
	 * were some seconds ago. An empty list means that the lock is free, or that its
	 * holders are not known.
	 * @return the holders
	 */
	List<LockHolder> holders();

	/**
	 * Ask whether what this JVM believes about the lock is still true. For an
	 * inter-process lock this looks at its file and, on Linux, at the kernel's table of
	 * locks, which takes some ten microseconds or more. Where that table is long the
	 * answer may be as old as the last reading, or {@link LockState#UNKNOWN}. A thread
	 * lock cannot be lost.
	 * @return the state, in whatever mode the lock is held
	 * @throws LockEngineException if looking failed
	 */
	default LockState verify() {
		boolean held = isHeld(LockMode.SHARED) || isHeld(LockMode.UPDATE) || isHeld(LockMode.EXCLUSIVE);
		return held ? LockState.HELD : LockState.NOT_HELD;
	}

}
