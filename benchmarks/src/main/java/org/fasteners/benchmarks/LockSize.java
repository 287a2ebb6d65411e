package org.fasteners.benchmarks;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The size of a lock in bytes, including all objects that it refers to and that other
 * locks do not share. State in the threads that used the lock is not included.
 *
 * @param fresh the size of a new lock
 * @param written the size after one write
 * @param read the size after one read
 * @param met the size after two concurrent reads, or after one read if reads exclude each
 * other
 */
record LockSize(long fresh, long written, long read, long met) {

	private static final int LOCKS = 100;

	static LockSize of(Contender contender) {
		return new LockSize(bytes(contender, (locks) -> {
		}), bytes(contender, LockSize::write), bytes(contender, LockSize::read),
				bytes(contender, contender.isShared() ? LockSize::meet : LockSize::read));
	}

	/*
	 * The difference between two numbers of locks excludes objects that all locks share
	 * (a constant, an empty queue).
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
			// held once, which may leave state behind
		}
		finally {
			lock.unlock();
		}
	}

}
