package org.fasteners.thread;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

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
	 */

	private static final int MOST_FAILURES = 16;

	static final int MOST_OVERTAKERS = 1 << 20;

	private static final long FIRST_LOOK = TimeUnit.SECONDS.toNanos(1);

	private static final long LONGEST_SLEEP = TimeUnit.MINUTES.toNanos(1);

	private static final System.Logger LOGGER = System.getLogger("org.fasteners");

	private final LockCore core;

	private final boolean fair;

	/** Whether readers are granted the lock while they sleep. */
	private final boolean grants;

	private final ReentrantLock mutex = new ReentrantLock();

	/** Writers and updaters in the order of their arrival; who upgrades goes first. */
	private final Deque<Waiter> writers = new ArrayDeque<>();

	private final Deque<Waiter> readers = new ArrayDeque<>();

	private final UnslottedReads reads;

	private final List<DetachedHold> detached = new ArrayList<>();

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

	/** To be woken when the mutex is free again, by whoever comes first. */
	private final Queue<Waiter> toWake = new ConcurrentLinkedQueue<>();

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
		long nextReport = FIRST_LOOK;
		boolean interrupted = false;
		try {
			boolean obtained = enter(waiter);
			while (!obtained) {
				long waited = System.nanoTime() - start;
				// what is handed over comes soon if it comes from a running thread
				if (!this.fair || !Spin.await(() -> waiter.signalled || waiter.granted)) {
					LockSupport.parkNanos(this.core, Math.min(nanos - waited, nextReport - waited));
				}
				if (waiter.signalled && !waiter.pending) {
					int obstacle = obstacle(waiter);
					Spin.blindly(() -> (this.core.state & obstacle) == 0);
				}
				interrupted |= Thread.interrupted();
				waited = System.nanoTime() - start;
				boolean late = waited >= nanos;
				boolean stop = interrupted && interruptible;
				if (late || waited >= nextReport) {
					reportDeadOwners();
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

	private boolean enter(Waiter waiter) {
		return guarded(() -> {
			if (isOver(waiter)) {
				abandon(waiter);
				throw new LockRegistryClosedException(this.core.name);
			}
			try {
				if (waiter.mode == LockMode.SHARED) {
					if (waiter.upgrade) {
						this.readers.addFirst(waiter);
					}
					else {
						this.readers.add(waiter);
					}
					this.readersTurn |= (this.core.state & LockCore.WRITER) != 0;
				}
				else if (waiter.upgrade || waiter.pending) {
					this.writers.addFirst(waiter);
				}
				else {
					this.writers.add(waiter);
				}
				return attempt(waiter);
			}
			catch (Throwable ex) {
				leave(waiter);
				throw ex;
			}
		});
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
		return guarded(() -> {
			boolean over = isOver(waiter);
			try {
				if (waiter.signalled) {
					waiter.failures++;
				}
				if (attempt(waiter)) {
					return true;
				}
				if (last || over) {
					leave(waiter);
				}
			}
			catch (Throwable ex) {
				leave(waiter);
				throw ex;
			}
			if (over) {
				throw new LockRegistryClosedException(this.core.name);
			}
			return false;
		});
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
				this.readersTurn |= waiter.mode == LockMode.EXCLUSIVE && !this.readers.isEmpty();
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
		return this.writers.peek() == waiter;
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
		this.detached.add(promise.hold);
		if (promise.mode != LockMode.SHARED) {
			markDetached(promise.mode, false);
		}
		this.toWake.add(promise);
	}

	private void remove(Waiter waiter) {
		((waiter.mode == LockMode.SHARED) ? this.readers : this.writers).remove(waiter);
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
		Waiter head = this.writers.peek();
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
		Waiter next = this.readers.peek();
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
		Waiter next = this.readers.peek();
		return this.core.preference == LockPreference.READER || !hasWriters() || (next != null && next.upgrade);
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
		while (!this.readers.isEmpty()) {
			Waiter reader = this.readers.remove();
			reader.granted = true;
			if (reader instanceof Waiter.Promise promise) {
				record(promise);
			}
			else {
				this.toWake.add(reader);
			}
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
		this.toWake.add(waiter);
		return true;
	}

	/** Derive the bits of control from who waits. */
	private void publish() {
		int bits = 0;
		Waiter head = this.writers.peek();
		this.upgrader = (head != null && head.upgrade) ? head.owner : null;
		boolean writes = hasWriters();
		if (head != null) {
			bits |= LockCore.QUEUED;
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
		Waiter reader = this.readers.peek();
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
		guarded(() -> {
			serve(writeEnded);
			return true;
		});
	}

	/** Have all who wait look again, and ask whether waiting is over for them. */
	void wakeAll() {
		guarded(() -> this.toWake.addAll(all()));
	}

	/** From now on nobody waits: those who do are told so, those who hold are not. */
	void close() {
		guarded(() -> {
			this.closed = true;
			this.serving = true; // nobody is let in before all have been told
			for (Waiter waiter : all()) {
				if (waiter instanceof Waiter.Promise promise) {
					remove(promise);
					abandon(promise);
					promise.fail(new LockRegistryClosedException(this.core.name));
				}
				this.toWake.add(waiter);
			}
			this.serving = false;
			serve(false);
			return true;
		});
	}

	// Futures

	/**
	 * Wait without a thread.
	 * @param holds makes what the future is completed with
	 */
	CompletableFuture<LockHold> promise(LockMode mode, Executor executor, Function<DetachedHold, LockHold> holds) {
		DetachedHold hold = new DetachedHold(mode, this.core.currentOwner(), this);
		Waiter.Promise promise = new Waiter.Promise(hold, holds.apply(hold), executor);
		enter(promise);
		// by cancel, orTimeout, or anybody else but us
		CompletableFuture<LockHold> unused = promise.future.whenComplete((obtained, failure) -> guarded(() -> {
			if (all().contains(promise)) {
				leave(promise);
			}
			return true;
		}));
		return promise.future;
	}

	// Detached holds

	Runnable detach(LockMode mode) {
		return guarded(() -> {
			Object owner = this.core.currentOwner();
			if (this.core.holdCount(mode, owner) == 0) {
				throw this.core.notHeld(mode);
			}
			DetachedHold hold = new DetachedHold(mode, owner, this);
			this.detached.add(hold);
			if (mode == LockMode.SHARED) {
				this.reads.addAnonymous(1);
			}
			boolean more = this.core.detach(mode);
			if (mode != LockMode.SHARED) {
				markDetached(mode, more);
			}
			return hold;
		});
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
		guarded(() -> {
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
			return true;
		});
	}

	/** An owner lets go of what detached holds may keep. */
	void releaseBesideDetached(int bits) {
		guarded(() -> {
			boolean write = (bits & LockCore.WRITER) != 0;
			if (write) {
				this.attachedWrite = false;
			}
			else {
				this.attachedUpdate = false;
			}
			releaseUnlessHeld(write ? LockMode.EXCLUSIVE : LockMode.UPDATE, bits, false);
			return true;
		});
	}

	private void releaseUnlessHeld(LockMode mode, int bits, boolean attached) {
		boolean keep = attached || isDetached(mode);
		boolean marked = isDetached(LockMode.EXCLUSIVE) || isDetached(LockMode.UPDATE);
		changeState((keep ? 0 : bits) | (marked ? 0 : LockCore.DETACHED), 0);
		serve(!keep && (bits & (LockCore.WRITER | LockCore.PENDING)) == LockCore.WRITER);
	}

	private boolean isDetached(LockMode mode) {
		return this.detached.stream().anyMatch((hold) -> hold.mode == mode);
	}

	// Reads without a slot

	void addRead(Object owner) {
		StackReserve.requireForThreadLock();
		guarded(() -> {
			this.reads.add(owner);
			return true;
		});
	}

	boolean reenterRead(Object owner) {
		return this.reads.total() > 0 && guarded(() -> {
			boolean reads = this.reads.count(owner) > 0;
			if (reads) {
				this.reads.add(owner);
			}
			return reads;
		});
	}

	boolean removeRead(Object owner) {
		return guarded(() -> {
			if (this.reads.count(owner) == 0) {
				return false;
			}
			this.reads.remove(owner);
			serve(false);
			return true;
		});
	}

	int readCount(Object owner) {
		return (this.reads.total() > 0) ? guarded(() -> this.reads.count(owner)) : 0;
	}

	boolean isReadByOther(@Nullable Object except) {
		int total = this.reads.total();
		return total > 0 && (except == null || guarded(() -> this.reads.isReadByOther(except)));
	}

	void forEachReader(Consumer<Object> visitor) {
		guarded(() -> {
			this.reads.forEachOwner(visitor);
			return true;
		});
	}

	// Looking

	@Nullable Object upgrader() {
		return this.upgrader;
	}

	boolean hasWriters() {
		return guarded(() -> anyMatch(this.writers, (waiter) -> waiter.mode == LockMode.EXCLUSIVE));
	}

	boolean isQueued(Object owner, LockMode mode) {
		return guarded(() -> anyMatch(all(), (waiter) -> waiter.mode == mode && waiter.owner.equals(owner)));
	}

	int length() {
		return guarded(() -> this.writers.size() + this.readers.size());
	}

	private List<Waiter> all() {
		List<Waiter> all = new ArrayList<>(this.writers);
		all.addAll(this.readers);
		return all;
	}

	private static boolean anyMatch(Iterable<Waiter> waiters, Function<Waiter, Boolean> test) {
		for (Waiter waiter : waiters) {
			if (test.apply(waiter)) {
				return true;
			}
		}
		return false;
	}

	List<LockHolder> detachedHolders() {
		return guarded(
				() -> this.detached.stream().map((hold) -> LockHolder.detached(hold.mode, hold.acquirer)).toList());
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
		guarded(() -> certain.keySet().retainAll(certain.keySet().stream().filter(this.reportedDead::add).toList()));
		certain.forEach((thread, mode) -> LOGGER.log(System.Logger.Level.WARNING,
				"''{0}'' is held for {1} by {2}: it will not become free", this.core.name, mode.purpose(),
				LockHolder.local(mode, thread).description()));
	}

	/**
	 * Do something under the mutex, and wake whoever it concerns after that. Waking may
	 * run code of the user, which may come here again: then the outer call goes on
	 * waking.
	 */
	private <T> T guarded(Supplier<T> action) {
		this.mutex.lock();
		try {
			return action.get();
		}
		finally {
			boolean outermost = this.mutex.getHoldCount() == 1;
			this.mutex.unlock();
			if (outermost && !this.toWake.isEmpty()) {
				Waking.all(this.toWake);
			}
		}
	}

}
