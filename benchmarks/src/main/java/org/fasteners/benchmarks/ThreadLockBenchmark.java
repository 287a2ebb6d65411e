package org.fasteners.benchmarks;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures the time that a thread needs for a section that reads or writes one number
 * under one lock. The JMH option {@code -t} sets the number of threads.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 400, timeUnit = TimeUnit.MILLISECONDS)
public class ThreadLockBenchmark {

	/**
	 * Only read.
	 * @param lock the lock
	 * @param counter the guarded counter
	 * @return the number
	 */
	@Benchmark
	public long read(LockUnderTest lock, GuardedCounter counter) {
		return counter.read(lock.readLock);
	}

	/**
	 * Only write.
	 * @param lock the lock
	 * @param counter the guarded counter
	 * @param worker counts the writes
	 * @return the written number
	 */
	@Benchmark
	public long write(LockUnderTest lock, GuardedCounter counter, Worker worker) {
		return counter.write(lock.writeLock, worker);
	}

	/**
	 * Read within a read section (re-entry).
	 * @param lock the lock
	 * @param counter the guarded counter
	 * @return the number
	 */
	@Benchmark
	public long reentrantRead(LockUnderTest lock, GuardedCounter counter) {
		lock.readLock.lock();
		try {
			return read(lock, counter);
		}
		finally {
			lock.readLock.unlock();
		}
	}

	/**
	 * 99 % of the sections read.
	 * @param lock the lock
	 * @param counter the guarded counter
	 * @param worker chooses between read and write
	 * @return the number
	 */
	@Benchmark
	public long mix99(LockUnderTest lock, GuardedCounter counter, Worker worker) {
		return mix(99, lock, counter, worker);
	}

	/**
	 * 90 % of the sections read.
	 * @param lock the lock
	 * @param counter the guarded counter
	 * @param worker chooses between read and write
	 * @return the number
	 */
	@Benchmark
	public long mix90(LockUnderTest lock, GuardedCounter counter, Worker worker) {
		return mix(90, lock, counter, worker);
	}

	/**
	 * Half of the sections read.
	 * @param lock the lock
	 * @param counter the guarded counter
	 * @param worker chooses between read and write
	 * @return the number
	 */
	@Benchmark
	public long mix50(LockUnderTest lock, GuardedCounter counter, Worker worker) {
		return mix(50, lock, counter, worker);
	}

	private long mix(int readPercent, LockUnderTest lock, GuardedCounter counter, Worker worker) {
		return worker.isToRead(readPercent) ? read(lock, counter) : write(lock, counter, worker);
	}

}
