package org.fasteners.process;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

import org.fasteners.LockMode;
import org.fasteners.LockState;
import org.fasteners.process.LockEngine.Attempt;
import org.fasteners.process.LockEngine.EngineLock;
import org.fasteners.thread.Mutex;
import org.jspecify.annotations.Nullable;

/**
 * What this JVM has of an engine lock, and the holds that need it. Whoever takes, adds or
 * removes a hold has a hold of the gate's local lock in the same mode.
 * <p>
 * Thread-safe.
 */
final class Share {

	/*-
	 * The engine lock may be held shared, for update, exclusively, and exclusively on top of
	 * the update hold. Which of these is needed follows from the holds:
	 *
	 *   holds                         needs
	 *   writes                        exclusive, or update and exclusive on top of it
	 *   updates                       update; or exclusive, if that was there before
	 *   reads of who updates, writes  what covers these
	 *   other reads                   shared; or exclusive, if that was there before
	 *
	 * Each edge (a call of the engine) is taken under the mutex `edge`, and so is each
	 * change of the holds but for passing: an exclusive share is passed and picked up under
	 * the local lock alone, which whoever writes has for itself. That is not so if some of
	 * its holds are detached, because another thread may be about to release one of them;
	 * then passing needs the mutex, too. What was passed is nobody's, detached or not.
	 *
	 * After a hold was removed, `settle` gives back what is not needed any more. An upgrade
	 * is undone by giving back what is on top, and the update hold goes on. When an updater
	 * that reads ends its update hold, its reads lose their cover, so the shared lock is
	 * taken first. Nobody can refuse that, because who would have to write first needs the
	 * update hold; should it be refused all the same, the update hold stays for the reads.
	 * An exclusive lock that was taken in one piece cannot be reduced, so it is kept until
	 * the last hold has gone. Others of this JVM may join it, but only for a millisecond
	 * after the first of them, because they could keep it for ever.
	 *
	 * Joining. Readers join others of this JVM without asking the engine. If the engine says
	 * that somebody else wants the lock, or that what is held is worthless, the group is
	 * closed: nobody joins any more, but for those who hold already, until it has drained
	 * and the shared lock was given back. (Without this, readers of one JVM that overlap
	 * keep it for ever.)
	 *
	 * Passing. When a writer leaves and another one of this JVM waits, it gets the engine
	 * lock as it is. After 64 passes or 1 ms (Passing) the lock is given back and has to be
	 * asked for like by anyone else. (Lock cohorting: Dice, Marathe, Shavit, 2012.) Who finds a passed
	 * share and cannot use it, for it reads or updates, gives it back first.
	 */

	private static final long JOINING_A_FORMER_WRITER = TimeUnit.MILLISECONDS.toNanos(1);

	/** What {@link #changesIfHeld()} returns otherwise. */
	private static final long NOT_HELD = -1;

	private static final int MOST_VERDICTS = 10;

	private final EngineLock engine;

	final Pin pin = new Pin();

	private final Gate gate;

	private final ReentrantLock edge = new Mutex();

	/** Those who wait for something that happens in this JVM. */
	private final Condition changed = this.edge.newCondition();

	/** Those who ask the engine again after a pause. */
	private final Condition pausing = this.edge.newCondition();

	// The holds of this JVM.

	private int reads;

	private int updates;

	private int writes;

	/** How many of them are detached. */
	private int detached;

	// What the engine has given. Guarded by `edge`.

	private boolean shared;

	private boolean update;

	private boolean exclusive;

	/** Whether the exclusive lock is held for a writer that waits, and by nobody. */
	private final AtomicBoolean passed = new AtomicBoolean();

	private final Passing passing = new Passing(System::nanoTime);

	/** Whether readers may join the shared lock. */
	private boolean open;

	/** Whether anybody has joined what a writer left, and when. */
	private boolean joined;

	private long joinedAt;

	/** How often the engine has given something, or was given it back. */
	private long changes;

	/** Whether the engine has said that what is held is lost. */
	private boolean stolen;

	private int thefts;

	/** How many sleep between two attempts, with the local lock held. */
	private int sleepers;

	/** Of those who wait in each mode, the one that asks the engine. */
	private final Map<LockMode, Negotiation> negotiators = new EnumMap<>(LockMode.class);

	Share(EngineLock engine, Gate gate) {
		this.engine = engine;
		this.gate = gate;
	}

	/** Whether there are holds. Not wrong about those of the caller, by whatever race. */
	boolean isHeld() {
		return (this.reads | this.updates | this.writes) != 0;
	}

