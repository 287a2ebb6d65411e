package org.fasteners.thread;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;

import org.fasteners.LockHold;
import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.LockRegistryClosedException;
import org.fasteners.StackReserve;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for a {@link LockCore}, and who of them goes next. Also keeps what the
 * core cannot keep in its slots, under the same mutex.
 * <p>
 * Thread-safe.
 */
final class WaitQueue {

	/*-
	 * Nobody is handed the lock but readers under READER and FAIR: a waiter is told to look,
	 * and takes the lock itself when it runs. Until then a running thread may take it
	 * (overtaking), because a lock that is kept for a thread which is not running yet is idle
	 * for as long as a context switch takes. What each preference allows is in three places:
	 *
	 *   publish:  which bits keep others out;
	 *   wake...:  who is told to look, after what;
	 *   proceed:  what a waiter does that looks.
	 *
	 * Overtaking under WRITER. While a waiting writer has not been told to look, new readers
	 * are held back (HOLD_BACK). Once it has been told, they are not: it will take WRITER as
	 * soon as it runs, whether somebody reads or not, so they delay it by no more than their
	 * sections. Running writers may keep it from doing so. They are counted, and so are the
	 * times it looked in vain; past a bound nobody overtakes any more (NO_OVERTAKING) until
	 * the head has had the lock. So it is under READER, where running readers are never held
	 * back.
	 *
	 * READER and FAIR: readers that wait are granted the lock, all at once, when a writer has
	 * left. They count as readers from then on, so that the next writer waits for them.
	 *
	 * FAIR: nobody overtakes. Readers that come while a writer waits wait too, and have their
	 * turn when a write has ended, before the next writer (phase-fair: Brandenburg, Anderson,
	 * 2010).
	 *
	 * No wake-up is lost: a waiter first publishes what it waits for and then looks
	 * (attempt), and only then sleeps; LockSupport keeps an unpark that comes early. Whoever
	 * is told to look and gives up instead lets the next one be told (leave), and whoever
	 * got the lock tells those who may hold it too.
	 *
	 * Nobody times out and holds: whether a waiter is in the queue or has the lock changes
	 * under the mutex, and who gives up looks one last time under that mutex.
	 *
	 * Exhausted memory. A release, and all that follows from it up to the wake-up of a
	 * thread, allocates nothing: waiters and detached holds carry the links of the lists
	 * that they are in, chains of waiters to be woken are made of the same waiters, and the
	 * mutex is one that needs no memory (Mutex). A waiter allocates before it has changed
	 * anything; whatever fails later takes it out of the queue. A thread that comes back
	 * from a condition cannot give up, so it allocates nothing from the moment in which it
	 * gives up the lock.
	 *
	 * Exhausted stack. A release must not fail once the acquisition has succeeded, so the
	 * stack that it needs is demanded on acquisition (StackReserve): for an uncontended one
	 * a little, because it is demanded each time; for all that works under the mutex
	 * (detached holds, reads without a slot) as much as that takes. A contended release
	 * which finds less than it needs to serve the queue releases the lock all the same and
	 * wakes one thread of the queue, the deputy, which serves the queue on its own stack
	 * (LockCore.tellReleased, LockCore.vacated):
	 *
	 *   1. The releasing thread changes the state of the lock, then reads `control`, then
	 *      reads `deputy`, and unparks that thread.
	 *   2. A waiter becomes the deputy before it publishes what it waits for (enter). So a
	 *      releasing thread that sees its bits sees a deputy, unless that has left.
	 *   3. A deputy that leaves names the next one, and then serves the queue (remove,
	 *      serve). A releasing thread that has read the former deputy has changed the state
	 *      before that, so the service sees the change.
	 *
	 * A deputy is a platform thread: to unpark one takes no more than a call of the JVM. To
	 * unpark a virtual thread submits it to its scheduler; if the stack ended in between,
	 * that thread would never run again. A queue of futures and virtual threads alone has
	 * no deputy: the next change of the lock serves it, or the periodic look of a virtual
	 * thread.
	 *
	 * Invariant: the outermost lock() of the mutex by a thread comes after a demand for the
	 * stack that all work under the mutex takes, because an overflow between lock() and
	 * unlock() would keep the mutex locked for ever. A method that begins an operation
	 * demands it itself (lockForQuery). A method on a path that has changed the state of the
	 * lock does not, because it must not fail there: the demand was made before the change,
	 * as the method says.
	 *
	 * A permit of LockSupport does not outlast code of the user: an executor that runs the
	 * tasks of futures in the calling thread, or a logger, may park and so take it. So a
	 * wake-up is a flag as well (Waiter.Sleeper.woken), set before the unpark. A waiter does
	 * not park while it is set, and clears it before it looks.
	 */

