package org.fasteners.benchmarks;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * How large a lock is in bytes, with all that it refers to and other locks do not. What
 * it leaves with the threads that used it does not count.
 *
 * @param fresh when it is new
 * @param written after one write
 * @param read after one read
 * @param met after two threads read at the same time; after one read if they cannot
 */
record LockSize(long fresh, long written, long read, long met) {

	private static final int LOCKS = 100;

	static LockSize of(Contender contender) {
		return new LockSize(bytes(contender, (locks) -> {
		}), bytes(contender, LockSize::write), bytes(contender, LockSize::read),
				bytes(contender, contender.isShared() ? LockSize::meet : LockSize::read));
	}

	/*
	 * The difference between twice as many locks and so many, so that what all of them
	 * refer to (a constant, a queue without members) does not count.
	 */
	private static long bytes(Contender contender, Consumer<ReadWriteLock[]> use) {
		return (bytes(contender, use, 2 * LOCKS) - bytes(contender, use, LOCKS)) / LOCKS;
	}

	private static long bytes(Contender contender, Consumer<ReadWriteLock[]> use, int count) {
		ReadWriteLock[] locks = Stream.generate(contender::create).limit(count).toArray(ReadWriteLock[]::new);
		use.accept(locks);
		return ObjectGraph.bytes(locks);
	}

	private static void write(ReadWriteLock[] locks) {
		for (ReadWriteLock lock : locks) {
			use(lock.writeLock());
		}
	}

	private static void read(ReadWriteLock[] locks) {
		for (ReadWriteLock lock : locks) {
			use(lock.readLock());
		}
	}

	private static void meet(ReadWriteLock[] locks) {
		for (ReadWriteLock lock : locks) {
			lock.readLock().lock();
		}
		Thread other = new Thread(() -> read(locks), "other reader");
		other.start();
		try {
			other.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException("Interrupted while another thread reads", ex);
		}
		finally {
			for (ReadWriteLock lock : locks) {
				lock.readLock().unlock();
			}
		}
	}

	static void use(Lock lock) {
		lock.lock();
		try {
			// held once, which may leave something behind
		}
		finally {
			lock.unlock();
		}
	}

}
