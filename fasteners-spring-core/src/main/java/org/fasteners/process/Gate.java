package org.fasteners.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.LockRegistryClosedException;
import org.fasteners.LockState;
import org.fasteners.LockStolenException;
import org.fasteners.StackReserve;
import org.fasteners.process.LockEngine.Attempt;
import org.fasteners.process.LockEngine.EngineLock;
import org.fasteners.thread.LocalLock;
import org.jspecify.annotations.Nullable;

/**
 * Stands in front of an engine lock and keeps the threads of this JVM apart. There is one
 * gate for a lock in a JVM.
 * <p>
 * Thread-safe.
 */
final class Gate {

	/*-
	 * A hold is made of two: one of the local lock, which keeps the threads apart, counts
	 * re-entry, queues and knows owners; and a share in what the engine has given to this
	 * JVM (Share), which keeps the processes apart. The local one is taken first and given
	 * back last. So whoever is about to deal with the engine to read is alone with readers
	 * and one updater, and whoever is about to do so to write is alone.
	 *
	 *   obtain:   local lock --> share --> holds
	 *   release:  share --> local lock
	 *
	 * Who is refused by the engine waits, and is no holder meanwhile. Whether it keeps its
	 * local hold while it pauses decides who of this JVM may go before it:
	 *
	 *   FAIR     everybody keeps it: nobody overtakes whoever came first;
	 *   WRITER   writers and updaters keep it, which holds back readers of this JVM as a
	 *            waiting writer should; readers give it back, because they may wait for
	 *            long while other processes write, and no writer of this JVM is to wait
	 *            behind them;
	 *   READER   nobody keeps it: readers go before a writer that waits, and a reader that
	 *            waits for writers elsewhere is in nobody's way.
	 *
	 * Of those who wait in one mode one asks the engine (Share.Negotiation) and the others
	 * wait for what becomes of it, so that any number of waiters costs no more than one.
	 * Whoever ends its wait, however, lets the next one ask. So does who is about to
	 * wait for the local lock, because somebody who has that, and waits for the one who
	 * asks, would wait for ever.
	 *
	 * A single attempt is refused if there is a holder, here or elsewhere, or a waiter. But
	 * between the two steps a thread has the local lock and is no holder yet, or no more. No
	 * attempt may be refused because of such a thread, which may be refused itself or has
	 * left already. So a single attempt that the local lock refuses is repeated while the
	 * holds that the share counts leave room for it (isChanging):
	 *
	 *   to read     no writer, no thread that sleeps with its place, no writer in the queue
	 *   to update   the same, and no updater
	 *   to write    no holder, and no thread that sleeps with its place
	 *   to upgrade  no reader but the updater itself, and no detached hold. A reader that waits gives its place up
	 *               as soon as this JVM holds anything, and is woken for that (Share.update);
	 *               writers in the queue wait for the updater, and do not count
	 *
	 * An attempt is repeated for some seconds at most.
	 */

	private static final int LOOKS_BEFORE_YIELD = 10;

	private static final int LOOKS_BEFORE_SLEEP = 1_000;

	/** Enough for seconds: a crowded machine may let somebody wait in such a moment. */
	private static final int MOST_LOOKS = 20_000;

	private static final long SLEEP = TimeUnit.MICROSECONDS.toNanos(100);

	private final EngineLock engine;

	private final LockPreference preference;

	private final LocalLock local;

	private final Share share;

	/** Guards the users, and whether there may be any more. */
	private final ReentrantLock users = new ReentrantLock();

	/** For each registry that uses this gate, whether that use has ended. */
	private final List<AtomicBoolean> openUsers = new ArrayList<>(1);

	private volatile @Nullable AtomicBoolean latestUser;

	private volatile boolean retired;

	Gate(EngineLock engine, LockPreference preference) {
		this.engine = engine;
		this.preference = preference;
		this.local = new LocalLock(engine.name(), preference);
		this.share = new Share(engine, this);
	}

	LockPreference preference() {
		return this.preference;
	}

	/**
	 * One registry more uses this gate.
	 * @param ended whether the registry uses it no more
	 * @return {@code false} if this gate is retired
	 */
	@SuppressWarnings("ReferenceEquality") // that very registry
	boolean use(AtomicBoolean ended) {
		if (this.latestUser == ended) {
			return true;
		}
		this.users.lock();
		try {
			if (this.retired) {
				return false;
			}
			this.openUsers.removeIf((user) -> user.get() || user == ended);
			this.openUsers.add(ended);
			this.latestUser = ended;
			return true;
		}
		finally {
			this.users.unlock();
		}
	}

