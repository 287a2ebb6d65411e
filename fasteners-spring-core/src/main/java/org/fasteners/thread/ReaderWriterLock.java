package org.fasteners.thread;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.fasteners.AbstractSharedExclusiveLock;
import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockRegistryClosedException;
import org.fasteners.LockUpgradeException;
import org.jspecify.annotations.Nullable;

/**
 * A re-entrant reader-writer lock between the threads of one JVM, with the contract of
 * {@code fasteners.ReaderWriterLock} of Python.
 * <ul>
 * <li><i>Order.</i> Writer preference: while a writer waits, new readers wait too.
 * Waiting writers are served first come, first served. Readers can starve under a stream
 * of writers. {@code tryLock()} without a time may overtake those who wait, as the
 * {@link java.util.concurrent.locks.Lock Lock} contract allows; everything else may not.
 * <li><i>Re-entrancy.</i> Counted, for reading, for writing, and for reading as a writer.
 * A thread that reads may read again although a writer waits.
 * <li><i>Downgrade.</i> A writer may read and then release in any order.
 * <li><i>Upgrade.</i> Refused at once with {@link LockUpgradeException}; the read hold
 * stays.
 * <li><i>Interruption and timeout.</i> A wait that ends without the lock leaves no trace,
 * and lets those through that waited behind it. A wait that is interrupted or times out
 * in the moment in which the lock is granted keeps the lock.
 * <li><i>Release without a hold.</i> {@link IllegalMonitorStateException}; nothing
 * changes.
 * <li><i>Visibility.</i> As {@link java.util.concurrent.locks.ReadWriteLock} says.
 * </ul>
 * <p>
 * Not serialisable: the name is the identity.
 * <p>
 * Thread-safe.
 *
 * @see <a href=
 * "https://fasteners.readthedocs.io/en/latest/guide/inter_thread/">fasteners:
 * Inter-thread locks</a>
 */
public final class ReaderWriterLock extends AbstractSharedExclusiveLock {

	/*
	 * All state is guarded by one mutex that is held for a few instructions and never
	 * while waiting. A lock is handed over: whoever changes the state grants the lock to
	 * those waiters that may now have it (serveQueue), removes them from the queue and
	 * wakes them. So
	 *
	 * - a waiter never competes for what it was woken for; no wake-up can be lost,
	 * because the grant is a state and not a signal;
	 *
	 * - the lock is never free while somebody waits who could have it. This invariant is
	 * what each caller of serveQueue restores: a release, and a waiter that gives up (the
	 * readers behind a writer that gives up may go);
	 *
	 * - a waiter that gives up looks, under the mutex, whether it has been granted the
	 * lock in the meantime. If so it has the lock; otherwise it leaves the queue. There
	 * is no third outcome, so nobody can time out and hold.
	 */

	private final ReentrantLock mutex = new ReentrantLock();

	private final HoldTable holds = new HoldTable();

	private final Deque<Waiter> queue = new ArrayDeque<>();

	/** Told {@code this} when the lock becomes held, and {@code null} when it is free. */
	private final Consumer<@Nullable ReaderWriterLock> inUse;

	private volatile boolean closed;

	/**
	 * Create a lock.
	 */
	public ReaderWriterLock() {
		this("ReaderWriterLock");
	}

	/**
	 * Create a lock with a name that messages show. Two locks of one name are two locks.
	 * @param name the name
	 */
	public ReaderWriterLock(String name) {
		this(name, null, (lock) -> {
		});
	}

	ReaderWriterLock(String name, @Nullable Duration defaultTimeout, Consumer<@Nullable ReaderWriterLock> inUse) {
		super(name, defaultTimeout);
		this.inUse = inUse;
	}

	@Override
	protected boolean obtain(LockMode mode, long nanos, boolean interruptible) throws InterruptedException {
		if (interruptible && Thread.interrupted()) {
			throw new InterruptedException();
		}
		Waiter waiter;
		this.mutex.lock();
		try {
			if (this.holds.mayReenter(mode, name())
					|| (this.holds.leavesRoom(mode) && !(mode == LockMode.SHARED && firstWriter() != null))) {
				grant(Thread.currentThread(), mode);
				return true;
			}
			if (nanos == 0) {
				return false;
			}
			waiter = new Waiter(Thread.currentThread(), mode);
			this.queue.add(waiter);
		}
		finally {
			this.mutex.unlock();
		}
		return await(waiter, nanos, interruptible);
	}

	@Override
	protected boolean obtainAtOnce(LockMode mode) {
		this.mutex.lock();
		try {
			boolean granted = this.holds.mayReenter(mode, name()) || this.holds.leavesRoom(mode);
			if (granted) {
				grant(Thread.currentThread(), mode);
			}
			return granted;
		}
		finally {
			this.mutex.unlock();
		}
	}

	private void grant(Thread thread, LockMode mode) {
		if (this.holds.isEmpty()) {
			this.inUse.accept(this);
		}
		this.holds.add(thread, mode);
	}

