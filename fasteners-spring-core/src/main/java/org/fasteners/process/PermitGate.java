package org.fasteners.process;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.LockRegistryClosedException;
import org.fasteners.LockState;
import org.fasteners.StackReserve;
import org.fasteners.process.LockEngine.Attempt;
import org.fasteners.process.LockEngine.EnginePermits;
import org.fasteners.thread.LocalLock;
import org.jspecify.annotations.Nullable;

/**
 * Stands in front of the permits of an engine and puts the threads of this JVM in order.
 * There is one for a semaphore in a JVM.
 * <p>
 * Thread-safe.
 */
final class PermitGate {

	/*-
	 * Permits have no owners and are not passed on, so this is less than a Gate:
	 *
	 *   nobody waits:  mutex --> engine, once --> holds
	 *   else:          queue --> (mutex --> engine, again and again) --> holds
	 *
	 * All calls of the engine, and all changes of the holds, are made under the mutex. It
	 * is held for microseconds, and not while somebody pauses. So a single attempt waits
	 * for it, and is refused because of nobody who is merely passing.
	 *
	 * The queue is a fair lock: first come, first served, however many permits each one
	 * asks for. Who has it is the first of those who wait, and the only one that asks the
	 * engine, so that any number of waiters costs no more than one. `waiting` counts all of
	 * them, from before they queue until they have left. While it is not zero nobody asks
	 * out of turn. A release wakes the first one, which pauses with the queue's lock, but
	 * without the mutex.
	 *
	 * What the engine cannot give is given in part neither: who waits has nothing. So two
	 * processes that both wait for many permits cannot block one another by what each has
	 * got already.
	 */

	private final EnginePermits engine;

	/** Held by the first of those who wait. */
	private final LocalLock queue;

	private final ReentrantLock mutex = new ReentrantLock();

	/** The first of those who wait sleeps here between two attempts. */
	private final Condition released = this.mutex.newCondition();

	private final Set<PermitHold> holds = new LinkedHashSet<>();

	private int waiting;

	/** How many semaphores of open registries lead here. */
	private int users;

	PermitGate(EnginePermits engine) {
		this.engine = engine;
		this.queue = new LocalLock(engine.name(), LockPreference.FAIR);
	}

	Object identity() {
		return this.engine.identity();
	}

	String name() {
		return this.engine.name();
	}

	int permits() {
		return this.engine.permits();
	}

	/**
	 * Take permits, and wait for them if need be.
	 * @param nanos the longest wait; 0 for one attempt, which cannot be interrupted
	 * @param closed whether waiting is over because the registry was closed
	 * @return the permits, or {@code null} if they could not be had in time
	 */
	@Nullable PermitHold obtain(int permits, long nanos, Pauses pauses, BooleanSupplier closed) throws InterruptedException {
		if (nanos > 0 && Thread.interrupted()) {
			throw new InterruptedException();
		}
		StackReserve.requireForProcessLock();
		long start = System.nanoTime();
		this.mutex.lock();
		try {
			PermitHold hold = (this.waiting == 0) ? take(permits, Attempt.POLITE) : null;
			if (hold != null || nanos == 0) {
				return hold;
			}
			// Of a closed registry what is free is still granted, but nobody waits.
			requireOpen(closed);
			this.waiting++;
		}
		finally {
			this.mutex.unlock();
		}
		return await(permits, start, nanos, pauses, closed);
	}

	private void requireOpen(BooleanSupplier closed) {
		if (closed.getAsBoolean()) {
			throw new LockRegistryClosedException(this.engine.name());
		}
	}

	private @Nullable PermitHold await(int permits, long start, long nanos, Pauses pauses, BooleanSupplier closed)
			throws InterruptedException {
		try {
			long left = nanos - (System.nanoTime() - start);
			if (!this.queue.obtain(LockMode.EXCLUSIVE, Math.max(0, left), true, closed)) {
				return null;
			}
			try {
				return negotiate(permits, start, nanos, pauses, closed);
			}
			finally {
				this.queue.release(LockMode.EXCLUSIVE);
			}
		}
		finally {
			stopWaiting();
		}
	}

