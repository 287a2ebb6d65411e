package org.fasteners.process;

import java.util.List;

import org.fasteners.LockEngineException;
import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockPathException;

/**
 * Keeps processes apart: the service provider interface behind inter-process locks.
 * <p>
 * An engine knows nothing of threads, re-entrancy and queues; the gate in front of it
 * does. It has to be thread-safe. Of its locks the gate calls {@code tryAcquire} and
 * {@code release} from one thread at a time, with a happens-before edge between the
 * calls; the questions may come from any thread at any time.
 */
public interface LockEngine {

	/**
	 * The engine's lock of a path. Does not lock anything yet.
	 * @param path the path, as the user gave it
	 * @return the lock
	 * @throws LockPathException if the path cannot be a lock
	 */
	EngineLock lock(String path);

	/**
	 * The engine's lock of a key, one of any number at a path. It is independent of the
	 * lock of the path itself. Does not lock anything yet.
	 * @param path the path, as the user gave it
	 * @param key the key, compared exactly
	 * @return the lock
	 * @throws LockPathException if the path cannot be a lock
	 * @throws IllegalArgumentException if the key is no text, for it has a lone surrogate
	 */
	EngineLock lock(String path, String key);

	/**
	 * One lock of an engine, as this JVM as a whole holds it: at most once.
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
		 * One attempt to take the lock, without waiting. Called only while this JVM does
		 * not hold it.
		 * @param mode the mode
		 * @return {@code false} if somebody else holds it
		 * @throws LockEngineException if the attempt failed for another reason than
		 * somebody's hold; nothing is held then
		 * @throws LockPathException if the path cannot be used; nothing is held then
		 */
		boolean tryAcquire(LockMode mode);

		/**
		 * Give the lock back. Called only while this JVM holds it.
		 * @throws LockEngineException if that failed; the next attempt starts afresh all
		 * the same
		 */
		void release();

		/**
		 * Which processes hold the lock, as far as that can be told.
		 * @return the holders; empty if nobody does or it is not known
		 */
		List<LockHolder> holders();

	}

}