	private static final int MOST_FAILURES = 16;

	static final int MOST_OVERTAKERS = 1 << 20;

	/** When a waiter looks by itself for the first time, to report dead owners. */
	long firstLook = TimeUnit.SECONDS.toNanos(1);

	private static final long LONGEST_SLEEP = TimeUnit.MINUTES.toNanos(1);

	private static final System.Logger LOGGER = System.getLogger("org.fasteners");

	private final LockCore core;

	private final boolean fair;

	/** Whether readers are granted the lock while they sleep. */
	private final boolean grants;

	private final Mutex mutex = new Mutex();

	/** Writers and updaters in the order of their arrival; who upgrades goes first. */
	private final WaiterList writers = new WaiterList();

	private final WaiterList readers = new WaiterList();

	private final UnslottedReads reads;

	private final DetachedHolds detached = new DetachedHolds();

	/** Whether an owner holds beside the detached holds of the same kind. */
	private boolean attachedWrite;

	private boolean attachedUpdate;

	/** Who upgrades, while it waits for the other readers. */
	private volatile @Nullable Object upgrader;

	/** FAIR: a write has begun or ended since the readers began to wait. */
	private boolean readersTurn;

	private boolean closed;

	/** Whether {@link #serve} is at work, and is asked to look again. */
	private boolean serving;

	private boolean serveAgain;

	private final Set<Thread> reportedDead = Collections.newSetFromMap(new IdentityHashMap<>());

	/**
	 * A platform thread in the queue, which can serve it on behalf of others: the first
	 * of a list of all such threads, the latest first.
	 */
	private volatile Waiter.@Nullable Sleeper deputy;

	/** To be woken by the thread that has the mutex, when it has released it. */
	private @Nullable Waiter firstToWake;

	private @Nullable Waiter lastToWake;

	WaitQueue(LockCore core) {
		this.core = core;
		this.fair = core.preference == LockPreference.FAIR;
		this.grants = core.preference != LockPreference.WRITER;
		this.reads = new UnslottedReads(core.ownersAreThreads());
	}

	// Waiting