	/**
	 * Return whether a registry uses this gate.
	 * @param ended what that registry has passed to {@link #use}
	 */
	boolean isUsedBy(AtomicBoolean ended) {
		this.users.lock();
		try {
			return this.openUsers.contains(ended);
		}
		finally {
			this.users.unlock();
		}
	}

	/**
	 * Retire, unless a registry that uses this gate is open, or it is held.
	 * @return whether this gate is retired
	 */
	boolean retire() {
		this.users.lock();
		try {
			this.openUsers.removeIf(AtomicBoolean::get);
			this.retired |= this.openUsers.isEmpty() && !this.share.isHeld() && !this.share.isPassed();
			return this.retired;
		}
		finally {
			this.users.unlock();
		}
	}

	boolean isRetired() {
		return this.retired;
	}

	Share.Pin pin() {
		return this.share.pin;
	}

	/**
	 * Obtain one hold for the calling thread, if that is possible at once.
	 * @param barging whether those who wait may be overtaken
	 * @return whether the hold was obtained
	 */
	boolean tryObtain(LockMode mode, boolean barging) {
		StackReserve.requireForProcessLock();
		boolean covered = isCovered(mode);
		boolean obtained = false;
		boolean inside = tryLocally(mode, barging);
		try {
			obtained = inside && (covered ? this.share.add(mode)
					: this.share.take(mode, barging ? Attempt.BARGING : Attempt.POLITE));
			return obtained;
		}
		finally {
			if (!obtained) {
				retreat(mode, inside);
			}
		}
	}

	private boolean tryLocally(LockMode mode, boolean barging) {
		boolean inside = this.local.tryObtain(mode, barging);
		for (int look = 0; !inside && look < MOST_LOOKS && isChanging(mode); look++) {
			pauseBriefly(look);
			inside = this.local.tryObtain(mode, barging);
		}
		return inside;
	}

	/**
	 * Whether the local lock is taken by no holder and no waiter that excludes a mode.
	 */
	private boolean isChanging(LockMode mode) {
		if (this.share.isPassed()) {
			return false;
		}
		int updates = (mode == LockMode.EXCLUSIVE) ? this.local.holdCount(LockMode.UPDATE) : 0;
		if (updates > 0) {
			return this.share.admitsUpgrade(this.local.holdCount(LockMode.SHARED), updates);
		}
		return this.share.isIdle() || (this.share.admits(mode) && !this.local.isWaitedFor());
	}

	@SuppressWarnings("ThreadPriorityCheck") // a hint is what is meant
	private static void pauseBriefly(int look) {
		if (look > LOOKS_BEFORE_SLEEP) {
			LockSupport.parkNanos(SLEEP);
		}
		else if (look > LOOKS_BEFORE_YIELD) {
			Thread.yield();
		}
	}

	/**
	 * Obtain one hold for the calling thread, and wait if need be.
	 * @param nanos the longest wait, more than zero
	 * @param closed whether waiting is over because the registry was closed
	 * @return whether the hold was obtained
	 */
	boolean obtain(LockMode mode, long nanos, boolean interruptible, Pauses pauses, BooleanSupplier closed)
			throws InterruptedException {
		if (interruptible && Thread.interrupted()) {
			throw new InterruptedException();
		}
		// Of a closed registry a lock that is free is still granted, but nobody waits.
		if (closed.getAsBoolean()) {
			if (!tryObtain(mode, false)) {
				throw new LockRegistryClosedException(this.engine.name());
			}
			return true;
		}
		StackReserve.requireForProcessLock();
		boolean covered = isCovered(mode);
		boolean obtained = false;
		boolean inside = false;
		Wait wait = null;
		long start = (nanos == Long.MAX_VALUE) ? 0 : System.nanoTime();
		try {
			inside = this.local.obtain(mode, nanos, interruptible, closed);
			obtained = inside && (covered ? this.share.add(mode) : this.share.take(mode, Attempt.POLITE));
			if (inside && !obtained) {
				wait = new Wait(mode, (start != 0) ? start : System.nanoTime(), nanos, interruptible, pauses, closed);
			}
		}
		finally {
			if (!obtained && wait == null) {
				retreat(mode, inside);
			}
		}
		return obtained || (wait != null && wait.await());
	}

