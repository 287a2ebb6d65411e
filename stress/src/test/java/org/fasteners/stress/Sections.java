package org.fasteners.stress;

import java.util.concurrent.locks.ReadWriteLock;

import org.jetbrains.lincheck.datastructures.Operation;

/**
 * Whole sections under a lock. If the lock is correct, each behaves like one step of
 * {@link Steps}.
 */
public class Sections {

	/** The kind of lock that {@link #Sections()} creates. */
	static LockUnderTest kind = LockUnderTest.WRITER;

	private final ReadWriteLock lock;

	private int count;

	public Sections() {
		this(kind.newLock());
	}

	Sections(ReadWriteLock lock) {
		this.lock = lock;
	}

	@Operation
	public int write() {
		this.lock.writeLock().lock();
		try {
			return ++this.count;
		}
		finally {
			this.lock.writeLock().unlock();
		}
	}

	@Operation
	public int writeTwice() {
		this.lock.writeLock().lock();
		try {
			this.count++;
			return write();
		}
		finally {
			this.lock.writeLock().unlock();
		}
	}

	@Operation
	public int writeAndReadOn() {
		this.lock.writeLock().lock();
		this.count++;
		this.lock.readLock().lock();
		this.lock.writeLock().unlock();
		try {
			return this.count;
		}
		finally {
			this.lock.readLock().unlock();
		}
	}

	@Operation
	public int read() {
		this.lock.readLock().lock();
		try {
			return this.count;
		}
		finally {
			this.lock.readLock().unlock();
		}
	}

	@Operation
	public int readTwice() {
		this.lock.readLock().lock();
		try {
			int seen = this.count;
			return (read() == seen) ? seen : -1;
		}
		finally {
			this.lock.readLock().unlock();
		}
	}

	/** Changes the count for a moment, which other threads must not see. */
	@Operation
	public Sight tryWrite() {
		if (!this.lock.writeLock().tryLock()) {
			return Sight.REFUSED;
		}
		try {
			int seen = this.count;
			this.count = seen + 100;
			this.count = seen;
			return new Sight(seen);
		}
		finally {
			this.lock.writeLock().unlock();
		}
	}

	@Operation
	public Sight tryRead() {
		if (!this.lock.readLock().tryLock()) {
			return Sight.REFUSED;
		}
		try {
			return new Sight(this.count);
		}
		finally {
			this.lock.readLock().unlock();
		}
	}

	/**
	 * The sequential specification.
	 */
	public static class Steps {

		private int count;

		public int write() {
			return ++this.count;
		}

		public int writeTwice() {
			this.count += 2;
			return this.count;
		}

		public int writeAndReadOn() {
			return write();
		}

		public int read() {
			return this.count;
		}

		public int readTwice() {
			return this.count;
		}

		public Sight tryWrite() {
			return new Sight(this.count);
		}

		public Sight tryRead() {
			return new Sight(this.count);
		}

	}

}
