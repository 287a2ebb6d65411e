package org.fasteners.stress;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.thread.ReaderWriterLock;

/**
 * The kinds of locks under test. Each kind must pass each test, so a test takes a random
 * kind. The system property {@code fasteners.stress.lock} selects a fixed kind.
 */
enum LockUnderTest {

	/** A waiting writer holds back new readers. */
	WRITER(LockPreference.WRITER),

	/** Readers never wait for waiting writers. */
	READER(LockPreference.READER),

	/** Readers and writers take turns. */
	FAIR(LockPreference.FAIR);

	private static final LockUnderTest[] CHOICE = choice();

	private static LockUnderTest[] choice() {
		String pinned = System.getProperty("fasteners.stress.lock");
		return (pinned != null) ? new LockUnderTest[] { valueOf(pinned) } : values();
	}

	private final LockPreference preference;

	LockUnderTest(LockPreference preference) {
		this.preference = preference;
	}

	/**
	 * Create a lock of a random kind. Half of the locks have been read before, so that
	 * the slot for a single reader belongs to a thread that is not an actor.
	 */
	static ReaderWriterLock create() {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		ReaderWriterLock lock = CHOICE[random.nextInt(CHOICE.length)].newLock();
		if (random.nextBoolean()) {
			lock.acquire(LockMode.SHARED).close();
		}
		return lock;
	}

	/** Create a lock of this kind. */
	ReaderWriterLock newLock() {
		return ReaderWriterLock.builder().preference(this.preference).build();
	}

	/**
	 * Attempt to acquire a lock, and release it after all actors have made their
	 * attempts.
	 * @return whether the attempt acquired the lock
	 */
	static boolean tryLock(Lock side, Rendezvous end) {
		boolean locked = side.tryLock();
		end.await();
		if (locked) {
			side.unlock();
		}
		return locked;
	}

	/**
	 * Attempt to acquire a lock with a short timeout, and release it immediately.
	 * @return whether the attempt acquired the lock
	 */
	static boolean tryLockBriefly(Lock side) {
		boolean locked;
		try {
			locked = side.tryLock(Jitter.nanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException("no thread interrupts an actor of this test", ex);
		}
		if (locked) {
			side.unlock();
		}
		return locked;
	}

	/**
	 * Return whether the lock has no holder and no waiter, according to its state and to
	 * attempts in each mode. Call it after all actors have ended.
	 */
	static boolean isFree(ReaderWriterLock lock) {
		if (lock.owner() != ReaderWriterLock.Owner.NONE || lock.hasPendingWriters() || !lock.holders().isEmpty()) {
			return false;
		}
		if (!lock.writeLock().tryLock()) {
			return false;
		}
		lock.writeLock().unlock();
		if (!lock.updateLock().tryLock()) {
			return false;
		}
		lock.updateLock().unlock();
		if (!lock.readLock().tryLock()) {
			return false;
		}
		lock.readLock().unlock();
		return true;
	}

}