	/** Whether the calling thread has a hold that includes what it asks for. */
	private boolean isCovered(LockMode mode) {
		if (!this.share.isHeld()) {
			return false;
		}
		return this.local.holdCount(LockMode.EXCLUSIVE) > 0 || switch (mode) {
			case SHARED -> this.local.holdCount(LockMode.UPDATE) > 0 || this.local.holdCount(LockMode.SHARED) > 0;
			case UPDATE -> this.local.holdCount(LockMode.UPDATE) > 0;
			case EXCLUSIVE -> false;
		};
	}

	/**
	 * An attempt is over, without a hold.
	 * @param inside whether the local lock is held for it
	 */
	private void retreat(LockMode mode, boolean inside) {
		if (inside) {
			this.local.release(mode);
		}
		dropPassed();
	}

	/** Release one hold of the calling thread. */
	void release(LockMode mode) {
		this.local.requireHeld(mode);
		boolean stolen = false;
		try {
			stolen = this.share.remove(mode, this.local.isWaitedFor());
		}
		finally {
			this.local.release(mode);
			dropPassed();
		}
		complain(stolen);
	}

	private void complain(boolean stolen) {
		if (stolen) {
			throw new LockStolenException(this.engine.name());
		}
	}

	/**
	 * Take one hold away from the calling thread.
	 * @return releases it
	 */
	Runnable detach(LockMode mode) {
		// more than closing demands, so that a hold that was detached here is closed here
		StackReserve.requireForBodyUnderProcessLock();
		// made before, so that nothing can fail once the hold has no owner
		Detached detached = new Detached(mode);
		detached.local = this.local.detach(mode);
		this.share.detach();
		return detached;
	}

	/** Try again what the engine has failed to release. */
	void releaseAgain() {
		StackReserve.requireForProcessLock();
		this.share.releaseAgain();
	}

	/*-
	 * An exclusive lock may be passed to a writer of this JVM that waits: the share is kept
	 * for it, by nobody. If that writer gives up, somebody has to give it back. The one who
	 * passes it looks again after it has let the local lock go, and each one who fails to
	 * get the lock looks after it has left the queue. Both write first (passed; the queue)
	 * and read then (the queue; passed), so at least one of them sees the other. To give it
	 * back takes the local lock; who cannot get that need not, because somebody else has
	 * it, or waits for it, and will look when it is done.
	 */
	private void dropPassed() {
		for (int look = 0; this.share.isPassed() && !this.local.isWaitedFor(); look++) {
			if (this.local.tryObtain(LockMode.EXCLUSIVE, true)) {
				try {
					this.share.dropPassed();
				}
				finally {
					this.local.release(LockMode.EXCLUSIVE);
				}
			}
			else if (!this.share.isIdle() || look > MOST_LOOKS) {
				return;
			}
			else {
				pauseBriefly(look);
			}
		}
	}

	/**
	 * Have all waiters check again whether their registry was closed. Does not wait for a
	 * thread that is in a call of the engine.
	 * @return {@code false} if there is such a thread, and so not all were woken
	 */
	boolean tryWakeWaiters() {
		this.local.wakeWaiters();
		return this.share.tryWakeWaiters();
	}

	boolean isHeld(LockMode mode) {
		return this.share.isHeld(mode);
	}

	int holdCount(LockMode mode) {
		return this.share.isHeld() ? this.local.holdCount(mode) : 0;
	}

	/** Ask whether this JVM still holds what it believes to hold. */
	LockState verify() {
		return this.share.verify();
	}

	/**
	 * Look whether the lock was stolen; if so, who holds it will be told when it
	 * releases.
	 * @return the number of the theft among those of this lock, or 0 if there is none now
	 */
	int theft() {
		return this.share.theft();
	}

	String name() {
		return this.engine.name();
	}

	boolean exists() {
		return this.engine.exists();
	}

	/**
	 * Threads of this JVM if they hold the lock, otherwise what the engine knows; and
	 * then the processes that block the queue.
	 */
	List<LockHolder> holders() {
		List<LockHolder> threads = new ArrayList<>();
		for (LockHolder holder : this.local.holders()) {
			if (this.share.isHeld(holder.mode())) {
				threads.add(holder);
			}
		}
		return withWaiters(threads.isEmpty() ? this.engine.holders() : threads, this.engine.waiters());
	}

