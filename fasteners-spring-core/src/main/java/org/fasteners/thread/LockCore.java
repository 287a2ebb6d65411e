package org.fasteners.thread;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.LockUpgradeException;
import org.fasteners.StackReserve;
import org.jspecify.annotations.Nullable;

/**
 * The state of a {@link ReaderWriterLock}: who holds it, and the attempts to take and
 * release it, none of which waits. Waiting is the business of its {@link WaitQueue}.
 * <p>
 * Thread-safe.
 */
final class LockCore extends ReadSlots {

	/*-
	 * One word of state, and a place outside of it where each reader publishes its holds
	 * (slots), so that readers write to no memory that they share.
	 *
	 *   reader:  publish (CAS on its slot);  then read `state`
	 *   writer:  take W (CAS on `state`);    then read the slots
	 *
	 * All of these are volatile, so in the one total order of such actions at least one of
	 * the two sees the other (Dekker). If the reader sees the writer it takes its hold back;
	 * the writer never does because of a reader that will. So no two of them retreat from
	 * one another for ever.
	 *
	 * READERS filters the scan: unset, there is no valid hold in any slot, and a lock that is
	 * only written never looks at slots. A hold is valid only if it was published and
	 * READERS was then seen set, or was set by CAS, without an obstacle in the same word.
	 * READERS is cleared only in giving back W, by an owner whose scan has found nobody and
	 * who took no read hold itself. A hold published too late for that scan met W and was
	 * taken back. It is not cleared every time, because setting it again costs a CAS that
	 * readers would have to share: one write in eight, so that reading now and then costs
	 * a lock that is mostly written no more than a scan now and then.
	 *
	 * A writer that finds readers and will wait for them adds PENDING, which says that W is
	 * not held yet. This lets tryLock() overtake a writer that waits for readers to leave,
	 * as the contract of Lock wants:
	 *
	 *   barging reader:  publish;  then CAS CAME while PENDING is set;  valid if that worked
	 *   writer:          clear CAME if set;  scan;  CAS PENDING away in a word without CAME
	 *
	 * If the reader's CAS comes first, the writer's last CAS fails and it scans again; it
	 * then sees the slot, which was published before CAME was set. If it comes second, it
	 * fails, for PENDING is gone.
	 *
	 * Between taking W and knowing whether anybody reads, W is undecided: it has no owner.
	 * An attempt that may not wait waits for that decision all the same, so that an attempt
	 * to write that is about to fail does not make another attempt fail. A writer stays
	 * undecided for some hundred nanoseconds if it finds readers, because most leave soon,
	 * and each change of the word costs all others a cache miss.
	 *
	 * While W is decided and nothing is DETACHED, nobody but its owner changes the word:
	 * readers set READERS only in a word without W or with PENDING, and UPDATER is set and
	 * cleared by who holds W or in a word without it. So W is given back by a plain volatile
	 * write, which is cheaper than a CAS.
	 *
	 * UPDATE excludes UPDATE and W of others, not readers. Its owner upgrades by taking W
	 * as above and overlooking its own reads in the scan. Nobody else can take W meanwhile,
	 * because UPDATE is set.
	 *
	 * A second word, `control`, tells the fast paths what those who wait need. It is derived
	 * from the queue and written under its mutex alone (WaitQueue.publish). A waiter sets its
	 * bit, and then looks once more before it sleeps; whoever removes the obstacle (W, UPDATE,
	 * a hold in a slot) does so before it reads `control`. So at least one of them sees the
	 * other, and no wake-up is lost. The bits that hold others back are about order and not
	 * about exclusion: who has read them before they were set came before.
	 */

	/** Slots may be populated. */
	static final int READERS = 1;

	/** Exclusive: held, or being taken. */
	static final int WRITER = 1 << 1;

	/** With WRITER: not held yet. */
	static final int PENDING = 1 << 2;

	/** With PENDING: a reader came after all, look again. */
	static final int CAME = 1 << 3;

	/** The update hold is taken. */
	static final int UPDATER = 1 << 4;

	/** WRITER or UPDATER is held by a detached hold, alone or too. */
	static final int DETACHED = 1 << 5;

