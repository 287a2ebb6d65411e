package org.fasteners.benchmarks.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.Lock;

/**
 * Measures the time of one acquisition and one release without contention, and without
 * JMH: other languages can have the same loop, and it can run while other locks are held.
 */
final class PairLoop {

	private static final int BATCH = 100;

	private PairLoop() {
	}

	/**
	 * Measure both modes of a lock in a separate JVM, as {@code fcntl_loop.c} does.
	 * @param args the label of the lock, the directory, and the nanoseconds of a round
	 */
	public static void main(String... args) throws IOException {
		FileContender contender = FileContender.of(args[0]);
		long nanos = Long.parseLong(args[2]);
		try (OpenLock lock = contender.open(Path.of(args[1]))) {
			print(contender, "exclusive", lock.writeLock(), nanos);
			print(contender, "shared", lock.readLock(), nanos);
		}
	}

	private static void print(FileContender contender, String mode, Lock lock, long nanos) {
		nanosPerPair(lock, nanos);
		PairTime time = new PairTime(contender.label(), "Java " + Runtime.version(), mode, nanosPerPair(lock, nanos));
		System.out.println(time.toLine());
	}

	/**
	 * Acquire and release a lock for some time.
	 * @param lock a lock without contention
	 * @param nanos the time, in nanoseconds
	 * @return nanoseconds per pair
	 */
	static double nanosPerPair(Lock lock, long nanos) {
		long pairs = 0;
		long begin = System.nanoTime();
		while (true) {
			run(lock, BATCH);
			pairs += BATCH;
			long elapsed = System.nanoTime() - begin;
			if (elapsed >= nanos) {
				return (double) elapsed / pairs;
			}
		}
	}

	@SuppressWarnings("LockNotBeforeTry") // nothing can fail in between
	static void run(Lock lock, int pairs) {
		for (int i = 0; i < pairs; i++) {
			lock.lock();
			lock.unlock();
		}
	}

}