	/** Add the waiters, but for those that are named as holders. */
	static List<LockHolder> withWaiters(List<LockHolder> holders, List<LockHolder> waiters) {
		List<LockHolder> all = new ArrayList<>(holders);
		for (LockHolder waiter : waiters) {
			if (waiter.pid() == 0 || holders.stream().noneMatch((holder) -> holder.pid() == waiter.pid())) {
				all.add(waiter);
			}
		}
		return List.copyOf(all);
	}

	String path() {
		return this.engine.path();
	}

	private boolean keepsItsPlace(LockMode mode) {
		return switch (this.preference) {
			case FAIR -> true;
			case WRITER -> mode != LockMode.SHARED;
			case READER -> false;
		};
	}

	/**
	 * Releases a hold that was taken away from its owner. The first run removes it, from
	 * the share and then from the local lock, and nothing of that allocates. Each further
	 * run, after a failure of the engine, tries again what the engine has failed to
	 * release.
	 */
	private final class Detached implements Runnable {

		private final LockMode mode;

		private final AtomicBoolean removed = new AtomicBoolean();

		private @Nullable Runnable local;

		Detached(LockMode mode) {
			this.mode = mode;
		}

		@Override
		public void run() {
			StackReserve.requireForProcessLock();
			boolean stolen = false;
			try {
				if (this.removed.compareAndSet(false, true)) {
					stolen = Gate.this.share.removeDetached(this.mode);
				}
				else {
					Gate.this.share.releaseAgain();
				}
			}
			finally {
				Objects.requireNonNull(this.local).run();
				dropPassed();
			}
			complain(stolen);
		}

	}

	/**
	 * Somebody who has been refused by the engine once, and waits.
	 */
	private final class Wait {

		private final LockMode mode;

		private final long start;

		private final long nanos;

		private final boolean interruptible;

		private final Pauses pauses;

		private final BooleanSupplier closed;

		private final Share.Negotiation negotiation;

		private boolean interrupted;

		/** Whether the local lock is held. */
		private boolean inside = true;

		Wait(LockMode mode, long start, long nanos, boolean interruptible, Pauses pauses, BooleanSupplier closed) {
			this.mode = mode;
			this.start = start;
			this.nanos = nanos;
			this.interruptible = interruptible;
			this.pauses = pauses;
			this.closed = closed;
			this.negotiation = Gate.this.share.new Negotiation(mode);
		}

		boolean await() throws InterruptedException {
			boolean obtained = false;
			try {
				// The first attempt is made at once, and the last one when time is over.
				do {
					obtained = this.negotiation.attempt(System.nanoTime() - this.start >= this.nanos);
				}
				while (!obtained && goOn());
				return obtained;
			}
			finally {
				end(obtained);
			}
		}

		/** Whether to make another attempt, after a pause. */
		private boolean goOn() throws InterruptedException {
			long waited = System.nanoTime() - this.start;
			if (waited >= this.nanos) {
				return false;
			}
			if (this.inside && !(keepsItsPlace(this.mode) && this.negotiation.mayKeepPlace())) {
				this.inside = false;
				Gate.this.local.release(this.mode);
			}
			try {
				this.negotiation.pause(this.pauses.next(waited), this.nanos - waited, this.inside, this.closed);
			}
			catch (InterruptedException ex) {
				if (this.interruptible) {
					throw ex;
				}
				this.interrupted = true;
			}
			if (this.closed.getAsBoolean()) {
				throw new LockRegistryClosedException(Gate.this.engine.name());
			}
			return this.inside || comeBack();
		}

		/** Take the local lock again, which was given back. */
		private boolean comeBack() throws InterruptedException {
			this.inside = Gate.this.local.tryObtain(this.mode, false);
			if (!this.inside) {
				this.negotiation.resign();
				long left = this.nanos - (System.nanoTime() - this.start);
				this.inside = Gate.this.local.obtain(this.mode, Math.max(0, left), this.interruptible, this.closed);
			}
			return this.inside;
		}

		private void end(boolean obtained) {
			boolean kept = false;
			try {
				this.negotiation.resign();
				kept = obtained;
			}
			finally {
				if (obtained && !kept) {
					Gate.this.release(this.mode);
				}
				else if (!obtained) {
					retreat(this.mode, this.inside);
				}
				if (this.interrupted) {
					Thread.currentThread().interrupt();
				}
			}
		}

	}

}
