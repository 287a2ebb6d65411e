package org.fasteners.process;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockPathException;
import org.fasteners.LockPreference;
import org.fasteners.LockRegistryClosedException;
import org.fasteners.LockState;
import org.fasteners.StackReserve;
import org.fasteners.process.LockEngine.Attempt;
import org.fasteners.process.LockEngine.EnginePermits;
import org.fasteners.thread.LocalLock;
import org.fasteners.thread.Mutex;
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
	 * An attempt may be refused only because another process is about to begin to use the
	 * semaphore (isRefusedForAMoment). A single attempt is repeated then, and the mutex is
	 * free meanwhile, so that threads do not add up their repetitions. It ends after one
	 * second at the latest, and at once if the thread is interrupted. An attempt of a caller
	 * that may wait is not repeated: the caller waits, within its timeout.
	 *
	 * The engine shows other processes the number of permits from the first attempt on, be it
	 * refused, and has to rest as soon as the gate is unused: no open registry leads here, no
	 * thread waits, and nothing is held. Therefore
	 *
	 *  - an attempt is made, under the mutex, only while the gate is used;
	 *  - the end of each use (a user less, a waiter less, a hold less) is followed by
	 *    forgetIfUnused;
	 *  - an attempt through an unused gate, which can only be one of a closed registry,
	 *    becomes a user first, for the time of the attempt. An unused gate is not in the
	 *    table of gates (but for a moment, or if its engine failed to rest), so it uses the
	 *    one that is there now, if there is one. PermitGates says how gates join and leave
	 *    the table.
	 *
	 * What the engine cannot give is given in part neither: who waits has nothing. So two
	 * processes that both wait for many permits cannot block one another by what each has
	 * got already.
	 */

	/** A crowded machine may keep a process that is about to begin from going on. */
	private static final long LONGEST_REPETITION = TimeUnit.SECONDS.toNanos(1);

	private static final int MOST_VERIFICATIONS = 10;

	private static final long PAUSE = TimeUnit.MICROSECONDS.toNanos(50);

	private final EnginePermits engine;

	/** Held by the first of those who wait. */
	private final LocalLock queue;

	private final ReentrantLock mutex = new Mutex();

	/** The first of those who wait sleeps here between two attempts. */
	private final Condition released = this.mutex.newCondition();

	private final Set<PermitHold> holds = new LinkedHashSet<>();

	private int waiting;

	/** How many semaphores of open registries lead here. */
	private int users;

	private PermitGate(EnginePermits engine) {
		this.engine = engine;
		this.queue = new LocalLock(engine.name(), LockPreference.FAIR);
	}

	/** A gate that has a user already. */
	static PermitGate joined(EnginePermits engine) {
		PermitGate gate = new PermitGate(engine);
		gate.users = 1;
		return gate;
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
		Request request = new Request(permits, nanos, pauses, closed);
		try {
			return obtain(request);
		}
		catch (LockPathException ex) {
			throw this.engine.explain(ex);
		}
	}

	private @Nullable PermitHold obtain(Request request) throws InterruptedException {
		Step step = attempt(request);
		while (step == Step.AGAIN && request.mayRepeat()) {
			step = attempt(request);
		}
		return switch (step) {
			case OBTAINED -> request.hold;
			case WAIT -> await(request);
			case ELSEWHERE -> obtainElsewhere(request);
			case AGAIN, REFUSED -> refused(request);
		};
	}

	/** Not without end: the other gate has a user until the attempt is over. */
	private @Nullable PermitHold obtainElsewhere(Request request) throws InterruptedException {
		PermitGate gate = PermitGates.joinAgain(this);
		try {
			return gate.obtain(request);
		}
		finally {
			gate.leave();
		}
	}

	private @Nullable PermitHold refused(Request request) {
		if (request.nanos > 0) {
			// Of a closed registry what is free is still granted, but not waited for.
			throw new LockRegistryClosedException(this.engine.name());
		}
		return null;
	}

	private Step attempt(Request request) {
		this.mutex.lock();
		try {
			if (isUnused()) {
				return Step.ELSEWHERE;
			}
			request.hold = (this.waiting == 0) ? take(request.permits, Attempt.POLITE) : null;
			if (request.hold != null) {
				return Step.OBTAINED;
			}
			if (request.mayWait()) {
				this.waiting++;
				return Step.WAIT;
			}
			return (this.waiting == 0 && this.engine.isRefusedForAMoment()) ? Step.AGAIN : Step.REFUSED;
		}
		finally {
			this.mutex.unlock();
		}
	}

	private void requireOpen(BooleanSupplier closed) {
		if (closed.getAsBoolean()) {
			throw new LockRegistryClosedException(this.engine.name());
		}
	}

	private @Nullable PermitHold await(Request request) throws InterruptedException {
		try {
			long left = request.nanos - request.waited();
			if (!this.queue.obtain(LockMode.EXCLUSIVE, Math.max(0, left), true, request.closed)) {
				return null;
			}
			try {
				return negotiate(request);
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
		boolean unused = forgetIfUnused();
	}

	private @Nullable PermitHold negotiate(Request request) throws InterruptedException {
		this.mutex.lock();
		try (Announcement announcement = new Announcement()) {
			while (true) {
				// before the attempt, so that the last one is made when time is over
				long waited = request.waited();
				PermitHold hold = take(request.permits, Attempt.WAITING);
				if (hold != null) {
					announcement.isOver = true;
				}
				if (hold != null || waited >= request.nanos) {
					return hold;
				}
				long unused = this.released.awaitNanos(Math.min(request.pauses.next(waited), request.nanos - waited));
				requireOpen(request.closed);
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
			boolean unused = forgetIfUnused();
		}
	}

	/** Try again what the engine has failed to release. */
	void releaseAgain() {
		this.mutex.lock();
		try {
			this.engine.releaseAgain();
		}
		finally {
			this.mutex.unlock();
		}
	}

	/**
	 * One user more.
	 * @return {@code false} if this gate is not in the table of gates any more
	 */
	boolean join() {
		this.mutex.lock();
		try {
			boolean known = PermitGates.isKnown(this);
			this.users += known ? 1 : 0;
			return known;
		}
		finally {
			this.mutex.unlock();
		}
	}

	/**
	 * One user more, unless there is another gate with this number of permits.
	 * @param others puts this gate into the table of gates, or returns the gate that is
	 * there
	 * @return {@code null} if this gate has the user, else the other gate
	 */
	@SuppressWarnings("ReferenceEquality") // that very gate
	@Nullable PermitGate joinOr(Supplier<@Nullable PermitGate> others) {
		this.mutex.lock();
		try {
			PermitGate known = others.get();
			if (known != null && known != this && known.permits() == permits()) {
				return known;
			}
			this.users++;
			return null;
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
		boolean unused = forgetIfUnused();
	}

	/** To be called with the mutex. */
	private boolean isUnused() {
		return this.users == 0 && this.waiting == 0 && this.holds.isEmpty();
	}

	/**
	 * If this gate is unused, let the engine rest and forget the gate.
	 * @return whether this gate is unused
	 */
	boolean forgetIfUnused() {
		this.mutex.lock();
		try {
			boolean unused = isUnused();
			if (unused) {
				this.engine.rest();
				PermitGates.forget(this);
			}
			return unused;
		}
		finally {
			this.mutex.unlock();
		}
	}

	/**
	 * Have all waiters check again whether their registry was closed. Does not wait for a
	 * thread that is in a call of the engine.
	 * @return {@code false} if there is such a thread, and so not all were woken
	 */
	boolean tryWakeWaiters() {
		this.queue.wakeWaiters();
		if (!this.mutex.tryLock()) {
			return false;
		}
		try {
			this.released.signalAll();
			return true;
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

	/**
	 * Threads of this JVM, then the other processes, and then those that block the queue.
	 */
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
		return Gate.withWaiters(holders, this.engine.waiters());
	}

	/** Without the mutex, because it may be slow. So the holds may change meanwhile. */
	LockState verify() {
		LockState state = LockState.UNKNOWN;
		for (int i = 0; i < MOST_VERIFICATIONS; i++) {
			List<PermitHold> verified = currentHolds();
			if (verified.isEmpty()) {
				return LockState.NOT_HELD;
			}
			state = this.engine
				.verify(verified.stream().flatMapToInt((hold) -> Arrays.stream(hold.numbers())).toArray());
			if (state == LockState.HELD || currentHolds().containsAll(verified)) {
				return state;
			}
		}
		// of those that were verified, some were given back each time
		return (state == LockState.LOST) ? LockState.UNKNOWN : state;
	}

	private List<PermitHold> currentHolds() {
		this.mutex.lock();
		try {
			return List.copyOf(this.holds);
		}
		finally {
			this.mutex.unlock();
		}
	}

	/**
	 * What came of an attempt, and what follows.
	 */
	private enum Step {

		OBTAINED, REFUSED,

		/** Refused for a moment: to be repeated. */
		AGAIN,

		/** Refused, and the caller counts as waiting. */
		WAIT,

		/** Not made, because this gate is unused. */
		ELSEWHERE

	}

	/**
	 * What a caller asks for, since when.
	 */
	private static final class Request {

		private final long start = System.nanoTime();

		private final int permits;

		private final long nanos;

		private final Pauses pauses;

		private final BooleanSupplier closed;

		/** What was obtained at once. */
		private @Nullable PermitHold hold;

		Request(int permits, long nanos, Pauses pauses, BooleanSupplier closed) {
			this.permits = permits;
			this.nanos = nanos;
			this.pauses = pauses;
			this.closed = closed;
		}

		boolean mayWait() {
			return this.nanos > 0 && !this.closed.getAsBoolean();
		}

		long waited() {
			return System.nanoTime() - this.start;
		}

		/** Pause before a single attempt is repeated, if that may be done. */
		boolean mayRepeat() {
			long longest = (this.nanos > 0) ? Math.min(this.nanos, LONGEST_REPETITION) : LONGEST_REPETITION;
			if (waited() >= longest || Thread.currentThread().isInterrupted()) {
				return false;
			}
			LockSupport.parkNanos(PAUSE + ThreadLocalRandom.current().nextLong(PAUSE));
			return true;
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