	private void stopWaiting() {
		this.mutex.lock();
		try {
			this.waiting--;
		}
		finally {
			this.mutex.unlock();
		}
		forgetIfUnused();
	}

	private @Nullable PermitHold negotiate(int permits, long start, long nanos, Pauses pauses, BooleanSupplier closed)
			throws InterruptedException {
		this.mutex.lock();
		try (Announcement announcement = new Announcement()) {
			while (true) {
				// before the attempt, so that the last one is made when time is over
				long waited = System.nanoTime() - start;
				PermitHold hold = take(permits, Attempt.WAITING);
				if (hold != null) {
					announcement.isOver = true;
				}
				if (hold != null || waited >= nanos) {
					return hold;
				}
				long unused = this.released.awaitNanos(Math.min(pauses.next(waited), nanos - waited));
				requireOpen(closed);
			}
		}
		finally {
			this.mutex.unlock();
		}
	}

	/** Take permits if the engine gives them. Called under the mutex. */
	private @Nullable PermitHold take(int permits, Attempt attempt) {
		// made and noted before, so that nothing can fail once it has given them
		PermitHold hold = new PermitHold(this, permits);
		this.holds.add(hold);
		try {
			return hold.take(this.engine.tryAcquire(permits, attempt)) ? hold : null;
		}
		finally {
			if (!hold.isAcquired()) {
				this.holds.remove(hold);
			}
		}
	}

	void release(PermitHold hold) {
		this.mutex.lock();
		try {
			this.holds.remove(hold);
			this.engine.release(hold.numbers());
		}
		finally {
			this.released.signal();
			this.mutex.unlock();
			forgetIfUnused();
		}
	}

	/** One user more. */
	void join() {
		this.mutex.lock();
		try {
			this.users++;
		}
		finally {
			this.mutex.unlock();
		}
	}

	/** One user less. */
	void leave() {
		this.mutex.lock();
		try {
			this.users--;
		}
		finally {
			this.mutex.unlock();
		}
		forgetIfUnused();
	}

	private void forgetIfUnused() {
		if (isUnused()) {
			PermitGates.forgetIfUnused(this);
		}
	}

	private boolean isUnused() {
		this.mutex.lock();
		try {
			return this.users == 0 && this.waiting == 0 && this.holds.isEmpty();
		}
		finally {
			this.mutex.unlock();
		}
	}

	/**
	 * Let the engine rest if nobody uses it.
	 * @return whether nobody does
	 */
	boolean restIfUnused() {
		this.mutex.lock();
		try {
			boolean unused = isUnused();
			if (unused) {
				this.engine.rest();
			}
			return unused;
		}
		finally {
			this.mutex.unlock();
		}
	}

	/** Have all waiters look again whether their registry was closed. */
	void wakeWaiters() {
		this.queue.wakeWaiters();
		this.mutex.lock();
		try {
			this.released.signalAll();
		}
		finally {
			this.mutex.unlock();
		}
	}

	int heldPermits() {
		this.mutex.lock();
		try {
			return this.holds.stream().mapToInt(PermitHold::permits).sum();
		}
		finally {
			this.mutex.unlock();
		}
	}

	/** Threads of this JVM, and then the other processes. */
	List<LockHolder> holders() {
		List<LockHolder> holders = new ArrayList<>();
		this.mutex.lock();
		try {
			this.holds.forEach((hold) -> holders.add(hold.holder()));
		}
		finally {
			this.mutex.unlock();
		}
		long me = ProcessHandle.current().pid();
		for (LockHolder other : this.engine.holders()) {
			if (other.pid() != me || holders.isEmpty()) {
				holders.add(other);
			}
		}
		return List.copyOf(holders);
	}

	LockState verify() {
		this.mutex.lock();
		try {
			return this.holds.isEmpty() ? LockState.NOT_HELD : this.engine.verify();
		}
		finally {
			this.mutex.unlock();
		}
	}

	/**
	 * What the engine tells other processes of somebody who waits.
	 */
	private final class Announcement implements AutoCloseable {

		/** The engine ends it by itself when it gives what was waited for. */
		private boolean isOver;

		@Override
		public void close() {
			if (!this.isOver) {
				PermitGate.this.engine.stopWaiting();
			}
		}

	}

}
