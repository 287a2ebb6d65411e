package org.fasteners.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures the cost for a writer of many threads that have once read under its lock at
 * the same time. If a lock gives each reader a slot, a writer must check these slots.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Threads(1)
@Fork(3)
@Warmup(iterations = 3, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 400, timeUnit = TimeUnit.MILLISECONDS)
public class FormerReadersBenchmark {

	/**
	 * Only write.
	 * @param lock the lock
	 * @param counter the guarded counter
	 * @param worker counts the writes
	 * @param readers the threads that have read
	 * @return the written number
	 */
	@Benchmark
	public long write(LockUnderTest lock, GuardedCounter counter, Worker worker, FormerReaders readers) {
		return counter.write(lock.writeLock, worker);
	}

	/**
	 * Read, then write. Each write must check the slots, because a thread has read since
	 * the previous write.
	 * @param lock the lock
	 * @param counter the guarded counter
	 * @param worker counts the writes
	 * @param readers the threads that have read
	 * @return the sum of both numbers
	 */
	@Benchmark
	public long readThenWrite(LockUnderTest lock, GuardedCounter counter, Worker worker, FormerReaders readers) {
		return counter.read(lock.readLock) + counter.write(lock.writeLock, worker);
	}

	/**
	 * Threads that have read and have ended.
	 */
	@State(Scope.Benchmark)
	public static class FormerReaders {

		/** The number of threads. */
		@Param({ "0", "1", "8", "64" })
		public int formerReaders;

		/**
		 * Let all threads read at the same time, and end.
		 * @param lock the lock
		 * @throws InterruptedException if the wait for the threads is interrupted
		 */
		@Setup
		public void read(LockUnderTest lock) throws InterruptedException {
			CountDownLatch reading = new CountDownLatch(this.formerReaders);
			Thread[] readers = Stream.generate(() -> new Thread(() -> readBeside(reading, lock)))
				.limit(this.formerReaders)
				.toArray(Thread[]::new);
			for (Thread reader : readers) {
				reader.start();
			}
			for (Thread reader : readers) {
				reader.join();
			}
		}

		private static void readBeside(CountDownLatch reading, LockUnderTest lock) {
			lock.readLock.lock();
			try {
				reading.countDown();
				reading.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			finally {
				lock.readLock.unlock();
			}
		}

	}

}
