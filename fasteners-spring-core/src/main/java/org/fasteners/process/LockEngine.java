package org.fasteners.process;

import java.util.List;
import java.util.Locale;

import org.fasteners.LockEngineException;
import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockPathException;
import org.fasteners.LockPreference;
import org.fasteners.LockState;

/**
 * Keeps processes apart: the service provider interface behind inter-process locks.
 * <p>
 * An engine knows nothing of threads, re-entrancy and queues; the gate in front of it
 * does. It has to be thread-safe. Of its locks, and likewise of its permits, the gate
 * calls what takes, gives back and asks for others from one thread at a time, with a
 * happens-before edge between the calls; the other questions may come from any thread at
 * any time.
 */
public interface LockEngine {

	/**
	 * How somebody asks for a lock.
	 */
	enum Attempt {

		/** Once, whoever waits: {@code Lock.tryLock()}. */
		BARGING,

		/** Once. Must not overtake those who have waited for long in other processes. */
		POLITE,

		/**
		 * Again and again until it succeeds or {@link EngineLock#stopWaiting} is called,
		 * so that others can be told that somebody waits.
		 */
		WAITING

	}

	/**
	 * The engine's lock of a path. Does not lock anything yet.
	 * @param path the path, as the user gave it
	 * @param preference who goes first among processes, as far as the engine can see to
	 * it
	 * @return the lock
	 * @throws LockPathException if the path cannot be a lock
	 */
	EngineLock lock(String path, LockPreference preference);

	/**
	 * The engine's lock of a key, one of any number at a path. It is independent of the
	 * lock of the path itself. Does not lock anything yet.
	 * @param path the path, as the user gave it
	 * @param key the key, compared exactly
	 * @param preference who goes first among processes, as far as the engine can see to
	 * it
	 * @return the lock
	 * @throws LockPathException if the path cannot be a lock
	 * @throws IllegalArgumentException if the key is no text, for it has a lone surrogate
	 */
	EngineLock lock(String path, String key, LockPreference preference);

	/**
	 * The engine's semaphore of a path: so many permits. It is independent of the lock of
	 * the path and of those of its keys. Does not take anything yet.
	 * @param path the path, as the user gave it
	 * @param permits how many permits there are, the same for all processes
	 * @return the semaphore
	 * @throws LockPathException if the path cannot be a semaphore
	 * @throws IllegalArgumentException if the engine cannot have that many permits, or it
	 * is not a number of permits
	 * @throws UnsupportedOperationException if this engine has no semaphores, which is so
	 * by default
	 */
	default EnginePermits permits(String path, int permits) {
		throw new UnsupportedOperationException(String.format(Locale.ROOT,
				"'%s' cannot be a semaphore, because %s has none", path, getClass().getSimpleName()));
	}

	/**
	 * The engine is not needed any more: free what it keeps for locks that are not held.
	 * Locks that are held stay held. Does nothing by default. A lock may be acquired all
	 * the same afterwards.
	 */
	default void close() {
	}

	/**
	 * One lock of an engine, as this JVM as a whole holds it: at most once in each mode.
	 * It may be held shared and for update at the same time. It is held exclusively
	 * either alone or on top of an update hold (an upgrade).
	 */
	interface EngineLock {

		/**
		 * What tells whether two engine locks are the same lock: equal identities are one
		 * lock with one gate in this JVM.
		 * @return an object with {@code equals} and {@code hashCode}
		 */
		Object identity();

		/**
		 * The path in its canonical form, relative.
		 * @return the path
		 */
		String path();

		/**
		 * What messages call the lock: the path, and the key if there is one.
		 * @return the name
		 */
		String name();

		/**
		 * Whether that which stands for the lock (a file) is there at the moment. Says
		 * nothing about whether it is locked.
		 * @return {@code true} if it is there
		 */
		boolean exists();

		/**
		 * One attempt to take the lock in a mode, without waiting. Called only while this
		 * JVM does not hold it in that mode; to hold it exclusively only while it does
		 * not hold it shared, and to hold it in another mode only while it does not hold
		 * it exclusively.
		 * @param mode the mode
		 * @param attempt how it is asked for
		 * @return {@code false} if somebody else holds it, or is to have it first
		 * @throws LockEngineException if the attempt failed for another reason; nothing
		 * more is held then
		 * @throws LockPathException if the path cannot be used; nothing more is held then
		 */
		boolean tryAcquire(LockMode mode, Attempt attempt);

		/**
		 * Somebody who waited makes no other attempt for now, whether it has the lock or
		 * not. May be called when nobody waits.
		 * @param mode the mode that it waited for
		 * @throws LockEngineException if others could not be told
		 */
		void stopWaiting(LockMode mode);

		/**
		 * Give the lock back as far as it is held in a mode. Called only while this JVM
		 * holds it so.
		 * @param mode the mode; what is held besides stays
		 * @throws LockEngineException if that failed; the next attempt starts afresh all
		 * the same
		 */
		void release(LockMode mode);

