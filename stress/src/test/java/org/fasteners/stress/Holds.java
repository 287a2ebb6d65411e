package org.fasteners.stress;

import java.util.concurrent.locks.ReadWriteLock;
import java.util.stream.IntStream;

import org.fasteners.LockUpgradeException;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;

/**
 * Attempts and releases, each of which corresponds to one step of {@link Book}. A thread
 * keeps its holds between operations.
 */
@Param(name = "thread", gen = ThreadIdGen.class)
public class Holds {

	/** The kind of lock that {@link #Holds()} creates. */
	static LockUnderTest kind = LockUnderTest.WRITER;

	private final ReadWriteLock lock;

	public Holds() {
		this(kind.newLock());
	}

	Holds(ReadWriteLock lock) {
		this.lock = lock;
	}

	@Operation
	public boolean tryRead(@Param(name = "thread") int thread) {
		return this.lock.readLock().tryLock();
	}

	@Operation
	public boolean tryWrite(@Param(name = "thread") int thread) {
		return this.lock.writeLock().tryLock();
	}

	@Operation
	public void endRead(@Param(name = "thread") int thread) {
		this.lock.readLock().unlock();
	}

	@Operation
	public void endWrite(@Param(name = "thread") int thread) {
		this.lock.writeLock().unlock();
	}

	/**
	 * The sequential specification: the number of holds of each thread.
	 */
	public static class Book {

		private static final int THREADS = 8;

		private final int[] reads = new int[THREADS];

		private final int[] writes = new int[THREADS];

		public boolean tryRead(int thread) {
			boolean free = noOtherThread(thread, this.writes);
			this.reads[thread] += free ? 1 : 0;
			return free;
		}

		public boolean tryWrite(int thread) {
			if (this.reads[thread] > 0 && this.writes[thread] == 0) {
				throw new LockUpgradeException("book");
			}
			boolean free = noOtherThread(thread, this.writes) && noOtherThread(thread, this.reads);
			this.writes[thread] += free ? 1 : 0;
			return free;
		}

		public void endRead(int thread) {
			end(this.reads, thread);
		}

		public void endWrite(int thread) {
			end(this.writes, thread);
		}

		private static boolean noOtherThread(int thread, int[] holds) {
			return IntStream.range(0, THREADS).noneMatch((other) -> other != thread && holds[other] > 0);
		}

		private static void end(int[] holds, int thread) {
			if (holds[thread] == 0) {
				throw new IllegalMonitorStateException();
			}
			holds[thread]--;
		}

	}

}
