package org.fasteners.benchmarks;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures the throughput of sections under a file lock, for the threads of one JVM,
 * without contention by other processes.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 1)
public class FileLockBenchmark {

	/**
	 * Write under the lock of the file.
	 * @param lock the lock
	 * @param counter the guarded counter
	 * @param worker counts the writes
	 * @return the written number
	 */
	@Benchmark
	@Threads(1)
	public long exclusive(FileLockUnderTest lock, GuardedCounter counter, Worker worker) {
		return counter.write(lock.writeLock, worker);
	}

	/**
	 * Read under the lock of the file.
	 * @param lock the lock
	 * @param counter the guarded counter
	 * @return the number
	 */
	@Benchmark
	@Threads(1)
	public long shared(FileLockUnderTest lock, GuardedCounter counter) {
		return counter.read(lock.readLock);
	}

	/**
	 * Write under the lock of a key of the file.
	 * @param lock the lock
	 * @param counter the guarded counter
	 * @param worker counts the writes
	 * @return the written number
	 */
	@Benchmark
	@Threads(1)
	public long keyed(KeyedFileLock lock, GuardedCounter counter, Worker worker) {
		return counter.write(lock.writeLock, worker);
	}

	/**
	 * Work and write under the lock of the file, in contention with the other threads.
	 * @param lock the lock
	 * @param counter the guarded counter
	 * @param worker counts the writes
	 * @return the written number
	 */
	@Benchmark
	@Threads(8)
	public long contended(ContendedFileLock lock, GuardedCounter counter, Worker worker) {
		return counter.workAndWrite(lock.writeLock, worker, lock.work);
	}

}
