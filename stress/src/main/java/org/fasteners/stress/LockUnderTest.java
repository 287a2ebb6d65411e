package org.fasteners.stress;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.thread.ReaderWriterLock;

/**
 * Where the tests get their lock from. Each kind of lock must pass each test, so a test
 * takes a kind at random; the system property {@code fasteners.stress.lock} pins one.
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
	 * Create a lock of a kind chosen at random. Some have been read before, so that the
	 * place of a single reader belongs to a thread that is none of the actors.
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
	 * Try to lock, and hold on until all who meet have tried.
	 * @return whether it was locked
	 */
	static boolean tryLock(Lock side, Meeting end) {
		boolean locked = side.tryLock();
		end.await();
		if (locked) {
			side.unlock();
		}
		return locked;
	}

	/**
	 * Try to lock for a short time, and release at once.
	 * @return whether it was locked
	 */
	static boolean tryLockBriefly(Lock side) {
		boolean locked;
		try {
			locked = side.tryLock(Jitter.nanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException("nobody interrupts", ex);
		}
		if (locked) {
			side.unlock();
		}
		return locked;
	}

	/**
	 * Whether nobody holds the lock and nobody waits for it, by what it says and by what
	 * it does. To be asked when all actors are through.
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
