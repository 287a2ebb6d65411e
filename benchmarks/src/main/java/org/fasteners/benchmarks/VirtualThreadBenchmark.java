package org.fasteners.benchmarks;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures ten thousand virtual threads that read under one lock, a hundred times each.
 * The result is the total time, including the start of the threads, divided by the number
 * of sections.
 * <p>
 * Needs Java 21 or later.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Threads(1)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
public class VirtualThreadBenchmark {

	static final int THREADS = 10_000;

	static final int SECTIONS = 100;

	/**
	 * Start the threads and wait for them.
	 * @param batch the threads
	 * @return the sum of the numbers that they have read
	 * @throws InterruptedException if the wait is interrupted
	 * @throws ExecutionException if a thread failed
	 */
	@Benchmark
	@OperationsPerInvocation(THREADS * SECTIONS)
	public long virtualThreads(Batch batch) throws InterruptedException, ExecutionException {
		long sum = 0;
		for (Future<Long> thread : batch.executor.invokeAll(batch.tasks)) {
			sum += thread.get();
		}
		return sum;
	}

	/**
	 * The threads and their task.
	 */
	@State(Scope.Benchmark)
	public static class Batch {

		@SuppressWarnings("NullAway.Init") // set by JMH's call of start()
		private ExecutorService executor;

		@SuppressWarnings("NullAway.Init") // set by JMH's call of start()
		private List<Callable<Long>> tasks;

		/**
		 * Create the executor.
		 * @param lock the lock
		 * @param counter the guarded counter
		 */
		@Setup
		public void start(LockUnderTest lock, GuardedCounter counter) {
			this.executor = VirtualThreads.newExecutor();
			this.tasks = Collections.nCopies(THREADS, () -> read(lock, counter));
		}

		private static long read(LockUnderTest lock, GuardedCounter counter) {
			long sum = 0;
			for (int i = 0; i < SECTIONS; i++) {
				sum += counter.read(lock.readLock);
			}
			return sum;
		}

		/**
		 * Shut down the executor.
		 */
		@TearDown
		public void stop() {
			this.executor.shutdown();
		}

	}

}
