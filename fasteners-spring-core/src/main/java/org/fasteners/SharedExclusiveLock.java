package org.fasteners;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;

/**
 * A named lock with two modes: many owners share it for reading, or one holds it alone
 * for writing.
 * <ul>
 * <li><i>Ownership.</i> The owner is the thread that acquired; only it may release.
 * <li><i>Re-entrancy.</i> Reading and writing are counted, also in one another: a writer
 * may read. As many releases as acquisitions, per mode.
 * <li><i>Downgrade.</i> A writer that reads may release in any order; what is left is a
 * plain read hold.
 * <li><i>Upgrade.</i> A plain reader that asks to write gets {@link LockUpgradeException}
 * at once: two of them would wait for each other for ever.
 * <li><i>Interruption and timeout.</i> As in {@link ExclusiveLock}.
 * </ul>
 * <p>
 * Thread-safe.
 */
public interface SharedExclusiveLock extends ReadWriteLock {

	/**
	 * The name that leads to this lock: the name of a thread lock, or the path of a lock
	 * file relative to the lock directory.
	 * @return the name
	 */
	String name();

	/**
	 * The shared side as a {@link Lock}. Conditions are not supported.
	 * @return the same object on every call
	 */
	@Override
	Lock readLock();

	/**
	 * The exclusive side.
	 * @return the same object on every call
	 */
	@Override
	ExclusiveLock writeLock();

	/**
	 * The side for a mode.
	 * @param mode the mode
	 * @return {@link #readLock()} or {@link #writeLock()}
	 */
	default Lock side(LockMode mode) {
		return (mode == LockMode.SHARED) ? readLock() : writeLock();
	}

	/**
	 * Wait until the lock is held. Waits for ever unless a default timeout is set where
	 * the lock was made.
	 * @param mode how to hold it
	 * @return the hold, to be closed by this thread
	 * @throws LockInterruptedException if the thread is interrupted on entry or while it
	 * waits; the interrupt flag is set again and nothing more is held
	 * @throws LockTimeoutException if there is a default timeout and it passed; nothing
	 * more is held
	 * @throws LockUpgradeException if this thread only reads and asks to write; it still
	 * reads
	 * @throws LockRegistryClosedException if the registry was closed and the lock is not
	 * free
	 */
	LockHold acquire(LockMode mode);

	/**
	 * Try once, without waiting. Does not overtake those who wait already.
	 * @param mode how to hold it
	 * @return the attempt, to be closed by this thread
	 * @throws LockUpgradeException if this thread only reads and asks to write; it still
	 * reads
	 */
	LockAttempt tryAcquire(LockMode mode);

	/**
	 * Try for some time.
	 * @param mode how to hold it
	 * @param timeout the longest wait, zero or more; zero means one attempt
	 * @return the attempt, to be closed by this thread
	 * @throws IllegalArgumentException if the timeout is negative
	 * @throws LockInterruptedException if the thread is interrupted on entry or while it
	 * waits; the interrupt flag is set again and nothing more is held
	 * @throws LockUpgradeException if this thread only reads and asks to write; it still
	 * reads
	 * @throws LockRegistryClosedException if the registry was closed and the lock is not
	 * free
	 */
	LockAttempt tryAcquire(LockMode mode, Duration timeout);

	/**
	 * Whether anybody in this JVM holds the lock in that mode: a snapshot.
	 * @param mode the mode
	 * @return {@code true} if it is held so
	 */
	boolean isHeld(LockMode mode);

	/**
	 * How often the calling thread holds the lock in that mode.
	 * @param mode the mode
	 * @return the number of holds, 0 or more
	 */
	int holdCount(LockMode mode);

	/**
	 * Who holds the lock, as far as that can be told: threads of this JVM, or other
	 * processes. A snapshot for people to read, never a basis for a decision. An empty
	 * list means that nobody does, or that it is not known.
	 * @return the holders
	 */
	List<LockHolder> holders();

}