	boolean isHeld(LockMode mode) {
		this.edge.lock();
		try {
			return switch (mode) {
				case SHARED -> this.reads > 0;
				case UPDATE -> this.updates > 0;
				case EXCLUSIVE -> this.writes > 0;
			};
		}
		finally {
			this.edge.unlock();
		}
	}

	/**
	 * Whether nobody holds, and nobody sleeps with the local lock, now that no call of
	 * the engine is under way.
	 */
	boolean isIdle() {
		this.edge.lock();
		try {
			return !isHeld() && this.sleepers == 0;
		}
		finally {
			this.edge.unlock();
		}
	}

	/**
	 * Whether the holds that are there, and those that sleep with the local lock, leave
	 * room for another one, now that no call of the engine is under way.
	 */
	boolean admits(LockMode mode) {
		this.edge.lock();
		try {
			return this.sleepers == 0 && switch (mode) {
				case SHARED -> this.writes == 0;
				case UPDATE -> this.writes == 0 && this.updates == 0;
				case EXCLUSIVE -> !isHeld();
			};
		}
		finally {
			this.edge.unlock();
		}
	}

	/**
	 * Whether an updater is the only holder, now that no call of the engine is under way.
	 * Readers that sleep with the local lock do not count: they are about to give it up.
	 * Detached holds are holders of their own.
	 * @param reads how often the updater reads as well
	 * @param updates how often it holds the lock for update
	 */
	boolean admitsUpgrade(int reads, int updates) {
		this.edge.lock();
		try {
			return this.writes == 0 && this.reads <= reads && this.updates <= updates;
		}
		finally {
			this.edge.unlock();
		}
	}

	boolean isPassed() {
		return this.passed.get();
	}

	/** Add a hold that those of the caller cover. */
	boolean add(LockMode mode) {
		this.edge.lock();
		try {
			count(mode, 1);
			return true;
		}
		finally {
			this.edge.unlock();
		}
	}

	private void count(LockMode mode, int change) {
		switch (mode) {
			case SHARED -> this.reads = sum(this.reads, change);
			case UPDATE -> this.updates = sum(this.updates, change);
			case EXCLUSIVE -> this.writes = sum(this.writes, change);
		}
	}

	private static int sum(int holds, int change) {
		if (holds == Integer.MAX_VALUE && change > 0) {
			throw new Error("Maximum lock count exceeded");
		}
		return holds + change;
	}

	/**
	 * Add a hold if the engine gives what it needs.
	 */
	boolean take(LockMode mode, Attempt attempt) {
		if (mode == LockMode.EXCLUSIVE && this.passed.getAcquire()) {
			this.passed.setRelease(false);
			this.writes = 1;
			return true;
		}
		this.edge.lock();
		try {
			boolean taken = switch (mode) {
				case SHARED -> isCoveredForReader() || (!this.shared && !this.exclusive && read(attempt));
				case UPDATE -> this.update || isJoinedToFormerWriter() || (!this.exclusive && update(attempt));
				case EXCLUSIVE -> this.exclusive || write(attempt);
			};
			if (taken) {
				count(mode, 1);
			}
			return taken;
		}
		finally {
			this.edge.unlock();
		}
	}

	private boolean isCoveredForReader() {
		dropPassed();
		if (this.shared) {
			this.open &= !this.engine.isWanted();
			return this.open;
		}
		return isJoinedToFormerWriter();
	}

	private boolean isJoinedToFormerWriter() {
		dropPassed();
		if (!this.exclusive) {
			return false;
		}
		long now = System.nanoTime();
		if (!this.joined) {
			this.joined = true;
			this.joinedAt = now;
		}
		return now - this.joinedAt < JOINING_A_FORMER_WRITER;
	}

	private boolean read(Attempt attempt) {
		this.shared = this.engine.tryAcquire(LockMode.SHARED, attempt);
		if (this.shared) {
			this.open = true;
			obtained();
		}
		return this.shared;
	}

	private boolean update(Attempt attempt) {
		this.update = this.engine.tryAcquire(LockMode.UPDATE, attempt);
		if (this.update) {
			obtained();
			// Readers that sleep with the local lock must not do so any more: they would
			// keep this updater from writing (mayKeepPlace).
			this.pausing.signalAll();
		}
		return this.update;
	}

	private boolean write(Attempt attempt) {
		if (this.shared) {
			// reads of the caller's own, which its update hold covers
			this.shared = false;
			this.changes++;
			this.engine.release(LockMode.SHARED);
		}
		this.exclusive = this.engine.tryAcquire(LockMode.EXCLUSIVE, attempt);
		if (this.exclusive) {
			this.passing.begin();
			obtained();
		}
		return this.exclusive;
	}

