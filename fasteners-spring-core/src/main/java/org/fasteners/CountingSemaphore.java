package org.fasteners;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * So many permits of one name: whoever has one is inside with at most as many others.
 * <ul>
 * <li><i>Ownership.</i> None. A permit may be given back by any thread, and
 * {@link LockHold#detach()} changes nothing.
 * <li><i>Re-entrancy.</i> None. Whoever asks again takes further permits. Who has some
 * and waits for more may wait for ever: for somebody who does the same. Ask for all that
 * is needed at once.
 * <li><i>Several permits</i> are taken all at once or not at all. Who waits for many is
 * not overtaken for long by those who ask for few.
 * <li><i>Interruption.</i> All methods that wait can be interrupted.
 * <li><i>Timeout.</i> Measured by the monotonic clock, never early. A wait that timed out
 * or was interrupted leaves no trace.
 * </ul>
 * <p>
 * Thread-safe.
 */
public interface CountingSemaphore {

	/**
	 * The name that leads to this semaphore: the path of its lock file, relative to the
	 * lock directory.
	 * @return the name
	 */
	String name();

	/**
	 * How many permits there are in all.
	 * @return the number, 1 or more
	 */
	int permits();

	/**
	 * The longest wait of {@link #acquire(int)}, and of annotated methods that do not say
	 * how long they wait.
	 * @return the timeout, zero or more; empty to wait for ever
	 */
	Optional<Duration> defaultTimeout();

	/**
	 * Wait for one permit. Waits for ever unless a default timeout is set where the
	 * semaphore was made.
	 * @return the permit, to be closed by any thread
	 * @throws LockInterruptedException if the thread is interrupted on entry or while it
	 * waits; the interrupt flag is set again and nothing more is held
	 * @throws LockTimeoutException if there is a default timeout and it passed; nothing
	 * more is held
	 * @throws LockRegistryClosedException if the registry was closed and no permit is
	 * free
	 * @throws LockPathException if another process uses the semaphore with another number
	 * of permits, or the path cannot be used
	 */
	default LockHold acquire() {
		return acquire(1);
	}

	/**
	 * Wait for several permits. Waits for ever unless a default timeout is set where the
	 * semaphore was made.
	 * @param permits how many, from 1 to {@link #permits()}
	 * @return the permits, to be closed as one by any thread
	 * @throws IllegalArgumentException if there are not that many, or it is not a number
	 * of permits
	 * @throws LockInterruptedException if the thread is interrupted on entry or while it
	 * waits; the interrupt flag is set again and nothing more is held
	 * @throws LockTimeoutException if there is a default timeout and it passed; nothing
	 * more is held
	 * @throws LockRegistryClosedException if the registry was closed and so many permits
	 * are not free
	 * @throws LockPathException if another process uses the semaphore with another number
	 * of permits, or the path cannot be used
	 */
	LockHold acquire(int permits);

	/**
	 * Try once to get one permit, without waiting. Does not overtake those who wait
	 * already.
	 * @return the attempt, to be closed by any thread
	 * @throws LockPathException if another process uses the semaphore with another number
	 * of permits, or the path cannot be used
	 */
	default LockAttempt tryAcquire() {
		return tryAcquire(1, Duration.ZERO);
	}

	/**
	 * Try for some time to get one permit.
	 * @param timeout the longest wait, zero or more; zero means one attempt, which does
	 * not wait and cannot be interrupted
	 * @return the attempt, to be closed by any thread
	 * @throws IllegalArgumentException if the timeout is negative
	 * @throws LockInterruptedException if the timeout is more than zero and the thread is
	 * interrupted on entry or while it waits; the interrupt flag is set again and nothing
	 * more is held
	 * @throws LockRegistryClosedException if the registry was closed and no permit is
	 * free
	 * @throws LockPathException if another process uses the semaphore with another number
	 * of permits, or the path cannot be used
	 */
	default LockAttempt tryAcquire(Duration timeout) {
		return tryAcquire(1, timeout);
	}

	/**
	 * Try for some time to get several permits.
	 * @param permits how many, from 1 to {@link #permits()}
	 * @param timeout the longest wait, zero or more; zero means one attempt, which does
	 * not wait and cannot be interrupted
	 * @return the attempt, to be closed by any thread
	 * @throws IllegalArgumentException if there are not that many permits, or it is not a
	 * number of permits, or the timeout is negative
	 * @throws LockInterruptedException if the timeout is more than zero and the thread is
	 * interrupted on entry or while it waits; the interrupt flag is set again and nothing
	 * more is held
	 * @throws LockRegistryClosedException if the registry was closed and so many permits
	 * are not free
	 * @throws LockPathException if another process uses the semaphore with another number
	 * of permits, or the path cannot be used
	 */
	LockAttempt tryAcquire(int permits, Duration timeout);

	/**
	 * How many permits this JVM has: a snapshot.
	 * @return the number, 0 or more
	 */
	int heldPermits();

	/**
	 * Who has permits, as far as that can be told: threads of this JVM, each as often as
	 * it has acquired, and other processes, each once; and then processes that block the
	 * queue without having permits ({@link LockHolder#waiting()}). A snapshot for people
	 * to read, never a basis for a decision.
	 * @return the holders
	 */
	List<LockHolder> holders();

	/**
	 * Ask whether this JVM still has the permits that it believes to have. That looks at
	 * the lock file and, on Linux, at the kernel's table of locks, which takes some ten
	 * microseconds or more for each permit.
	 * @return the state; {@link LockState#LOST} if one of them is lost
	 * @throws LockEngineException if looking failed
	 */
	LockState verify();

}
