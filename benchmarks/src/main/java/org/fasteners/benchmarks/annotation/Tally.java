package org.fasteners.benchmarks.annotation;

import java.util.concurrent.locks.Lock;

import org.fasteners.LockRegistry;
import org.fasteners.annotation.InterProcessLocked;
import org.fasteners.annotation.Locked;
import org.fasteners.annotation.ReadLocked;

/**
 * The bean under test. All methods do the same, each with another kind of lock.
 */
public class Tally {

	private static final String NAME = "tally";

	private final Runnable body;

	private final Lock lock;

	/**
	 * Create the bean.
	 * @param body the body of all methods
	 * @param registry the registry of the lock that {@link #handWritten} and
	 * {@link #locked} use
	 */
	public Tally(Runnable body, LockRegistry registry) {
		this.body = body;
		this.lock = registry.readWriteLock(NAME).writeLock();
	}

	/**
	 * Run the body without a lock.
	 * @param id ignored
	 */
	public void unlocked(String id) {
		this.body.run();
	}

	/**
	 * Run the body under a lock that this method acquires itself.
	 * @param id ignored
	 */
	public void handWritten(String id) {
		this.lock.lock();
		try {
			this.body.run();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Run the body under the write lock of a name.
	 * @param id ignored
	 */
	@Locked(NAME)
	public void locked(String id) {
		this.body.run();
	}

	/**
	 * Run the body under the write lock of a name and a key.
	 * @param id the key
	 */
	@Locked(value = NAME, key = "#id")
	public void lockedKey(String id) {
		this.body.run();
	}

	/**
	 * Run the body under the read lock of a name.
	 * @param id ignored
	 */
	@ReadLocked(NAME)
	public void readLocked(String id) {
		this.body.run();
	}

	/**
	 * Run the body under the lock of a file.
	 * @param id ignored
	 */
	@InterProcessLocked(NAME)
	public void interProcessLocked(String id) {
		this.body.run();
	}

}
