package org.fasteners.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Lock;

import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What the lock guards: a plain number that every write section increments. At the end
 * the threads are asked how often they did, so that a lock that does not exclude gives an
 * error and not a time.
 * <p>
 * Apart from {@link LockUnderTest} so that a write does not take the references to the
 * lock out of the caches of the other threads.
 */
@State(Scope.Benchmark)
public class GuardedCounter {

	long number;

	private final List<Worker> workers = new CopyOnWriteArrayList<>();

	/** One section that reads. */
	long read(Lock lock) {
		lock.lock();
		try {
			return this.number;
		}
		finally {
			lock.unlock();
		}
	}

	/** One section that writes. */
	long write(Lock lock, Worker worker) {
		worker.writes++;
		lock.lock();
		try {
			return ++this.number;
		}
		finally {
			lock.unlock();
		}
	}

	/** One section that writes and takes some time. */
	long workAndWrite(Lock lock, Worker worker, int work) {
		worker.writes++;
		lock.lock();
		try {
			Blackhole.consumeCPU(work);
			return ++this.number;
		}
		finally {
			lock.unlock();
		}
	}

	void usedBy(Worker worker) {
		this.workers.add(worker);
	}

	/**
	 * Compare the number with the writes of all threads.
	 * @throws IllegalStateException if they differ
	 */
	@TearDown
	public void check() {
		long writes = this.workers.stream().mapToLong((worker) -> worker.writes).sum();
		if (this.number != writes) {
			throw new IllegalStateException(String.format(Locale.ROOT,
					"The lock does not exclude: %d writes made a counter of %d", writes, this.number));
		}
	}

}