	/** Control: new readers queue. */
	static final int HOLD_BACK = 1;

	/** Control: new writers and updaters queue. */
	static final int NO_OVERTAKING = 1 << 1;

	/** Control: a writer or updater is in the queue. */
	static final int QUEUED = 1 << 2;

	/** Control: who gives back WRITER or UPDATER tells the queue. */
	static final int TELL_RELEASE = 1 << 3;

	/** Control: the last reader that leaves tells the queue. */
	static final int TELL_VACATED = 1 << 4;

	/** Control: a writer is in the queue. */
	static final int WRITERS = 1 << 5;

	/** What came of an attempt to write. */
	enum Outcome {

		REFUSED, HELD,

		/** WRITER and PENDING are ours: to be settled, or given back. */
		PENDING

	}

	private static final VarHandle STATE;

	private static final VarHandle QUEUE;

	static {
		try {
			MethodHandles.Lookup lookup = MethodHandles.lookup();
			STATE = lookup.findVarHandle(LockCore.class, "state", int.class);
			QUEUE = lookup.findVarHandle(LockCore.class, "queue", WaitQueue.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	/** Waiting is never over. */
	static final BooleanSupplier NEVER = () -> false;

	private static final int PLACES = places(Runtime.getRuntime().availableProcessors());

	final String name;

	final LockPreference preference;

	/** Who calls, if it is not the thread. */
	private final @Nullable Supplier<?> owners;

	final int mostOvertakers;

	volatile int state;

	/** What those who wait need of others: derived from the queue, under its mutex. */
	volatile int control;

	/** Write holds of the writer beyond its first. */
	private int rewrites;

	private int updates;

	/** How often readers were looked for before writing. */
	private int scans;

	/**
	 * How often the head of the queue was overtaken. Written by whoever writes or
	 * updates.
	 */
	int overtakers;

	/**
	 * How often stack was demanded before writing, about: threads that race may count
	 * once together.
	 */
	private int demands;

	/** Whether whoever writes clears READERS in the end. */
	private boolean closing;

	/** The writer, if owners are supplied; a thread is known to the super class. */
	private @Nullable Object writer;

	private @Nullable Object updater;

	/** Made when it is first needed. */
	private volatile @Nullable WaitQueue queue;

	LockCore(String name, LockPreference preference, @Nullable Supplier<?> owners) {
		this(name, preference, owners, PLACES, WaitQueue.MOST_OVERTAKERS);
	}

	LockCore(String name, LockPreference preference, @Nullable Supplier<?> owners, int places, int mostOvertakers) {
		super(places);
		this.name = name;
		this.preference = preference;
		this.owners = owners;
		this.mostOvertakers = mostOvertakers;
	}

	/** A power of two, at least eight for each processor. */
	private static int places(int processors) {
		return Integer.highestOneBit(8 * processors - 1) << 1;
	}

	Object currentOwner() {
		Supplier<?> supplier = this.owners;
		return (supplier != null) ? Objects.requireNonNull(supplier.get(), "the owner supplier returned null")
				: Thread.currentThread();
	}

	boolean ownersAreThreads() {
		return this.owners == null;
	}

	/**
	 * One attempt.
	 * @param manner not patient
	 */
	boolean attempt(LockMode mode, Manner manner) {
		Object me = currentOwner();
		return switch (mode) {
			case SHARED -> tryRead(me, manner);
			case UPDATE -> tryUpdate(me, manner, false);
			case EXCLUSIVE -> tryWrite(me, manner, false) == Outcome.HELD;
		};
	}

	/**
	 * Take the lock, and wait if need be.
	 * @param nanos the longest wait
	 * @param closed whether nobody of the caller's kind waits any more
	 * @return whether it was obtained in time
	 */
	boolean obtain(LockMode mode, long nanos, boolean interruptible, BooleanSupplier closed)
			throws InterruptedException {
		Object me = currentOwner();
		boolean upgrade = isUpdater(me) || isWriter(me);
		Outcome outcome = Outcome.REFUSED;
		boolean held = switch (mode) {
			case SHARED -> tryRead(me, Manner.PATIENT) || readSoon(me);
			case UPDATE -> tryUpdate(me, Manner.PATIENT, false);
			case EXCLUSIVE -> {
				outcome = tryWrite(me, Manner.PATIENT, false);
				yield outcome == Outcome.HELD || (outcome == Outcome.PENDING && settleSoon(me, upgrade));
			}
		};
		if (held) {
			return true;
		}
		return wait(me, mode, upgrade, outcome == Outcome.PENDING, closed).await(nanos, interruptible);
	}

	/** Writers leave soon, too; but where readers would overtake, they queue. */
	private boolean readSoon(Object me) {
		boolean held = false;
		for (int round = 0; !held && (this.control & HOLD_BACK) == 0 && Spin.pause(round); round++) {
			held = (this.state & WRITER) == 0 && tryRead(me, Manner.PATIENT);
		}
		return held;
	}

	/** Readers leave soon, as a rule. */
	private boolean settleSoon(Object me, boolean upgrade) {
		try {
			boolean held = false;
			for (int round = 0; !held && Spin.pause(round); round++) {
				held = settle(me, upgrade);
			}
			return held;
		}
		catch (Throwable ex) {
			giveBack();
			throw ex;
		}
	}

	private Waiter.Sleeper wait(Object me, LockMode mode, boolean upgrade, boolean pending, BooleanSupplier closed) {
		try {
			StackReserve.requireForThreadLock();
			return new Waiter.Sleeper(queue(), me, mode, upgrade, pending, closed);
		}
		catch (Throwable ex) {
			if (pending) {
				giveBack();
			}
			throw ex;
		}
	}

	// Reading

	/** Read, if that takes no more than the caller's own slot. */
	boolean readAtOnce() {
		if (this.owners != null) {
			return false;
		}
		Thread me = Thread.currentThread();
		ReadSlot slot = slotOf(me);
		if (slot == null) {
			return false;
		}
		long word = slot.word;
		int holds = ReadSlot.holds(word);
		if (slot.owner != me || holds < 0) {
			return false;
		}
		StackReserve.requireForRelease(slot.demands++);
		if (holds > 0) {
			slot.reenter(word);
			return true;
		}
		if ((this.state & WRITER) != 0 || !slot.publish(word)) {
			return false;
		}
		if (((this.state & (READERS | WRITER)) == READERS && (this.control & HOLD_BACK) == 0)
				|| admitted(Manner.PATIENT)) {
			return true;
		}
		leave(slot, word + 1);
		return false;
	}

	/** One attempt to read. */
	boolean tryRead(Object me, Manner manner) {
		if (reenterRead(me)) {
			return true;
		}
		// An updater reads beside anybody but a detached writer, and no other writer
		// comes.
		if (isWriter(me) || (isUpdater(me) && (this.state & WRITER) == 0)) {
			publishRead(me);
			openForReaders();
			this.closing = false;
			return true;
		}
		if (obstructsReader(awaitDecision(manner), manner)) {
			return false;
		}
		ReadSlot slot = publishRead(me);
		if (admitted(manner)) {
			return true;
		}
		if (slot != null) {
			leave(slot, slot.word);
		}
		else {
			queue().removeRead(me);
		}
		return false;
	}

	/** Whether a published hold is valid. If not, it has to be taken back. */
	boolean admitted(Manner manner) {
		while (true) {
			int s = awaitDecision(manner);
			if (obstructsReader(s, manner)) {
				return false;
			}
			int needed = ((s & WRITER) != 0) ? READERS | CAME : READERS;
			if ((s & needed) == needed || changeState(s, s | needed)) {
				return true;
			}
		}
	}

	private boolean obstructsReader(int s, Manner manner) {
		if ((s & WRITER) != 0 && (s & PENDING) == 0) {
			return true;
		}
		if (manner == Manner.BARGING || this.preference == LockPreference.READER) {
			return false;
		}
		if (manner == Manner.ONCE) {
			return (this.control & WRITERS) != 0;
		}
		return (s & WRITER) != 0 || (this.control & HOLD_BACK) != 0;
	}

	private void openForReaders() {
		int s = this.state;
		while ((s & READERS) == 0 && !changeState(s, s | READERS)) {
			s = this.state;
		}
	}

	private boolean reenterRead(Object me) {
		if ((this.state & READERS) == 0) {
			return false;
		}
		ReadSlot slot = (this.owners == null && me instanceof Thread thread) ? heldSlot(thread) : null;
		if (slot != null) {
			slot.reenter(slot.word);
			return true;
		}
		WaitQueue waiting = this.queue;
		return waiting != null && waiting.reenterRead(me);
	}

	/** Publish a first hold: in a slot, or {@code null} if there is no room in one. */
	@Nullable ReadSlot publishRead(Object me) {
		ReadSlot slot = (this.owners == null) ? claim((Thread) me) : null;
		if (slot == null) {
			queue().addRead(me);
		}
		return slot;
	}

	void unlockRead() {
		if (this.owners == null) {
			ReadSlot slot = heldSlot(Thread.currentThread());
			if (slot != null) {
				leave(slot, slot.word);
				return;
			}
		}
		WaitQueue waiting = this.queue;
		if (waiting == null || !waiting.removeRead(currentOwner())) {
			throw notHeld(LockMode.SHARED);
		}
	}

	private void leave(ReadSlot slot, long word) {
		slot.leave(word);
		if (ReadSlot.holds(word) == 1 && (this.control & TELL_VACATED) != 0) {
			vacated();
		}
	}

	/** The last reader that leaves tells the queue. */
	private void vacated() {
		if (!StackReserve.isEnoughForThreadLock()) {
			queue().changedForDeputy();
			return;
		}
		WaitQueue waiting = queue();
		if (!isRead(waiting.upgrader())) {
			waiting.changed(false);
		}
	}

	/**
	 * Whether there are read holds, valid or about to be.
	 * @param except an owner whose holds do not count
	 */
	boolean isRead(@Nullable Object except) {
		// A hold may move while this looks: from a grant into a slot, and from a slot to
		// the detached ones. It is published in its new place before it leaves the old
		// one, so looking at the moving ends before and after the slots misses none.
		WaitQueue waiting = this.queue;
		return (waiting != null && waiting.isReadByOther(except)) || isReadInSlot(except)
				|| ((waiting = this.queue) != null && waiting.isReadByOther(except));
	}

	int readCount(Object me) {
		ReadSlot slot = (this.owners == null && me instanceof Thread thread) ? heldSlot(thread) : null;
		if (slot != null) {
			return ReadSlot.holds(slot.word);
		}
		WaitQueue waiting = this.queue;
		return (waiting != null) ? waiting.readCount(me) : 0;
	}

	// Writing

	/** Write, or wait for readers to leave, if that takes no more than one word. */
	Outcome writeAtOnce() {
		int s = this.state;
		if (this.owners != null || (s & (WRITER | UPDATER)) != 0 || (this.control & NO_OVERTAKING) != 0) {
			return Outcome.REFUSED;
		}
		StackReserve.requireForRelease(this.demands++);
		Thread me = Thread.currentThread();
		boolean readers = (s & READERS) != 0;
		boolean mayWait = this.preference != LockPreference.READER;
		if ((readers && (mayWait ? readCount(me) > 0 : isRead(null))) || !changeState(s, s | WRITER)) {
			return Outcome.REFUSED;
		}
		if (readers && isReadSafely(null)) {
			return retreat(mayWait, false);
		}
		own(me, false, readers);
		countOvertaking();
		return Outcome.HELD;
	}

	/** Wait for readers to leave, with WRITER pending for the caller. */
	void writeWhenVacated() {
		Thread me = Thread.currentThread();
		if (!settleSoon(me, false)) {
			try {
				wait(me, LockMode.EXCLUSIVE, false, true, NEVER).await(Long.MAX_VALUE, false);
			}
			catch (InterruptedException ex) {
				throw new AssertionError(ex);
			}
		}
	}

	/**
	 * Called by who has WRITER or UPDATER, and tells the queue when it gives that back.
	 */
	private void countOvertaking() {
		if ((this.control & QUEUED) != 0 && this.overtakers < this.mostOvertakers) {
			this.overtakers++;
		}
	}

	/**
	 * One attempt to write.
	 * @param head whether it is the caller's turn in the queue
	 */
	Outcome tryWrite(Object me, Manner manner, boolean head) {
		if (isWriter(me)) {
			this.rewrites = oneMore(this.rewrites);
			return Outcome.HELD;
		}
		boolean upgrade = isUpdater(me);
		requireNoUpgradeOfReader(me, upgrade);
		// A writer that waits takes the lock first and then waits for readers to leave,
		// so that new ones cannot keep it out; but not where readers come first.
		boolean patient = manner == Manner.PATIENT && this.preference != LockPreference.READER;
		// asked before anything is taken, because asking may load a class
		boolean detached = me instanceof DetachedHold;
		while (true) {
			int s = awaitDecision(manner);
			if ((s & WRITER) != 0 || (!upgrade && ((s & UPDATER) != 0 || (!head && mayNotOvertake(manner))))) {
				return Outcome.REFUSED;
			}
			// beside its own detached update hold an updater may not write, as beside a
			// read
			boolean readers = (s & READERS) != 0 || (upgrade && (s & DETACHED) != 0);
			if (readers && upgrade && !head) {
				// isRead() locks the mutex for an updater, also once WRITER is taken
				StackReserve.requireForThreadLock();
			}
			if (readers && !patient && isRead(upgrade ? me : null)) {
				return Outcome.REFUSED;
			}
			if (changeState(s, s | WRITER)) {
				if (readers && isReadSafely(upgrade ? me : null)) {
					return retreat(patient, head || upgrade);
				}
				own(me, detached, readers && !upgrade);
				if (!head && !upgrade) {
					countOvertaking();
				}
				return Outcome.HELD;
			}
		}
	}

	/**
	 * As {@link #isRead}, for a moment, with WRITER taken, which must not stay so if that
	 * fails.
	 */
	private boolean isReadSafely(@Nullable Object except) {
		try {
			boolean read = isRead(except);
			for (int round = 0; read && Spin.once(round); round++) {
				read = isRead(except);
			}
			return read;
		}
		catch (Throwable ex) {
			giveBack();
			throw ex;
		}
	}

	/** WRITER is taken, but there are readers. */
	private Outcome retreat(boolean patient, boolean mayGo) {
		if (!patient) {
			giveBack();
			return Outcome.REFUSED;
		}
		int s = this.state;
		while (!changeState(s, s | PENDING)) {
			s = this.state;
		}
		if (!mayGo) {
			countOvertaking();
		}
		return Outcome.PENDING;
	}

	/** Decide what is pending: whether all readers have left. */
	boolean settle(Object me, boolean upgrade) {
		while (true) {
			int s = this.state;
			if ((s & CAME) != 0) {
				changeState(s, s & ~CAME);
			}
			else if (isRead(upgrade ? me : null)) {
				return false;
			}
			else if (changeState(s, s & ~PENDING)) {
				own(me, me instanceof DetachedHold, !upgrade);
				return true;
			}
		}
	}

	/** Give back what is pending. */
	void giveBack() {
		release(WRITER | PENDING | CAME);
	}

	private void own(Object me, boolean detached, boolean vacant) {
		this.closing = vacant && (++this.scans & 7) == 0;
		if (detached) {
			return; // on record in the queue
		}
		if (this.owners == null) {
			setExclusiveOwnerThread((Thread) me);
		}
		else {
			this.writer = me;
		}
	}

	void unlockWrite() {
		if (getExclusiveOwnerThread() != Thread.currentThread() && !isWriter(currentOwner())) {
			throw notHeld(LockMode.EXCLUSIVE);
		}
		if (this.rewrites > 0) {
			this.rewrites--;
			return;
		}
		int bits = this.closing ? WRITER | READERS : WRITER;
		int s = this.state;
		if ((s & DETACHED) != 0) {
			// there is as much as detach() demanded: a release here is not cut short
			StackReserve.requireForThreadLock();
		}
		disown();
		if ((s & DETACHED) != 0) {
			release(bits);
			return;
		}
		this.state = s & ~bits; // nobody else changes it meanwhile
		tellReleased(true);
	}

	private void disown() {
		setExclusiveOwnerThread(null);
		if (this.owners != null) {
			this.writer = null;
		}
	}

	void requireOnlyWriter(Object me) {
		if (!isWriter(me)) {
			throw notHeld(LockMode.EXCLUSIVE);
		}
		WaitQueue waiting = this.queue;
		if (readCount(me) > 0 || isUpdater(me) || (this.state & DETACHED) != 0
				|| (waiting != null && waiting.isReadByDetachedHold())) {
			throw new IllegalMonitorStateException(String.format(Locale.ROOT,
					"Whoever waits for a condition of '%s' gives up writing, but this owner would keep reading or updating, or has a detached hold, so that nobody could signal it",
					this.name));
		}
	}

	/**
	 * Give up all write holds of the caller, to take them again later.
	 * @return how many it had beyond the first
	 */
	int unlockWriteFully() {
		int more = this.rewrites;
		this.rewrites = 0;
		unlockWrite();
		return more;
	}

	/** Take as many write holds beside the one that the caller has. */
	void rewrite(int more) {
		this.rewrites = more;
	}

	boolean isWriter(Object me) {
		return (this.owners == null) ? getExclusiveOwnerThread() == me : me.equals(this.writer);
	}

	int writeCount(Object me) {
		return isWriter(me) ? this.rewrites + 1 : 0;
	}

	// Updating

	/** One attempt to take an update hold. */
	boolean tryUpdate(Object me, Manner manner, boolean head) {
		if (isUpdater(me)) {
			this.updates = oneMore(this.updates);
			return true;
		}
		boolean writes = isWriter(me);
		boolean detached = me instanceof DetachedHold;
		requireNoUpgradeOfReader(me, writes);
		while (true) {
			int s = awaitDecision(manner);
			if ((s & UPDATER) != 0 || (!writes && (s & WRITER) != 0)) {
				return false;
			}
			if (!writes && !head && mayNotOvertake(manner)) {
				return false;
			}
			if (changeState(s, s | UPDATER)) {
				if (!detached) {
					this.updater = me;
					this.updates = 1;
				}
				if (!head && !writes) {
					countOvertaking();
				}
				return true;
			}
		}
	}

	void unlockUpdate() {
		Object me = currentOwner();
		if (!isUpdater(me)) {
			throw notHeld(LockMode.UPDATE);
		}
		if (this.updates > 1) {
			this.updates--;
			return;
		}
		if ((this.state & DETACHED) != 0) {
			StackReserve.requireForThreadLock();
		}
		this.updates = 0;
		this.updater = null;
		release(UPDATER);
	}

	boolean isUpdater(Object me) {
		Object other = this.updater;
		return other == me || (other != null && this.owners != null && me.equals(other));
	}

	int updateCount(Object me) {
		return isUpdater(me) ? this.updates : 0;
	}

	// What is common to writing and updating

	static int oneMore(int holds) {
		if (holds == Integer.MAX_VALUE) {
			throw new Error("Maximum lock count exceeded");
		}
		return holds + 1;
	}

	private void requireNoUpgradeOfReader(Object me, boolean mayReadToo) {
		if (!mayReadToo && (this.state & READERS) != 0 && readCount(me) > 0) {
			throw new LockUpgradeException(this.name);
		}
	}

	/**
	 * The state, once it is known whether WRITER is held: for those who may not wait for
	 * the lock.
	 */
	private int awaitDecision(Manner manner) {
		int s = this.state;
		for (int round = 0; manner != Manner.PATIENT && isUndecided(s) && Spin.forDecision(round); round++) {
			s = this.state;
		}
		return s;
	}

	private boolean isUndecided(int s) {
		return (s & (WRITER | PENDING | DETACHED)) == WRITER && writerOwner() == null;
	}

	private @Nullable Object writerOwner() {
		return (this.owners == null) ? getExclusiveOwnerThread() : this.writer;
	}

	private boolean mayNotOvertake(Manner manner) {
		return switch (manner) {
			case PATIENT -> (this.control & NO_OVERTAKING) != 0;
			case ONCE -> (this.control & (NO_OVERTAKING | QUEUED)) != 0;
			case BARGING -> false;
		};
	}

	private void release(int bits) {
		int s;
		do {
			s = this.state;
			if ((s & DETACHED) != 0) {
				queue().releaseBesideDetached(bits);
				return;
			}
		}
		while (!changeState(s, s & ~bits));
		tellReleased((bits & (WRITER | PENDING)) == WRITER);
	}

	private void tellReleased(boolean writeEnded) {
		if (!isReleaseToBeTold()) {
			return;
		}
		if (StackReserve.isEnoughForThreadLock()) {
			queue().changed(writeEnded);
		}
		else {
			queue().changedForDeputy();
		}
	}

	private boolean isReleaseToBeTold() {
		int c = this.control;
		return (c & TELL_RELEASE) != 0 || ((c & QUEUED) != 0 && this.overtakers >= this.mostOvertakers);
	}

	// Detached holds

	/**
	 * Take one count away from its owner, who is the caller. Called under the mutex of
	 * the queue, with the hold on record there already.
	 * @return whether the owner has more of the kind
	 */
	boolean detach(LockMode mode) {
		switch (mode) {
			case SHARED -> unlockRead();
			case UPDATE -> {
				if (--this.updates == 0) {
					this.updater = null;
				}
				return this.updates > 0;
			}
			case EXCLUSIVE -> {
				if (this.rewrites > 0) {
					this.rewrites--;
					return true;
				}
				disown();
			}
		}
		return false;
	}

	int holdCount(LockMode mode, Object me) {
		return switch (mode) {
			case SHARED -> readCount(me);
			case UPDATE -> updateCount(me);
			case EXCLUSIVE -> writeCount(me);
		};
	}

	IllegalMonitorStateException notHeld(LockMode mode) {
		return new IllegalMonitorStateException(
				String.format(Locale.ROOT, "'%s' is not held for %s by this owner", this.name, mode.purpose()));
	}

	// Looking

	boolean isHeld(LockMode mode) {
		int s = this.state;
		return switch (mode) {
			case SHARED -> (s & READERS) != 0 && isRead(null);
			case UPDATE -> (s & UPDATER) != 0;
			case EXCLUSIVE -> (s & (WRITER | PENDING)) == WRITER && !isUndecided(s);
		};
	}

	/** Everybody who holds; a writer that also reads or updates counts as writer. */
	List<LockHolder> holders() {
		List<LockHolder> holders = new ArrayList<>();
		forEachOwner((owner, mode) -> holders.add(LockHolder.local(mode, owner)));
		WaitQueue waiting = this.queue;
		if (waiting != null) {
			holders.addAll(waiting.detachedHolders());
		}
		return holders;
	}

	void forEachOwner(OwnerVisitor visitor) {
		Object writes = writerOwner();
		if (writes != null) {
			visitor.visit(writes, LockMode.EXCLUSIVE);
		}
		Object updates = this.updater;
		if (updates != null && !updates.equals(writes)) {
			visitor.visit(updates, LockMode.UPDATE);
		}
		Consumer<Object> reader = (owner) -> {
			if (!owner.equals(writes) && !owner.equals(updates)) {
				visitor.visit(owner, LockMode.SHARED);
			}
		};
		forEachOwnerOfSlot(reader);
		WaitQueue waiting = this.queue;
		if (waiting != null) {
			waiting.forEachReader(reader);
		}
	}

	/** Whether nobody holds the lock or waits for it. */
	boolean isIdle() {
		WaitQueue waiting = this.queue;
		return (this.state & (WRITER | UPDATER)) == 0 && !isRead(null) && (waiting == null || waiting.length() == 0);
	}

	/** The queue if anybody ever waited. */
	@Nullable WaitQueue queueIfAny() {
		return this.queue;
	}

	WaitQueue queue() {
		WaitQueue waiting = this.queue;
		if (waiting == null) {
			waiting = new WaitQueue(this);
			waiting = QUEUE.compareAndSet(this, null, waiting) ? waiting : Objects.requireNonNull(this.queue);
		}
		return waiting;
	}

	boolean changeState(int from, int to) {
		return STATE.compareAndSet(this, from, to);
	}

	/**
	 * Is shown an owner.
	 */
	@FunctionalInterface
	interface OwnerVisitor {

		void visit(Object owner, LockMode mode);

	}

}