	private void obtained() {
		this.pin.gate = this.gate;
		this.changes++;
		this.changed.signalAll();
	}

	/**
	 * Remove a hold, and give back what no other one needs.
	 * @param heirs whether a writer of this JVM waits
	 * @return whether the lock is known to have been stolen while it was held
	 */
	boolean remove(LockMode mode, boolean heirs) {
		// Without detached holds who writes is alone, and needs no mutex to pass.
		if (mode == LockMode.EXCLUSIVE && heirs && this.detached == 0 && pass()) {
			return false;
		}
		this.edge.lock();
		try {
			return remove(mode);
		}
		finally {
			this.edge.unlock();
		}
	}

	private boolean remove(LockMode mode) {
		count(mode, -1);
		boolean wasStolen = this.stolen;
		settle(mode);
		return wasStolen;
	}

	/** A hold of the caller will be removed by {@link #removeDetached}. */
	void detach() {
		this.edge.lock();
		try {
			this.detached++;
		}
		finally {
			this.edge.unlock();
		}
	}

	boolean removeDetached(LockMode mode) {
		this.edge.lock();
		try {
			return remove(mode);
		}
		finally {
			this.detached--;
			this.edge.unlock();
		}
	}

	private boolean pass() {
		if (this.stolen || this.writes != 1 || this.reads != 0 || this.updates != 0 || this.update
				|| !this.passing.once()) {
			return false;
		}
		this.writes = 0;
		// seen by others before the local lock is free
		this.passed.setRelease(true);
		return true;
	}

	private void settle(LockMode removed) {
		if (this.writes > 0) {
			return;
		}
		try {
			if (this.exclusive && (this.update || (this.reads == 0 && this.updates == 0))) {
				this.exclusive = false;
				giveBack(LockMode.EXCLUSIVE);
			}
			else if (removed == LockMode.EXCLUSIVE) {
				this.joined = false;
			}
		}
		finally {
			settleUpdate();
		}
	}

	private void settleUpdate() {
		try {
			if (this.update && this.updates == 0 && (this.reads == 0 || this.shared || read(Attempt.BARGING))) {
				this.update = false;
				giveBack(LockMode.UPDATE);
			}
		}
		finally {
			if (this.shared && this.reads == 0) {
				this.shared = false;
				giveBack(LockMode.SHARED);
			}
		}
	}

	private void giveBack(LockMode mode) {
		this.changed.signalAll();
		this.changes++;
		this.stolen &= !isFree();
		this.engine.release(mode);
		if (isFree()) {
			// not if that failed: the engine tries again with the next attempt
			this.pin.gate = null;
		}
	}

	/** Try again what the engine has failed to release. */
	void releaseAgain() {
		this.edge.lock();
		try {
			this.engine.releaseAgain();
			if (isFree()) {
				this.pin.gate = null;
			}
		}
		finally {
			this.edge.unlock();
		}
	}

	private boolean isFree() {
		return !this.shared && !this.update && !this.exclusive;
	}

	/** Give back what was passed. Called by who has the local lock. */
	void dropPassed() {
		if (!this.passed.get()) {
			return;
		}
		this.edge.lock();
		try {
			if (this.passed.get()) {
				this.passed.set(false);
				settle(LockMode.EXCLUSIVE);
			}
		}
		finally {
			this.edge.unlock();
		}
	}

	LockState verify() {
		return judge().state;
	}

	/**
	 * Ask the engine without the mutex, since that may be slow. What it says against a
	 * lock counts if that was neither taken nor given back meanwhile.
	 */
	private Verdict judge() {
		for (int i = 0; i < MOST_VERDICTS; i++) {
			long before = changesIfHeld();
			if (before == NOT_HELD) {
				return new Verdict(LockState.NOT_HELD, before);
			}
			LockState state = this.engine.verify();
			if (state == LockState.HELD || changesIfHeld() == before) {
				return new Verdict(state, before);
			}
		}
		return new Verdict(LockState.UNKNOWN, NOT_HELD);
	}

	private long changesIfHeld() {
		this.edge.lock();
		try {
			return isHeld() ? this.changes : NOT_HELD;
		}
		finally {
			this.edge.unlock();
		}
	}