	/**
	 * Wait for the lock.
	 * @param waiter who waits, for whom WRITER may be pending
	 * @return whether it was obtained
	 */
	boolean await(Waiter.Sleeper waiter, long nanos, boolean interruptible) throws InterruptedException {
		long start = System.nanoTime();
		long nextReport = this.firstLook;
		boolean interrupted = false;
		try {
			boolean obtained = enter(waiter);
			while (!obtained) {
				long waited = System.nanoTime() - start;
				// what is handed over comes soon if it comes from a running thread
				if (!waiter.woken && (!this.fair || !Spin.awaitTold(waiter))) {
					park(Math.min(nanos - waited, nextReport - waited));
				}
				waiter.woken = false;
				if (waiter.signalled && !waiter.pending) {
					Spin.blindly(this.core, obstacle(waiter));
				}
				interrupted |= Thread.interrupted();
				waited = System.nanoTime() - start;
				boolean late = waited >= nanos;
				boolean stop = interrupted && interruptible;
				if (late || waited >= nextReport) {
					reportDeadOwners(waiter);
					nextReport = waited + Math.min(waited, LONGEST_SLEEP);
				}
				obtained = look(waiter, late || stop);
				if (!obtained && stop) {
					interrupted = false;
					throw new InterruptedException();
				}
				if (!obtained && late) {
					return false;
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

	/** A thread that finds no memory to sleep looks again at once. */
	private void park(long nanos) {
		try {
			LockSupport.parkNanos(this.core, nanos);
		}
		catch (OutOfMemoryError ex) {
			Thread.onSpinWait();
		}
	}

	private boolean enter(Waiter waiter) {
		lock();
		try {
			if (waiter.mode == LockMode.SHARED) {
				if (waiter.upgrade) {
					this.readers.addFirst(waiter);
				}
				else {
					this.readers.addLast(waiter);
				}
				this.readersTurn |= (this.core.state & LockCore.WRITER) != 0;
			}
			else if (waiter.upgrade || waiter.pending) {
				this.writers.addFirst(waiter);
			}
			else {
				this.writers.addLast(waiter);
			}
			if (waiter instanceof Waiter.Sleeper sleeper && !sleeper.virtual) {
				addDeputy(sleeper);
			}
			if (attempt(waiter)) {
				return true;
			}
			// a lock that is free is granted all the same
			if (isOver(waiter)) {
				throw new LockRegistryClosedException(this.core.name);
			}
			return false;
		}
		catch (Throwable ex) {
			leave(waiter);
			throw ex;
		}
		finally {
			unlock();
		}
	}

	private boolean isOver(Waiter waiter) {
		boolean returning = waiter instanceof Waiter.Sleeper sleeper && sleeper.returning;
		return (this.closed && !returning) || waiter.isClosed();
	}

	/**
	 * Look whether the lock can be had.
	 * @param last whether to give up if not
	 */
	private boolean look(Waiter waiter, boolean last) {
		lock();
		try {
			boolean over = isOver(waiter);
			if (waiter.signalled) {
				waiter.failures++;
			}
			if (attempt(waiter)) {
				return true;
			}
			if (over) {
				throw new LockRegistryClosedException(this.core.name);
			}
			if (last) {
				leave(waiter);
			}
			return false;
		}
		catch (Throwable ex) {
			leave(waiter);
			throw ex;
		}
		finally {
			unlock();
		}
	}

	/** Say what the waiter waits for, then try. */
	private boolean attempt(Waiter waiter) {
		waiter.signalled = false;
		publish();
		boolean wasPending = waiter.pending;
		boolean held = proceed(waiter);
		if (waiter.pending && !wasPending) {
			publish();
			held = proceed(waiter);
		}
		if (held) {
			remove(waiter);
			if (waiter.mode != LockMode.SHARED) {
				this.core.overtakers = 0;
				this.readersTurn |= waiter.mode == LockMode.EXCLUSIVE && this.readers.size() > 0;
			}
		}
		serve(false);
		// which may have granted it the lock
		return held || (waiter.granted && proceed(waiter));
	}

	/** Try to take the lock for a waiter. */
	private boolean proceed(Waiter waiter) {
		if (this.grants && waiter.mode == LockMode.SHARED) {
			wakeReaders();
			if (waiter.granted && waiter instanceof Waiter.Sleeper) {
				// what was granted becomes a hold like any other
				this.core.publishRead(waiter.owner);
				this.reads.addAnonymous(-1);
				waiter.converted = true;
			}
			return waiter.granted;
		}
		if (isReadersTurn() && !waiter.pending && !waiter.upgrade) {
			grantReaders();
		}
		boolean held = switch (waiter.mode) {
			case SHARED -> tryRead(waiter.owner);
			case UPDATE -> isHead(waiter) && this.core.tryUpdate(waiter.owner, Manner.PATIENT, true);
			case EXCLUSIVE -> (waiter.pending || isHead(waiter)) && tryWrite(waiter);
		};
		if (held && waiter instanceof Waiter.Promise promise) {
			record(promise);
		}
		return held;
	}

	private boolean isHead(Waiter waiter) {
		return this.writers.first() == waiter;
	}

	private boolean tryRead(Object owner) {
		if (!(owner instanceof DetachedHold)) {
			return this.core.tryRead(owner, Manner.PATIENT);
		}
		this.reads.addAnonymous(1);
		boolean held = this.core.admitted(Manner.PATIENT);
		if (!held) {
			this.reads.addAnonymous(-1);
		}
		return held;
	}

	private boolean tryWrite(Waiter waiter) {
		if (waiter.pending) {
			waiter.pending = !this.core.settle(waiter.owner, waiter.upgrade);
			return !waiter.pending;
		}
		LockCore.Outcome outcome = this.core.tryWrite(waiter.owner, Manner.PATIENT, true);
		waiter.pending = outcome == LockCore.Outcome.PENDING;
		return outcome == LockCore.Outcome.HELD;
	}

	/** The hold of a future belongs to nobody, and is kept here. */
	private void record(Waiter.Promise promise) {
		promise.phase = Waiter.Promise.Phase.GRANTED;
		this.detached.add(promise.hold);
		if (promise.mode != LockMode.SHARED) {
			markDetached(promise.mode, false);
		}
		wake(promise);
	}

	private void remove(Waiter waiter) {
		if (waiter instanceof Waiter.Sleeper sleeper) {
			removeDeputy(sleeper);
		}
		((waiter.mode == LockMode.SHARED) ? this.readers : this.writers).remove(waiter);
	}

	private void addDeputy(Waiter.Sleeper sleeper) {
		Waiter.Sleeper before = this.deputy;
		sleeper.nextDeputy = before;
		if (before != null) {
			before.previousDeputy = sleeper;
		}
		this.deputy = sleeper;
	}

	/** Remove a waiter from the deputies, if it is one of them. */
	private void removeDeputy(Waiter.Sleeper sleeper) {
		Waiter.Sleeper previous = sleeper.previousDeputy;
		Waiter.Sleeper next = sleeper.nextDeputy;
		if (sleeper == this.deputy) {
			this.deputy = next;
		}
		else if (previous != null) {
			previous.nextDeputy = next;
		}
		if (next != null) {
			next.previousDeputy = previous;
		}
		sleeper.previousDeputy = null;
		sleeper.nextDeputy = null;
	}

	/** Stop waiting. */
	private void leave(Waiter waiter) {
		remove(waiter);
		abandon(waiter);
		if (waiter.granted && !waiter.converted && waiter instanceof Waiter.Sleeper) {
			this.reads.addAnonymous(-1);
		}
		serve(false);
	}

	private void abandon(Waiter waiter) {
		if (waiter.pending) {
			waiter.pending = false;
			this.core.giveBack();
		}
	}

	// Who goes next

	/**
	 * Tell those who may go to look. What they wait for is published before, so that a
	 * change which comes too late for this look is told again.
	 * @param writeEnded whether this is because a writer has left
	 */
	private void serve(boolean writeEnded) {
		this.readersTurn |= writeEnded;
		if (this.serving) {
			this.serveAgain = true;
			return;
		}
		this.serving = true;
		try {
			do {
				this.serveAgain = false;
				publish();
			}
			while (wakeWriter() || wakeReaders() || this.serveAgain);
		}
		finally {
			this.serving = false;
		}
	}

	/**
	 * @return whether anything has changed, here and below
	 */
	private boolean wakeWriter() {
		if (isReadersTurn() && grantReaders()) {
			return true;
		}
		Waiter head = this.writers.first();
		if (head == null || head.signalled || !mayGo(head)) {
			return false;
		}
		return signal(head);
	}

	private boolean mayGo(Waiter head) {
		boolean vacated = head.mode == LockMode.UPDATE
				|| (!head.pending && this.core.preference == LockPreference.WRITER)
				|| !this.core.isRead(head.upgrade ? head.owner : null);
		return vacated && (head.pending || (this.core.state & obstacle(head)) == 0);
	}

	private static int obstacle(Waiter head) {
		if (head.mode == LockMode.SHARED) {
			return LockCore.WRITER;
		}
		if (!head.upgrade) {
			return LockCore.WRITER | LockCore.UPDATER;
		}
		return (head.mode == LockMode.UPDATE) ? LockCore.UPDATER : LockCore.WRITER;
	}

	private boolean wakeReaders() {
		Waiter next = this.readers.first();
		if (next == null || (this.core.state & LockCore.WRITER) != 0 || !readersMayGo()) {
			return false;
		}
		if (this.grants) {
			return grantReaders();
		}
		return !next.signalled && signal(next);
	}

	/** Whether readers that wait go before the next writer. */
	private boolean isReadersTurn() {
		return this.fair ? this.readersTurn : this.core.preference == LockPreference.READER;
	}

	private boolean readersMayGo() {
		Waiter next = this.readers.first();
		return this.core.preference == LockPreference.READER || this.writers.exclusive() == 0
				|| (next != null && next.upgrade);
	}

	/** Let all readers in that wait; not under WRITER. */
	private boolean grantReaders() {
		int granted = this.readers.size();
		if (granted == 0 || (this.core.state & LockCore.WRITER) != 0) {
			this.readersTurn &= granted > 0;
			return false;
		}
		this.reads.addAnonymous(granted);
		if (!this.core.admitted(Manner.BARGING)) {
			this.reads.addAnonymous(-granted);
			return false;
		}
		this.readersTurn = false;
		Waiter reader = this.readers.first();
		while (reader != null) {
			remove(reader);
			reader.granted = true;
			if (reader instanceof Waiter.Promise promise) {
				record(promise);
			}
			else {
				wake(reader);
			}
			reader = this.readers.first();
		}
		return true;
	}

	private boolean signal(Waiter waiter) {
		if (waiter instanceof Waiter.Promise) {
			boolean wasPending = waiter.pending;
			if (proceed(waiter)) {
				remove(waiter);
				return true;
			}
			waiter.failures++;
			return waiter.pending && !wasPending;
		}
		waiter.signalled = true;
		wake(waiter);
		return true;
	}

	/** Derive the bits of control from who waits. */
	private void publish() {
		int bits = 0;
		Waiter head = this.writers.first();
		this.upgrader = (head != null && head.upgrade) ? head.owner : null;
		boolean writes = this.writers.exclusive() > 0;
		if (head != null) {
			bits |= writes ? LockCore.QUEUED | LockCore.WRITERS : LockCore.QUEUED;
			if (this.fair || head.failures >= MOST_FAILURES || this.core.overtakers >= this.core.mostOvertakers) {
				bits |= LockCore.NO_OVERTAKING;
			}
			if (!head.signalled) {
				bits |= LockCore.TELL_RELEASE;
				if (head.pending
						|| (head.mode == LockMode.EXCLUSIVE && this.core.preference != LockPreference.WRITER)) {
					bits |= LockCore.TELL_VACATED;
				}
			}
			if (writes && (this.fair || (!head.signalled && this.core.preference == LockPreference.WRITER))) {
				bits |= LockCore.HOLD_BACK;
			}
		}
		Waiter reader = this.readers.first();
		if (reader != null) {
			if (this.fair) {
				bits |= LockCore.NO_OVERTAKING;
			}
			if (this.grants || (!reader.signalled && readersMayGo())) {
				bits |= LockCore.TELL_RELEASE;
			}
		}
		if (this.core.control != bits) {
			this.core.control = bits;
		}
	}

	private void changeState(int clear, int set) {
		int s = this.core.state;
		while (s != ((s & ~clear) | set) && !this.core.changeState(s, (s & ~clear) | set)) {
			s = this.core.state;
		}
	}

	/** Something was given back. */
	void changed(boolean writeEnded) {
		lock();
		try {
			serve(writeEnded);
		}
		finally {
			unlock();
		}
	}

	/**
	 * Have a waiter serve the queue, for a thread that has too little stack to do so.
	 * Called after that thread has changed the state of the lock. Locks nothing.
	 */
	void changedForDeputy() {
		Waiter.Sleeper waiter = this.deputy;
		if (waiter != null) {
			waiter.wake();
		}
	}

	/** Have all who wait look again, and ask whether waiting is over for them. */
	void wakeAll() {
		lockForQuery();
		try {
			wakeSleepers(this.writers);
			wakeSleepers(this.readers);
		}
		finally {
			unlock();
		}
	}

	private void wakeSleepers(WaiterList waiters) {
		for (Waiter waiter = waiters.first(); waiter != null; waiter = waiter.next) {
			if (waiter instanceof Waiter.Sleeper) {
				wake(waiter);
			}
		}
	}

	/** From now on nobody waits: those who do are told so, those who hold are not. */
	void close() {
		lockForQuery();
		try {
			this.closed = true;
			this.serving = true; // nobody is let in before all have been told
			try {
				failPromises(this.writers);
				failPromises(this.readers);
				wakeSleepers(this.writers);
				wakeSleepers(this.readers);
			}
			finally {
				this.serving = false;
				serve(false);
			}
		}
		finally {
			unlock();
		}
	}

	private void failPromises(WaiterList waiters) {
		Waiter waiter = waiters.first();
		while (waiter != null) {
			Waiter next = waiter.next;
			if (waiter instanceof Waiter.Promise promise) {
				promise.fail(new LockRegistryClosedException(this.core.name));
				promise.phase = Waiter.Promise.Phase.ENDED;
				remove(promise);
				abandon(promise);
				wake(promise);
			}
			waiter = next;
		}
	}

	// Futures

	/**
	 * Wait without a thread.
	 * @param future is completed with the hold, or uses it
	 * @param holds makes what the user gets
	 * @throws LockRegistryClosedException if the registry is closed and the lock is not
	 * free
	 */
	void promise(LockMode mode, Executor executor, PromisedFuture<?> future, Function<DetachedHold, LockHold> holds) {
		StackReserve.requireForThreadLock();
		DetachedHold hold = new DetachedHold(mode, this.core.currentOwner(), this);
		enter(new Waiter.Promise(this, hold, holds.apply(hold), future, executor));
	}

	/**
	 * The executor is about to deliver what was granted.
	 * @return whether that is still wanted
	 */
	boolean beginDelivery(Waiter.Promise promise) {
		// more than closing demands, so that a hold that was delivered here is closed
		// here
		StackReserve.requireForBodyUnderThreadLock();
		lock();
		try {
			if (promise.phase != Waiter.Promise.Phase.GRANTED) {
				return false;
			}
			promise.phase = Waiter.Promise.Phase.DELIVERED;
			return true;
		}
		finally {
			unlock();
		}
	}

	/**
	 * End the wait, or release what was granted and not delivered.
	 * @return whether there was one of these
	 */
	boolean withdraw(Waiter.Promise promise) {
		lock();
		try {
			switch (promise.phase) {
				case WAITING -> {
					promise.phase = Waiter.Promise.Phase.ENDED;
					leave(promise);
				}
				case GRANTED -> {
					promise.phase = Waiter.Promise.Phase.ENDED;
					endDetached(promise.hold);
				}
				default -> {
					return false;
				}
			}
			return true;
		}
		finally {
			unlock();
		}
	}

	/** Try again to complete a future, when this queue is used next. */
	void wakeLater(Waiter.Promise promise) {
		this.mutex.lock();
		try {
			wake(promise);
		}
		finally {
			this.mutex.unlock();
		}
	}

	// Detached holds

	DetachedHold detach(LockMode mode) {
		// more than closing demands, so that a hold that was detached here is closed here
		StackReserve.requireForBodyUnderThreadLock();
		lock();
		try {
			Object owner = this.core.currentOwner();
			if (this.core.holdCount(mode, owner) == 0) {
				throw this.core.notHeld(mode);
			}
			DetachedHold hold = new DetachedHold(mode, owner, this);
			// nothing fails from here on
			this.detached.add(hold);
			if (mode == LockMode.SHARED) {
				this.reads.addAnonymous(1);
			}
			boolean more = this.core.detach(mode);
			if (mode != LockMode.SHARED) {
				markDetached(mode, more);
			}
			return hold;
		}
		finally {
			unlock();
		}
	}

	/**
	 * Releases of the mode go through here from now on.
	 * @param attached whether an owner holds beside
	 */
	private void markDetached(LockMode mode, boolean attached) {
		if (mode == LockMode.EXCLUSIVE) {
			this.attachedWrite = attached;
		}
		else {
			this.attachedUpdate = attached;
		}
		changeState(0, LockCore.DETACHED);
	}

	void releaseDetached(DetachedHold hold) {
		StackReserve.requireForThreadLock();
		lock();
		try {
			if (hold.recorded) {
				endDetached(hold);
			}
		}
		finally {
			unlock();
		}
	}

	private void endDetached(DetachedHold hold) {
		this.detached.remove(hold);
		if (hold.mode == LockMode.SHARED) {
			this.reads.addAnonymous(-1);
			serve(false);
		}
		else {
			boolean write = hold.mode == LockMode.EXCLUSIVE;
			releaseUnlessHeld(hold.mode, write ? LockCore.WRITER : LockCore.UPDATER,
					write ? this.attachedWrite : this.attachedUpdate);
		}
	}

	/** An owner lets go of what detached holds may keep. */
	void releaseBesideDetached(int bits) {
		lock();
		try {
			boolean write = (bits & LockCore.WRITER) != 0;
			if (write) {
				this.attachedWrite = false;
			}
			else {
				this.attachedUpdate = false;
			}
			releaseUnlessHeld(write ? LockMode.EXCLUSIVE : LockMode.UPDATE, bits, false);
		}
		finally {
			unlock();
		}
	}

	private void releaseUnlessHeld(LockMode mode, int bits, boolean attached) {
		boolean keep = attached || isDetached(mode);
		boolean marked = isDetached(LockMode.EXCLUSIVE) || isDetached(LockMode.UPDATE);
		changeState((keep ? 0 : bits) | (marked ? 0 : LockCore.DETACHED), 0);
		serve(!keep && (bits & (LockCore.WRITER | LockCore.PENDING)) == LockCore.WRITER);
	}

	private boolean isDetached(LockMode mode) {
		return this.detached.count(mode) > 0;
	}

	boolean isReadByDetachedHold() {
		lockForQuery();
		try {
			return isDetached(LockMode.SHARED);
		}
		finally {
			unlock();
		}
	}

	// Reads without a slot

	void addRead(Object owner) {
		lockForQuery();
		try {
			this.reads.add(owner);
		}
		finally {
			unlock();
		}
	}

	boolean reenterRead(Object owner) {
		if (this.reads.total() == 0) {
			return false;
		}
		lockForQuery();
		try {
			boolean reads = this.reads.count(owner) > 0;
			if (reads) {
				this.reads.add(owner);
			}
			return reads;
		}
		finally {
			unlock();
		}
	}

	/** Called for a hold that {@link #addRead} has demanded the stack for. */
	boolean removeRead(Object owner) {
		lock();
		try {
			if (this.reads.count(owner) == 0) {
				return false;
			}
			this.reads.remove(owner);
			serve(false);
			return true;
		}
		finally {
			unlock();
		}
	}

	int readCount(Object owner) {
		if (this.reads.total() == 0) {
			return 0;
		}
		lockForQuery();
		try {
			return this.reads.count(owner);
		}
		finally {
			unlock();
		}
	}

	/**
	 * Whether there are read holds that have no slot.
	 * @param except an owner that upgrades and whose own reads do not count. The detached
	 * update holds that were its own count for it: they exclude writers, as a detached
	 * read does. The caller has demanded the stack for this if there is such an owner
	 */
	boolean isReadByOther(@Nullable Object except) {
		if (except != null && this.detached.updates() > 0) {
			return true;
		}
		int total = this.reads.total();
		if (total == 0 || except == null) {
			return total > 0;
		}
		lock();
		try {
			return this.reads.isReadByOther(except);
		}
		finally {
			unlock();
		}
	}

	void forEachReader(Consumer<Object> visitor) {
		lockForQuery();
		try {
			this.reads.forEachOwner(visitor);
		}
		finally {
			unlock();
		}
	}

	// Looking

	@Nullable Object upgrader() {
		return this.upgrader;
	}

	boolean isQueued(Object owner, LockMode mode) {
		lockForQuery();
		try {
			Waiter waiter = ((mode == LockMode.SHARED) ? this.readers : this.writers).first();
			while (waiter != null && !(waiter.mode == mode && waiter.owner.equals(owner))) {
				waiter = waiter.next;
			}
			return waiter != null;
		}
		finally {
			unlock();
		}
	}

	int length() {
		lockForQuery();
		try {
			return this.writers.size() + this.readers.size();
		}
		finally {
			unlock();
		}
	}

	List<LockHolder> detachedHolders() {
		lockForQuery();
		try {
			return this.detached.holders();
		}
		finally {
			unlock();
		}
	}

	/** A report is worth no wait: a thread that cannot make one goes on waiting. */
	private void reportDeadOwners(Waiter.Sleeper waiter) {
		try {
			reportDeadOwners();
		}
		catch (OutOfMemoryError | StackOverflowError ex) {
			// made another time, when there is memory; without stack, not at all
		}
		catch (RuntimeException | Error ex) {
			if (!waiter.returning) {
				quit(waiter);
				throw ex;
			}
		}
	}

	private void quit(Waiter waiter) {
		lock();
		try {
			leave(waiter);
		}
		finally {
			unlock();
		}
	}

	/** Say, once for each, which owners are dead: their holds will never end. */
	private void reportDeadOwners() {
		IdentityHashMap<Thread, LockMode> dead = new IdentityHashMap<>();
		this.core.forEachOwner((owner, mode) -> {
			if (owner instanceof Thread thread && !thread.isAlive()) {
				dead.put(thread, mode);
			}
		});
		if (dead.isEmpty()) {
			return;
		}
		// Looked at twice: who is seen again after it was dead has not just released.
		IdentityHashMap<Thread, LockMode> certain = new IdentityHashMap<>();
		this.core.forEachOwner((owner, mode) -> {
			if (owner instanceof Thread thread && dead.containsKey(thread)) {
				certain.put(thread, mode);
			}
		});
		lockForQuery();
		try {
			certain.keySet().removeIf((thread) -> !this.reportedDead.add(thread));
		}
		finally {
			unlock();
		}
		certain.forEach((thread, mode) -> LOGGER.log(System.Logger.Level.WARNING,
				"''{0}'' is held for {1} by {2}: it will not become free", this.core.name, mode.purpose(),
				LockHolder.local(mode, thread).description()));
	}

	// The mutex

	private void lock() {
		this.mutex.lock();
	}

	/**
	 * Lock the mutex for an operation that has changed nothing yet. Within another one
	 * the demand was made by that, which must not fail here.
	 * @throws StackOverflowError if there is too little stack; nothing has changed
	 */
	private void lockForQuery() {
		if (!this.mutex.isHeldByCurrentThread()) {
			StackReserve.requireForThreadLock();
		}
		lock();
	}

	/**
	 * Release the mutex, and then wake those whom changes under it concern. Waking may
	 * run code of the user, which may come here again.
	 */
	private void unlock() {
		Waiter woken = null;
		if (this.firstToWake != null && this.mutex.getHoldCount() == 1) {
			woken = this.firstToWake;
			this.firstToWake = null;
			this.lastToWake = null;
		}
		this.mutex.unlock();
		if (woken != null) {
			Waking.all(woken);
		}
	}

	/** Have a waiter woken when the mutex is free. */
	private void wake(Waiter waiter) {
		if (waiter.toWake) {
			return;
		}
		waiter.toWake = true;
		if (this.lastToWake != null) {
			this.lastToWake.nextToWake = waiter;
		}
		else {
			this.firstToWake = waiter;
		}
		this.lastToWake = waiter;
	}

}
