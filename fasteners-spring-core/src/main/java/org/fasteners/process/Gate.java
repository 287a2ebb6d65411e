package org.fasteners.process;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockRegistryClosedException;
import org.fasteners.StackReserve;
import org.fasteners.process.LockEngine.EngineLock;
import org.jspecify.annotations.Nullable;

/**
 * Stands in front of an engine lock and keeps the threads of this JVM apart: counts
 * re-entry, queues waiters in the order of their arrival, and takes and returns the
 * engine lock on their behalf (first in, last out). There is one gate for a lock in a
 * JVM.
 * <p>
 * Thread-safe.
 */
final class Gate {

	/*-
	 * A state machine under one mutex, which is never held during an engine call.
	 *
	 *   IDLE --> ATTEMPTING --> HELD --> RELEASING --> IDLE
	 *               ^   |
	 *               |   | refused
	 *               |   v
	 *              PAUSING --> (gives up) --> IDLE
	 *
	 * ATTEMPTING and RELEASING are edges that touch the engine. Each belongs to one thread,
	 * and nobody is let in and nobody takes another edge before it is finished (advance
	 * does nothing in these states; whoever finishes the edge calls it). So no thread can
	 * join a lock that is being given back, and the engine lock is called by one thread at
	 * a time.
	 *
	 * The thread of the edges on the way in is the negotiator: the head of the queue. It
	 * waits like any other waiter and is no holder until the engine has said yes. If it
	 * gives up (timeout, interrupt, closing, error) it leaves the queue and the next head
	 * becomes negotiator: `leave` and `conclude` see to that under the mutex.
	 *
	 * Order within the JVM: first come, first served. The head is admitted when its mode
	 * allows; readers behind a reader go in together with it; nobody overtakes. While HELD
	 * only readers can join, and only if no writer waits in front of them, so a writer
	 * waits for no reader of this JVM that came later. (That overlapping readers of this
	 * JVM keep out a writer of another process is not bounded yet.)
	 *
	 * A waiter that allows one attempt only (timeout zero) needs an answer at once, but
	 * "at once" must not mean "in the middle of an edge": two readers that try at the same
	 * moment may both read, whatever the engine call of the first one is about to say. So
	 * it queues, and is refused by the first `advance` in a settled state that does not
	 * let it in.
	 *
	 * Grants are states, not signals: a waiter that gives up looks under the mutex whether
	 * it has been let in, and if so it is in.
	 */

	private enum State {

		/** The engine lock is not held, and nobody asks for it. */
		IDLE,

		/** The negotiator makes an attempt. */
		ATTEMPTING,

		/** The negotiator was refused and waits before the next attempt. */
		PAUSING,

		/** The engine lock is held. */
		HELD,

		/** The last holder gives the engine lock back. */
		RELEASING

	}

	private final EngineLock engine;

	final Pin pin = new Pin();

	private final ReentrantLock mutex = new ReentrantLock();

	private final HoldTable holds = new HoldTable();

	private final Deque<Waiter> queue = new ArrayDeque<>();

	private State state = State.IDLE;

	Gate(EngineLock engine) {
		this.engine = engine;
	}

	/**
	 * Obtain one hold for the calling thread.
	 * @param closed whether waiting is over because the registry was closed
	 * @return whether the hold was obtained
	 */
	boolean obtain(LockMode mode, long nanos, boolean interruptible, BooleanSupplier closed)
			throws InterruptedException {
		if (interruptible && Thread.interrupted()) {
			throw new InterruptedException();
		}
		StackReserve.require();
		// Of a closed registry a lock that is free is still granted, but nobody waits.
		boolean over = closed.getAsBoolean();
		Waiter waiter = new Waiter(Thread.currentThread(), mode, over ? 0 : nanos);
		this.mutex.lock();
		try {
			if (this.holds.mayReenter(mode, this.engine.name())) {
				this.holds.add(waiter.thread, mode);
				return true;
			}
			this.queue.add(waiter);
			advance();
		}
		finally {
			this.mutex.unlock();
		}
		boolean obtained = await(waiter, interruptible, closed);
		if (!obtained && over && nanos > 0) {
			throw new LockRegistryClosedException(this.engine.name());
		}
		return obtained;
	}

	/** In a settled state: admit, appoint and refuse those who wait. */
	private void advance() {
		if (this.state == State.HELD) {
			Waiter head = this.queue.peek();
			while (head != null && head.mode == LockMode.SHARED && this.holds.leavesRoom(LockMode.SHARED)) {
				admit(head);
				head = this.queue.peek();
			}
			refuseSingleAttempts(null);
		}
		else if (this.state == State.PAUSING) {
			refuseSingleAttempts(this.queue.peek());
		}
		else if (this.state == State.IDLE) {
			Waiter head = this.queue.peek();
			if (head != null) {
				this.state = State.ATTEMPTING;
				head.tell(Waiter.Status.NEGOTIATOR);
			}
		}
	}

	private void admit(Waiter waiter) {
		this.queue.remove(waiter);
		this.holds.add(waiter.thread, waiter.mode);
		waiter.tell(Waiter.Status.ADMITTED);
	}