	private boolean await(Waiter waiter, long nanos, boolean interruptible) throws InterruptedException {
		long start = System.nanoTime();
		boolean interrupted = false;
		try {
			while (!waiter.granted) {
				boolean late = nanos != FOREVER && System.nanoTime() - start >= nanos;
				interrupted |= Thread.interrupted();
				if (late || this.closed || (interrupted && interruptible)) {
					if (!leave(waiter)) {
						return true;
					}
					if (interrupted && interruptible) {
						interrupted = false;
						throw new InterruptedException();
					}
					if (late) {
						return false;
					}
					throw new LockRegistryClosedException(name());
				}
				if (nanos == FOREVER) {
					LockSupport.park(this);
				}
				else {
					LockSupport.parkNanos(this, nanos - (System.nanoTime() - start));
				}
			}
			return true;
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/** Give up waiting, which is too late if the lock was granted: then {@code false}. */
	private boolean leave(Waiter waiter) {
		this.mutex.lock();
		try {
			boolean left = this.queue.remove(waiter);
			if (left) {
				serveQueue();
			}
			return left;
		}
		finally {
			this.mutex.unlock();
		}
	}

	@Override
	protected void release(LockMode mode) {
		this.mutex.lock();
		try {
			this.holds.remove(mode, name());
			if (this.holds.isEmpty()) {
				this.inUse.accept(null);
			}
			serveQueue();
		}
		finally {
			this.mutex.unlock();
		}
	}

	/** Grant the lock to those who wait and may have it: a writer before any reader. */
	private void serveQueue() {
		Waiter next = firstWriter();
		if (next != null) {
			if (this.holds.leavesRoom(LockMode.EXCLUSIVE)) {
				handOver(next);
			}
			return;
		}
		while (this.holds.leavesRoom(LockMode.SHARED) && !this.queue.isEmpty()) {
			handOver(this.queue.element());
		}
	}

	private void handOver(Waiter waiter) {
		grant(waiter.thread, waiter.mode);
		this.queue.remove(waiter);
		waiter.granted = true;
		LockSupport.unpark(waiter.thread);
	}

	private @Nullable Waiter firstWriter() {
		for (Waiter waiter : this.queue) {
			if (waiter.mode == LockMode.EXCLUSIVE) {
				return waiter;
			}
		}
		return null;
	}

	/** From now on nobody waits: those who do are told so, those who hold are not. */
	void close() {
		this.closed = true;
		this.mutex.lock();
		try {
			this.queue.forEach((waiter) -> LockSupport.unpark(waiter.thread));
		}
		finally {
			this.mutex.unlock();
		}
	}

	/**
	 * How the lock is held, by whomever: a snapshot. A writer that also reads counts as
	 * writer.
	 * @return {@code EXCLUSIVE}, {@code SHARED}, or {@code null} if nobody holds it
	 */
	public @Nullable LockMode owner() {
		this.mutex.lock();
		try {
			if (this.holds.isHeld(LockMode.EXCLUSIVE)) {
				return LockMode.EXCLUSIVE;
			}
			return this.holds.isEmpty() ? null : LockMode.SHARED;
		}
		finally {
			this.mutex.unlock();
		}
	}

	/**
	 * Whether the calling thread writes.
	 * @return {@code true} if it holds the lock for writing
	 */
	public boolean isWriter() {
		return holdCount(LockMode.EXCLUSIVE) > 0;
	}

	/**
	 * Whether the calling thread reads.
	 * @return {@code true} if it holds the lock for reading, be it as a writer too
	 */
	public boolean isReader() {
		return holdCount(LockMode.SHARED) > 0;
	}

	/**
	 * Whether somebody waits to write: a snapshot.
	 * @return {@code true} if a writer waits
	 */
	public boolean hasPendingWriters() {
		return guarded(() -> firstWriter() != null);
	}

	@Override
	public boolean isHeld(LockMode mode) {
		return guarded(() -> this.holds.isHeld(mode));
	}

	@Override
	public int holdCount(LockMode mode) {
		return guarded(() -> this.holds.count(mode));
	}

	@Override
	public List<LockHolder> holders() {
		return guarded(this.holds::holders);
	}

	private <T> T guarded(Supplier<T> question) {
		this.mutex.lock();
		try {
			return question.get();
		}
		finally {
			this.mutex.unlock();
		}
	}

	@Override
	public String toString() {
		LockMode owner = owner();
		return "ReaderWriterLock '%s' (%s)".formatted(name(),
				(owner != null) ? "held for " + owner.purpose() : "not held");
	}

	/**
	 * A thread in the queue.
	 */
	private static final class Waiter {

		final Thread thread;

		final LockMode mode;

		volatile boolean granted;

		Waiter(Thread thread, LockMode mode) {
			this.thread = thread;
			this.mode = mode;
		}

	}

}
