package org.fasteners.thread;

import java.lang.ref.Reference;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
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
 * update beside.
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
 * meet it makes room for four slots of 128 bytes per processor, each of which is filled
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
		this(new LockCore(settings.name, settings.preference, settings.owners), settings.defaultTimeout);
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
	 * <p>
	 * Cancelling the future, or completing it in any other way such as
	 * {@link CompletableFuture#orTimeout orTimeout}, ends the wait without a trace. If
	 * the executor refuses, the lock is released and the future completed with the
	 * executor's exception. If the registry of the lock is closed, it is completed with a
	 * {@link LockRegistryClosedException}. Of a future that nobody looks at any more, and
	 * that was not cancelled, the hold is never closed.
	 * @param mode how to hold it
	 * @param executor completes the future, so that dependent actions do not run inside
	 * of somebody's release
	 * @return the hold, once it is acquired
	 * @throws LockRegistryClosedException if the registry was closed already
	 */
	public CompletableFuture<LockHold> acquireAsync(LockMode mode, Executor executor) {
		Objects.requireNonNull(executor, "executor");
		try {
			return this.core.queue().promise(mode, executor, (hold) -> detachedHold(mode, hold));
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
		WaitQueue queue = this.core.queueIfAny();
		return queue != null && queue.hasWriters();
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
		return this.core.isHeld(mode);
	}

	@Override
	public int holdCount(LockMode mode) {
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
