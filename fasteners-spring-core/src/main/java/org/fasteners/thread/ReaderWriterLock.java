package org.fasteners.thread;

import java.lang.ref.Reference;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;

import org.fasteners.AbstractSharedExclusiveLock;
import org.fasteners.ExclusiveLock;
import org.fasteners.LockHold;
import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.LockRegistryClosedException;
import org.fasteners.LockUpgradeException;
import org.fasteners.StackReserve;
import org.jspecify.annotations.Nullable;

/**
 * A re-entrant reader-writer lock between the threads of one JVM, with the contract of
 * {@code fasteners.ReaderWriterLock} of Python, and update holds.
 * <ul>
 * <li><i>Order.</i> As {@link LockPreference} says; writers first, if nothing is said.
 * {@code tryLock()} without a time may overtake those who wait, as the {@link Lock}
 * contract allows.
 * <li><i>Re-entrancy.</i> Counted, for reading, updating and writing, for reading as an
 * updater, and for reading and updating as a writer. Who reads may read again although a
 * writer waits. At most 2,147,483,647 holds of an owner in each mode.
 * <li><i>Downgrade.</i> A writer may read or update, and then release in any order.
 * <li><i>Upgrade.</i> An updater may write; its update hold stays, whatever becomes of
 * the attempt. A plain reader is refused at once with {@link LockUpgradeException}, and
 * its read hold stays.
 * <li><i>Attempts.</i> {@code tryLock()} of the write lock is refused, too, while a
 * writer waits for the last readers to leave: that writer has the lock as soon as they
 * have.
 * <li><i>Interruption and timeout.</i> A wait that ends without the lock leaves no trace,
 * and lets those through that waited behind it. A wait that is interrupted or times out
 * in the moment in which the lock is granted keeps the lock.
 * <li><i>Conditions.</i> The write lock has them. Who waits for one must not read or
 * update beside, and have no detached hold.
 * <li><i>Release without a hold.</i> {@link IllegalMonitorStateException}; nothing
 * changes.
 * <li><i>Death of an owner.</i> A thread that ends without releasing keeps the lock for
 * ever. Who waits for it longer than a second, or in vain, logs a warning, once for each
 * such thread; the lock is never broken.
 * <li><i>Visibility.</i> As {@link java.util.concurrent.locks.ReadWriteLock} says.
 * <li><i>Tools.</i> A thread that writes, or waits, is visible as owner, or as waiting
 * for it, to thread dumps and to the JVM's search for deadlocks, unless owners are
 * supplied.
 * <li><i>Virtual threads.</i> Are owners like all threads. Waiting never pins a carrier.
 * </ul>
 * <p>
 * Readers do not write to memory that they share, so they do not slow one another down. A
 * lock that was never contended takes about 200 bytes; the first time that two readers
 * meet it makes room for eight slots of 128 bytes per processor, each of which is filled
 * when it is first used.
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

	private final LockCore core;

	private final Lock readLock = new ReadLock();

	private final Lock updateLock = new Side(LockMode.UPDATE);

	private final ExclusiveLock writeLock = new WriteLock();

	/**
	 * Create a lock with the default settings.
	 */
	public ReaderWriterLock() {
		this(builder());
	}

	/**
	 * Create a lock with a name that messages show. Two locks of one name are two locks.
	 * @param name the name
	 */
	public ReaderWriterLock(String name) {
		this(builder().name(name));
	}

	private ReaderWriterLock(Builder settings) {
		this(core(settings), settings.defaultTimeout);
	}

	private static LockCore core(Builder settings) {
		Rehearsal.require();
		return new LockCore(settings.name, settings.preference, settings.owners);
	}

	ReaderWriterLock(LockCore core, @Nullable Duration defaultTimeout) {
		super(core.name, defaultTimeout);
		this.core = core;
	}

	/**
	 * Start with the defaults: named {@code ReaderWriterLock}, writers first, owned by
	 * threads, no default timeout.
	 * @return a builder
	 */
	public static Builder builder() {
		return new Builder();
	}

	@Override
	public Lock readLock() {
		return this.readLock;
	}

	@Override
	public Lock updateLock() {
		return this.updateLock;
	}

	@Override
	public ExclusiveLock writeLock() {
		return this.writeLock;
	}

	/**
	 * Acquire the lock without a thread that waits, under the same order as threads. The
	 * hold is detached from the start: nobody can re-enter by it, not even the caller.
	 * Where possible use {@link #withLockAsync}, which releases by itself.
	 * <p>
	 * Cancelling the future that this method returns, or completing it in any other way
	 * such as {@link CompletableFuture#orTimeout orTimeout}, ends the wait without a
	 * trace. That holds until the executor has delivered the hold: a lock that was
	 * granted meanwhile is released at once, although the executor may have dropped the
	 * task that was to deliver it.
	 * <p>
	 * What the executor does:
	 * <ul>
	 * <li>It rejects the task, or throws: the lock is released and the future completed
	 * with the exception of the executor. If there is no memory for that, the lock is
	 * released, and the future is completed when the lock is used next.
	 * <li>It throws after it has run the task: the hold is the user's. A warning is
	 * logged.
	 * <li>It drops the task in silence, as {@code shutdownNow()} does: the lock stays
	 * held until the future is cancelled or times out. The library cannot see this.
	 * </ul>
	 * The library cannot see either that a <i>dependent</i> future is cancelled, as in
	 * {@code acquireAsync(...).thenAccept(...).cancel(...)}: the action does not run, and
	 * does not close the hold. Nor can it see that a future is forgotten. The garbage
	 * collector never repairs this, because it could release a section that is running.
	 * <p>
	 * If the registry of the lock is closed while the future waits, it is completed with
	 * a {@link LockRegistryClosedException}.
	 * @param mode how to hold it
	 * @param executor completes the future, so that dependent actions do not run inside
	 * of a release of another thread
	 * @return the hold, once it is acquired
	 * @throws LockRegistryClosedException if the registry is closed and the lock is not
	 * free
	 */
	public CompletableFuture<LockHold> acquireAsync(LockMode mode, Executor executor) {
		return promise(mode, executor, new PromisedFuture.OfHold());
	}

	/**
	 * Run an asynchronous section under the lock, without a thread that waits for it:
	 *
	 * <pre>{@code
	 * lock.withLockAsync(LockMode.SHARED, executor, () -> client.send(snapshot()))
	 * }</pre>
	 *
	 * The executor calls the section once the lock is acquired. The lock is released when
	 * the stage that the section returns has completed, and then the returned future is
	 * completed as the stage was. The hold has no owner, so that it allows no re-entry.
	 * <ul>
	 * <li><i>Before the section has begun</i>, cancelling the returned future or
	 * completing it in any other way, such as {@link CompletableFuture#orTimeout
	 * orTimeout}, ends the wait or releases the lock at once, and the section does not
	 * run.
	 * <li><i>Once the section has begun</i>, neither does anything to the section or the
	 * lock: the lock is released when the stage has completed and not before.
	 * <li>A section that throws, or returns {@code null}: the lock is released and the
	 * future completed with the exception, a {@link NullPointerException} for
	 * {@code null}.
	 * <li>A stage that never completes keeps the lock, and so does one that fails when
	 * this method observes it: the future is then completed with that failure.
	 * <li>An executor that rejects the task or throws, drops it, or runs it and then
	 * throws: as for {@link #acquireAsync}.
	 * </ul>
	 * @param <T> what the section returns in the end
	 * @param mode how to hold the lock
	 * @param executor calls the section
	 * @param section begins the work and returns its stage; called once at most
	 * @return completed as the stage of the section is, after the lock was released
	 * @throws LockRegistryClosedException if the registry is closed and the lock is not
	 * free; the section does not run
	 */
	public <T> CompletableFuture<T> withLockAsync(LockMode mode, Executor executor,
			Supplier<? extends CompletionStage<T>> section) {
		Objects.requireNonNull(section, "section");
		return promise(mode, executor, new SectionFuture<>(section, executor));
	}

	private <T> CompletableFuture<T> promise(LockMode mode, Executor executor, PromisedFuture<T> future) {
		Objects.requireNonNull(mode, "mode");
		Objects.requireNonNull(executor, "executor");
		try {
			this.core.queue().promise(mode, executor, future, (hold) -> detachedHold(mode, hold));
			return future;
		}
		finally {
			Reference.reachabilityFence(this);
		}
	}

	@Override
	protected boolean obtain(LockMode mode, long nanos, boolean interruptible) throws InterruptedException {
		if (interruptible && Thread.interrupted()) {
			throw new InterruptedException();
		}
		StackReserve.requireForAttempt();
		try {
			return (nanos == 0) ? this.core.attempt(mode, Manner.ONCE)
					: this.core.obtain(mode, nanos, interruptible, LockCore.NEVER);
		}
		finally {
			Reference.reachabilityFence(this);
		}
	}

	@Override
	protected boolean obtainAtOnce(LockMode mode) {
		StackReserve.requireForAttempt();
		try {
			return this.core.attempt(mode, Manner.BARGING);
		}
		finally {
			Reference.reachabilityFence(this);
		}
	}

	@Override
	protected void release(LockMode mode) {
		try {
			switch (mode) {
				case SHARED -> this.core.unlockRead();
				case UPDATE -> this.core.unlockUpdate();
				case EXCLUSIVE -> this.core.unlockWrite();
			}
		}
		finally {
			Reference.reachabilityFence(this);
		}
	}

	@Override
	protected Runnable detach(LockMode mode) {
		try {
			return this.core.queue().detach(mode);
		}
		finally {
			Reference.reachabilityFence(this);
		}
	}

	@Override
	protected Object currentOwner() {
		return this.core.currentOwner();
	}

	@Override
	protected boolean isCurrentOwner(@Nullable Object owner) {
		return this.core.currentOwner().equals(owner);
	}

	@Override
	protected Condition newCondition() {
		return new WriteCondition(this, this.core);
	}

	/** From now on nobody waits: those who do are told so, those who hold are not. */
	void close() {
		this.core.queue().close();
	}

	/**
	 * How the lock is held, by whomever: a snapshot. As in Python, a writer that also
	 * reads counts as writer.
	 * @return the strongest hold that there is
	 */
	public Owner owner() {
		if (isHeld(LockMode.EXCLUSIVE)) {
			return Owner.WRITER;
		}
		if (isHeld(LockMode.UPDATE)) {
			return Owner.UPDATER;
		}
		return isHeld(LockMode.SHARED) ? Owner.READER : Owner.NONE;
	}

	/**
	 * Whether the caller writes, or waits to write. Both can be so for an owner other
	 * than a thread.
	 * @param checkPending whether waiting counts
	 * @return {@code true} if it holds the lock for writing, or waits and that counts
	 */
	public boolean isWriter(boolean checkPending) {
		Object me = this.core.currentOwner();
		WaitQueue queue = this.core.queueIfAny();
		return this.core.isWriter(me) || (checkPending && queue != null && queue.isQueued(me, LockMode.EXCLUSIVE));
	}

	/**
	 * Whether the caller reads.
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
		return (this.core.control & LockCore.WRITERS) != 0;
	}

	/**
	 * How many wait, in whatever mode: a snapshot.
	 * @return the number of threads and futures in the queue
	 */
	public int queueLength() {
		WaitQueue queue = this.core.queueIfAny();
		return (queue != null) ? queue.length() : 0;
	}

	/**
	 * Who goes first when readers and writers wait.
	 * @return the preference
	 */
	public LockPreference preference() {
		return this.core.preference;
	}

	@Override
	public boolean isHeld(LockMode mode) {
		Objects.requireNonNull(mode, "mode");
		return this.core.isHeld(mode);
	}

	@Override
	public int holdCount(LockMode mode) {
		Objects.requireNonNull(mode, "mode");
		return this.core.holdCount(mode, this.core.currentOwner());
	}

	@Override
	public List<LockHolder> holders() {
		return this.core.holders();
	}

	@Override
	public String toString() {
		return String.format(Locale.ROOT, "ReaderWriterLock '%s' (%s)", name(), switch (owner()) {
			case NONE -> "not held";
			case READER -> "held for reading";
			case UPDATER -> "held for updating";
			case WRITER -> "held for writing";
		});
	}

	/**
	 * How a lock is held.
	 */
	public enum Owner {

		/** Not at all. */
		NONE,

		/** For reading. */
		READER,

		/** For updating, perhaps beside readers. */
		UPDATER,

		/** For writing. */
		WRITER

	}

	/**
	 * The settings of a lock. Not thread-safe.
	 */
	public static final class Builder {

		private String name = "ReaderWriterLock";

		private LockPreference preference = LockPreference.WRITER;

		private @Nullable Supplier<?> owners;

		private @Nullable Duration defaultTimeout;

		private Builder() {
		}

		/**
		 * The name that messages show. Two locks of one name are two locks.
		 * @param name the name
		 * @return this builder
		 */
		public Builder name(String name) {
			this.name = Objects.requireNonNull(name, "name");
			return this;
		}

		/**
		 * Who goes first when readers and writers wait.
		 * @param preference writers by default
		 * @return this builder
		 */
		public Builder preference(LockPreference preference) {
			this.preference = Objects.requireNonNull(preference, "preference");
			return this;
		}

		/**
		 * Who acts, where that is not the current thread: for tasks that share threads.
		 * Called on every acquisition and release. Owners are told apart by
		 * {@code equals} and {@code hashCode}. An owner must not act in two threads at
		 * the same time. Such a lock is right, but not as fast, and its owner is not
		 * visible to thread dumps.
		 * @param owners gives the owner, never {@code null}
		 * @return this builder
		 */
		public Builder owners(Supplier<?> owners) {
			this.owners = Objects.requireNonNull(owners, "owners");
			return this;
		}

		/**
		 * The longest wait of {@code acquire}. The {@code Lock} views wait for ever all
		 * the same.
		 * @param timeout zero or more; zero means one attempt. For ever if this is not
		 * called
		 * @return this builder
		 * @throws IllegalArgumentException if the timeout is negative
		 */
		public Builder defaultTimeout(Duration timeout) {
			Objects.requireNonNull(timeout, "timeout");
			if (timeout.isNegative()) {
				throw new IllegalArgumentException("The default timeout is zero or more, not " + timeout);
			}
			this.defaultTimeout = timeout;
			return this;
		}

		/**
		 * Make the lock.
		 * @return a new lock
		 */
		public ReaderWriterLock build() {
			return new ReaderWriterLock(this);
		}

	}

	/*
	 * The table of named locks forgets a core that is idle once its facade is gone. A
	 * compiled method lets go of `this` before it ends; the fences keep it to the end.
	 */

	/**
	 * The shared side, with a short way for those who need not wait.
	 */
	private final class ReadLock extends Side {

		ReadLock() {
			super(LockMode.SHARED);
		}

		@Override
		public void lock() {
			try {
				if (!ReaderWriterLock.this.core.readAtOnce()) {
					super.lock();
				}
			}
			finally {
				Reference.reachabilityFence(ReaderWriterLock.this);
			}
		}

		@Override
		public boolean tryLock() {
			try {
				return ReaderWriterLock.this.core.readAtOnce() || super.tryLock();
			}
			finally {
				Reference.reachabilityFence(ReaderWriterLock.this);
			}
		}

		@Override
		public void unlock() {
			try {
				ReaderWriterLock.this.core.unlockRead();
			}
			finally {
				Reference.reachabilityFence(ReaderWriterLock.this);
			}
		}

	}

	/**
	 * The exclusive side, with a short way for those who need not wait.
	 */
	private final class WriteLock extends ExclusiveSide {

		@Override
		public void lock() {
			try {
				switch (ReaderWriterLock.this.core.writeAtOnce()) {
					case REFUSED -> super.lock();
					case PENDING -> ReaderWriterLock.this.core.writeWhenVacated();
					case HELD -> {
					}
				}
			}
			finally {
				Reference.reachabilityFence(ReaderWriterLock.this);
			}
		}

		@Override
		public void unlock() {
			try {
				ReaderWriterLock.this.core.unlockWrite();
			}
			finally {
				Reference.reachabilityFence(ReaderWriterLock.this);
			}
		}

	}

}
