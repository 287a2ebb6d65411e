package org.fasteners.benchmarks.annotation;

import java.util.concurrent.locks.Lock;

import org.fasteners.LockRegistry;
import org.fasteners.annotation.InterProcessLocked;
import org.fasteners.annotation.Locked;
import org.fasteners.annotation.ReadLocked;

/**
 * The bean under test: each method does the same, and each is locked in another way.
 */
public class Tally {

	private static final String NAME = "tally";

	private final Runnable body;

	private final Lock lock;

	/**
	 * Make the bean.
	 * @param body what all methods do
	 * @param registry where the lock of {@link #handWritten} is from, as that of
	 * {@link #locked}
	 */
	public Tally(Runnable body, LockRegistry registry) {
		this.body = body;
		this.lock = registry.readWriteLock(NAME).writeLock();
	}

	/**
	 * Without a lock.
	 * @param id ignored
	 */
	public void unlocked(String id) {
		this.body.run();
	}

	/**
	 * Under a lock in the body.
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
	 * Under the write lock of a name.
	 * @param id ignored
	 */
	@Locked(NAME)
	public void locked(String id) {
		this.body.run();
	}

	/**
	 * Under the write lock of a name and a key.
	 * @param id the key
	 */
	@Locked(value = NAME, key = "#id")
	public void lockedKey(String id) {
		this.body.run();
	}

	/**
	 * Under the read lock of a name.
	 * @param id ignored
	 */
	@ReadLocked(NAME)
	public void readLocked(String id) {
		this.body.run();
	}

	/**
	 * Under the lock of a file.
	 * @param id ignored
	 */
	@InterProcessLocked(NAME)
	public void interProcessLocked(String id) {
		this.body.run();
	}

}