	/**
	 * Look whether what is held was stolen; if so, who holds it will be told in the end.
	 * @return the number of the theft among those of this lock, or 0 if there is none now
	 */
	int theft() {
		Verdict verdict = judge();
		this.edge.lock();
		try {
			if (!this.stolen && verdict.state == LockState.LOST && isHeld() && verdict.changes == this.changes) {
				this.stolen = true;
				this.thefts++;
			}
			return this.stolen ? this.thefts : 0;
		}
		finally {
			this.edge.unlock();
		}
	}

	/**
	 * Wake all waiters, unless another thread has the mutex, which may take as long as a
	 * call of the engine.
	 * @return whether they were woken
	 */
	boolean tryWakeWaiters() {
		if (!this.edge.tryLock()) {
			return false;
		}
		try {
			this.changed.signalAll();
			this.pausing.signalAll();
			return true;
		}
		finally {
			this.edge.unlock();
		}
	}

	/**
	 * The attempts of somebody who waits for the engine. Of those who wait in one mode,
	 * one asks the engine.
	 */
	final class Negotiation {

		private final LockMode mode;

		Negotiation(LockMode mode) {
			this.mode = mode;
		}

		/**
		 * Add a hold if that is possible now.
		 * @param last whether there will be no other attempt: then it is made in any case
		 */
		boolean attempt(boolean last) {
			Share.this.edge.lock();
			try {
				boolean asks = asks();
				return (asks || last || isOpen()) && take(this.mode, asks ? Attempt.WAITING : Attempt.POLITE);
			}
			finally {
				Share.this.edge.unlock();
			}
		}

		/** Whether this is the one that asks, or is so from now on. */
		private boolean asks() {
			return Share.this.negotiators.computeIfAbsent(this.mode, (none) -> this) == this;
		}

		/** Whether there may be something to join. */
		private boolean isOpen() {
			return this.mode == LockMode.SHARED && Share.this.shared && Share.this.open;
		}

		/**
		 * Whether somebody may keep its local hold while it sleeps. Who waits to read may
		 * not while this JVM holds anything, for it might wait for a process that waits
		 * for that, and somebody here may have to wait for all readers before giving it
		 * back.
		 */
		boolean mayKeepPlace() {
			Share.this.edge.lock();
			try {
				return this.mode != LockMode.SHARED || isFree();
			}
			finally {
				Share.this.edge.unlock();
			}
		}

		/** Whether the obstacle is held by this JVM itself. */
		private boolean waitsForDraining() {
			return switch (this.mode) {
				case SHARED -> Share.this.shared || Share.this.exclusive;
				case UPDATE -> Share.this.exclusive;
				case EXCLUSIVE -> false;
			};
		}

		/**
		 * Sleep until it is worth while to make another attempt.
		 * @param nanos how long if this is the one that asks
		 * @param longest how long in any case
		 * @param inside whether the local lock is held meanwhile
		 * @param closed whether waiting is over
		 */
		@SuppressWarnings("WaitNotInLoop") // the caller's loop
		void pause(long nanos, long longest, boolean inside, BooleanSupplier closed) throws InterruptedException {
			Share.this.edge.lockInterruptibly();
			Share.this.sleepers += inside ? 1 : 0;
			try {
				// What somebody was to be woken for may have come before it sleeps.
				if (isOpen() || closed.getAsBoolean() || (inside && !mayKeepPlace())) {
					return;
				}
				if (asks() && !waitsForDraining()) {
					long unused = Share.this.pausing.awaitNanos(Math.min(nanos, longest));
				}
				else {
					long unused = Share.this.changed.awaitNanos(longest);
				}
			}
			finally {
				Share.this.sleepers -= inside ? 1 : 0;
				Share.this.edge.unlock();
			}
		}

		/**
		 * Do not ask for a while, or no longer: somebody else may. Has to be called
		 * before this one waits for something else than the engine, because who asks must
		 * not wait for who does not.
		 */
		void resign() {
			Share.this.edge.lock();
			try {
				if (Share.this.negotiators.remove(this.mode, this)) {
					Share.this.changed.signalAll();
					Share.this.engine.stopWaiting(this.mode);
				}
			}
			finally {
				Share.this.edge.unlock();
			}
		}

	}

	/**
	 * What the engine says of a lock.
	 *
	 * @param state the state
	 * @param changes how often the lock had been taken and given back
	 */
	private record Verdict(LockState state, long changes) {
	}

	/**
	 * Refers to its gate while that holds the engine lock, so that whoever refers to the
	 * pin keeps the gate for that time and no longer.
	 */
	static final class Pin {

		@SuppressWarnings("unused") // to refer is its use
		private @Nullable Gate gate;

	}

}