	private void refuseSingleAttempts(@Nullable Waiter except) {
		Iterator<Waiter> waiters = this.queue.iterator();
		while (waiters.hasNext()) {
			Waiter waiter = waiters.next();
			if (waiter.triesOnce() && waiter != except) {
				waiters.remove();
				waiter.tell(Waiter.Status.REFUSED);
			}
		}
	}

	private boolean await(Waiter waiter, boolean interruptible, BooleanSupplier closed) throws InterruptedException {
		boolean interrupted = false;
		try {
			while (true) {
				// An attempt comes before the question whether time is over, so that even
				// the shortest wait makes one, and every wait one at its end.
				Waiter.Status status = waiter.status;
				if (status == Waiter.Status.NEGOTIATOR && attempt(waiter)) {
					return true;
				}
				if (status == Waiter.Status.ADMITTED || status == Waiter.Status.REFUSED) {
					return status == Waiter.Status.ADMITTED;
				}
				interrupted |= Thread.interrupted();
				boolean stop = interrupted && interruptible;
				boolean late = waiter.remaining() <= 0 && !(waiter.triesOnce() && status == Waiter.Status.WAITING);
				if (stop || late || (!waiter.triesOnce() && closed.getAsBoolean())) {
					if (!leave(waiter)) {
						return waiter.status == Waiter.Status.ADMITTED;
					}
					if (stop) {
						interrupted = false;
						throw new InterruptedException();
					}
					if (late) {
						return false;
					}
					throw new LockRegistryClosedException(this.engine.name());
				}
				waiter.sleep(this);
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/** The negotiator asks the engine once. */
	private boolean attempt(Waiter waiter) {
		enter(State.ATTEMPTING);
		State outcome = State.IDLE;
		try {
			outcome = this.engine.tryAcquire(waiter.mode) ? State.HELD : State.PAUSING;
			return outcome == State.HELD;
		}
		finally {
			conclude(waiter, outcome);
		}
	}

	private void conclude(Waiter negotiator, State outcome) {
		this.mutex.lock();
		try {
			if (outcome == State.HELD) {
				this.pin.gate = this;
				admit(negotiator);
			}
			else if (outcome == State.IDLE) {
				// the engine threw, and its exception ends the wait
				this.queue.remove(negotiator);
			}
			enter(outcome);
		}
		finally {
			this.mutex.unlock();
		}
	}

	private void enter(State next) {
		this.mutex.lock();
		try {
			this.state = next;
			advance();
		}
		finally {
			this.mutex.unlock();
		}
	}

	/**
	 * Give up waiting. Too late if the waiter has been admitted or refused in the
	 * meantime: then {@code false}.
	 */
	private boolean leave(Waiter waiter) {
		this.mutex.lock();
		try {
			boolean left = this.queue.remove(waiter);
			if (left) {
				if (waiter.status == Waiter.Status.NEGOTIATOR) {
					this.state = State.IDLE;
				}
				advance();
			}
			return left;
		}
		finally {
			this.mutex.unlock();
		}
	}

	/**
	 * Take one hold away from the calling thread.
	 * @return releases it
	 */
	Runnable detach(LockMode mode) {
		return guarded(() -> {
			HoldTable.Detached detached = new HoldTable.Detached();
			this.holds.add(detached, mode);
			try {
				this.holds.remove(Thread.currentThread(), mode, this.engine.name());
			}
			catch (IllegalMonitorStateException ex) {
				this.holds.remove(detached, mode, this.engine.name());
				throw ex;
			}
			return () -> {
				StackReserve.require();
				release(detached, mode);
			};
		});
	}

	/** Release one hold; the last one returns the engine lock. */
	void release(Object owner, LockMode mode) {
		this.mutex.lock();
		try {
			this.holds.remove(owner, mode, this.engine.name());
			if (!this.holds.isEmpty()) {
				// a writer that goes on reading lets other readers in
				advance();
				return;
			}
			this.state = State.RELEASING;
		}
		finally {
			this.mutex.unlock();
		}
		try {
			this.engine.release();
		}
		finally {
			this.pin.gate = null;
			enter(State.IDLE);
		}
	}

	/** Have all waiters look again whether their registry was closed. */
	void wakeWaiters() {
		guarded(() -> {
			this.queue.forEach((waiter) -> LockSupport.unpark(waiter.thread));
			return true;
		});
	}

	boolean isHeld(LockMode mode) {
		return guarded(() -> this.holds.isHeld(mode));
	}

	int holdCount(LockMode mode) {
		return guarded(() -> this.holds.count(mode));
	}

	boolean exists() {
		return this.engine.exists();
	}

	/** Threads of this JVM if they hold the lock, otherwise what the engine knows. */
	List<LockHolder> holders() {
		List<LockHolder> threads = guarded(this.holds::holders);
		return threads.isEmpty() ? this.engine.holders() : new ArrayList<>(threads);
	}

	String path() {
		return this.engine.path();
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

	/**
	 * Refers to its gate while that holds the engine lock, so that whoever refers to the
	 * pin keeps the gate for that time and no longer.
	 */
	static final class Pin {

		@SuppressWarnings("unused") // to refer is its use
		private volatile @Nullable Gate gate;

	}

}
