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
 * The guarded state: a plain number that each write section increments. At the end it is
 * compared with the number of writes of the threads, so that a lock without mutual
 * exclusion causes an error instead of a time.
 * <p>
 * Separate from {@link LockUnderTest}, so that a write does not evict the references to
 * the lock from the caches of other processors.
 */
@State(Scope.Benchmark)
public class GuardedCounter {

	long number;

	private final List<Worker> workers = new CopyOnWriteArrayList<>();

	/** Run one read section. */
	long read(Lock lock) {
		lock.lock();
		try {
			return this.number;
		}
		finally {
			lock.unlock();
		}
	}

	/** Run one write section. */
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

	/** Run one write section with some work. */
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
					"Mutual exclusion is violated: the counter is %2$d after %1$d writes", writes, this.number));
		}
	}

}