		/**
		 * Try again to release what {@link #release} has failed to release, if there is
		 * anything. May be called at any time.
		 * @throws LockEngineException if that failed again
		 */
		default void releaseAgain() {
		}

		/**
		 * Whether this JVM should give back what it holds as soon as its present holders
		 * have left, and let nobody join them, because another process waits. Called
		 * often, and so should look at anything outside only now and then.
		 * @return {@code true} if so
		 * @throws LockEngineException if looking failed; what is held stays
		 */
		boolean isWanted();

		/**
		 * Whether this JVM still has what it was given and has not given back. Called
		 * from any thread at any time, and may be slow; the lock may be taken and given
		 * back meanwhile, and then the answer does not matter.
		 * @return {@link LockState#HELD}, {@link LockState#LOST},
		 * {@link LockState#UNKNOWN}, or {@link LockState#NOT_HELD} if this JVM holds
		 * nothing
		 * @throws LockEngineException if looking failed; what is held stays
		 */
		LockState verify();

		/**
		 * Which processes hold the lock, as far as that can be told.
		 * @return the holders; empty if nobody does or it is not known
		 */
		List<LockHolder> holders();

		/**
		 * The other processes that hold a place in the queue without which this one makes
		 * no attempt, as far as that can be told. They need not hold the lock.
		 * @return the processes, as {@link LockHolder#waiting()}; empty by default
		 */
		default List<LockHolder> waiters() {
			return List.of();
		}

	}

	/**
	 * The permits of a semaphore of an engine, as this JVM as a whole has them. They have
	 * numbers, from zero on, and are otherwise all alike.
	 */
	interface EnginePermits {

		/**
		 * What tells whether two of these are the same semaphore: equal identities are
		 * one semaphore with one gate in this JVM, whatever their numbers of permits.
		 * @return an object with {@code equals} and {@code hashCode}
		 */
		Object identity();

		/**
		 * What messages call the semaphore: its path in the canonical form, relative.
		 * @return the name
		 */
		String name();

		/**
		 * How many permits there are in all.
		 * @return the number
		 */
		int permits();

		/**
		 * One attempt to take permits that this JVM does not have, without waiting: as
		 * many as are asked for, or none.
		 * @param permits how many
		 * @param attempt how they are asked for
		 * @return the numbers of the permits; empty if so many cannot be had, or somebody
		 * else is to have them first
		 * @throws LockEngineException if the attempt failed for another reason; nothing
		 * more is held then
		 * @throws LockPathException if the path cannot be used, or another process uses
		 * the semaphore with another number of permits; nothing more is held then
		 */
		int[] tryAcquire(int permits, Attempt attempt);

		/**
		 * Whether the last attempt was refused for the sole reason that another process
		 * was about to begin to use the semaphore, which takes some system calls. A
		 * single attempt is to be repeated then, for a bounded time.
		 * @return {@code true} if so; {@code false} by default
		 */
		default boolean isRefusedForAMoment() {
			return false;
		}

		/**
		 * Add to a refusal what takes time to find out. Called from any thread at any
		 * time, while no mutex is held.
		 * @param refused what {@link #tryAcquire} has thrown
		 * @return what to throw, by default the same
		 */
		default LockPathException explain(LockPathException refused) {
			return refused;
		}

		/**
		 * Somebody who waited gives up. One that was given what it waited for waits no
		 * more, without this call. May be called when nobody waits.
		 * @throws LockEngineException if others could not be told
		 */
		void stopWaiting();

		/**
		 * Give permits back.
		 * @param numbers what {@link #tryAcquire} returned
		 * @throws LockEngineException if that failed; each of them that could be given
		 * back was, and the next attempt starts afresh all the same
		 */
		void release(int[] numbers);

		/**
		 * Try again to give back what {@link #release} has failed to give back, if there
		 * is anything. May be called at any time.
		 * @throws LockEngineException if that failed again
		 */
		default void releaseAgain() {
		}

		/**
		 * Nobody in this JVM has a permit, waits for one or is expected to. So what tells
		 * other processes how many permits there are may be given up until the next
		 * attempt.
		 * @throws LockEngineException if that failed
		 */
		void rest();

		/**
		 * Whether this JVM still has permits that it was given. Called from any thread at
		 * any time, and may be slow; the permits may be given back meanwhile.
		 * @param numbers the permits; at least one
		 * @return {@link LockState#HELD}, {@link LockState#LOST} if one of them is not
		 * held any more, or {@link LockState#UNKNOWN}
		 * @throws LockEngineException if looking failed; what is held stays
		 */
		LockState verify(int[] numbers);

		/**
		 * Which processes have permits, or lock out all who want one, as far as that can
		 * be told; this one as well.
		 * @return the holders, each process once; empty if there are none or it is not
		 * known
		 */
		List<LockHolder> holders();

		/**
		 * The other processes that hold a place in the queue without which this one makes
		 * no attempt, as far as that can be told. They need not have permits.
		 * @return the processes, as {@link LockHolder#waiting()}; empty by default
		 */
		default List<LockHolder> waiters() {
			return List.of();
		}

	}

}
