package org.fasteners;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Lock;

/**
 * A named lock that one owner holds at a time: the exclusive side of a
 * {@link SharedExclusiveLock}.
 * <ul>
 * <li><i>Ownership.</i> The owner is the thread that acquired; only it may release.
 * <li><i>Re-entrancy.</i> Counted; as many releases as acquisitions.
 * <li><i>Upgrade.</i> An owner that only reads gets {@link LockUpgradeException} at once,
 * whichever method it calls.
 * <li><i>Interruption.</i> {@link #acquire()}, {@link #lockInterruptibly()} and the timed
 * methods can be interrupted; {@link #lock()} cannot.
 * <li><i>Timeout.</i> Measured by the monotonic clock, never early. A wait that timed out
 * or was interrupted leaves no trace.
 * <li><i>Visibility.</i> What an owner did before it released is visible to the next
 * owner in the same JVM, as the {@link Lock} contract says.
 * </ul>
 * <p>
 * Thread-safe.
 */
public interface ExclusiveLock extends Lock {

	/**
	 * The name that leads to this lock: the name of a thread lock, or the path of a lock
	 * file relative to the lock directory; with the key, if it is the lock of one, as in
	 * {@code orders[4711]}.
	 * @return the name
	 */
	String name();

	/**
	 * Wait until the lock is held. Waits for ever unless a default timeout is set where
	 * the lock was made.
	 * @return the hold, to be closed by this thread
	 * @throws LockInterruptedException if the thread is interrupted on entry or while it
	 * waits; the interrupt flag is set again and nothing is held
	 * @throws LockTimeoutException if there is a default timeout and it passed; nothing
	 * is held
	 * @throws LockUpgradeException if this thread only reads; it still does
	 * @throws LockRegistryClosedException if the registry was closed and the lock is not
	 * free
	 */
	LockHold acquire();

	/**
	 * Try once, without waiting. Does not overtake those who wait already.
	 * @return the attempt, to be closed by this thread
	 * @throws LockUpgradeException if this thread only reads; it still does
	 */
	LockAttempt tryAcquire();

	/**
	 * Try for some time.
	 * @param timeout the longest wait, zero or more; zero means one attempt, which does
	 * not wait and cannot be interrupted
	 * @return the attempt, to be closed by this thread
	 * @throws IllegalArgumentException if the timeout is negative
	 * @throws LockInterruptedException if the timeout is more than zero and the thread is
	 * interrupted on entry or while it waits; the interrupt flag is set again and nothing
	 * is held
	 * @throws LockUpgradeException if this thread only reads; it still does
	 * @throws LockRegistryClosedException if the registry was closed and the lock is not
	 * free
	 */
	LockAttempt tryAcquire(Duration timeout);

	/**
	 * Whether anybody in this JVM holds the lock exclusively: a snapshot.
	 * @return {@code true} if it is held
	 */
	boolean isHeld();

	/**
	 * Whether the calling thread holds the lock exclusively.
	 * @return {@code true} if the caller does
	 */
	boolean isHeldByCurrentOwner();

	/**
	 * How often the caller holds the lock exclusively. Detached holds do not count.
	 * @return the number of holds, 0 or more
	 */
	int holdCount();

	/**
	 * Who holds the lock, in whatever mode, as far as that can be told: threads of this
	 * JVM, or other processes. A snapshot for people to read, never a basis for a
	 * decision. An empty list means that nobody does, or that it is not known.
	 * @return the holders
	 */
	List<LockHolder> holders();

	/**
	 * Ask whether what this JVM believes about the lock is still true. For an
	 * inter-process lock this looks at its file and, on Linux, at the kernel's table of
	 * locks, which takes some ten microseconds or more; nobody else can take away a
	 * thread lock.
	 * @return the state, in whatever mode the lock is held
	 * @throws LockEngineException if looking failed
	 */
	LockState verify();

}
