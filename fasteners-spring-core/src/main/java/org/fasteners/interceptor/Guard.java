package org.fasteners.interceptor;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

import org.fasteners.LockHolder;
import org.fasteners.LockInterruptedException;
import org.fasteners.LockMode;
import org.fasteners.LockSections;
import org.fasteners.LockTimeoutException;
import org.fasteners.StackReserve;
import org.jspecify.annotations.Nullable;

/**
 * What stands in front of one method: a lock, or a permit of a semaphore.
 */
abstract sealed class Guard implements LockSections.Section permits LockGuard, UsedGuard, PermitGuard {

	/*
	 * A body that ends by a StackOverflowError may leave holds behind: a frame near the
	 * end of the stack has no room to release its own. So a frame that sees an Error
	 * restores the count of its entry, and thereby repairs what the frames within it
	 * could not release. The outermost one has to succeed: it tries the stack before it
	 * acquires anything.
	 */

	/** The count of holds of a lock that does not tell it. */
	static final int UNKNOWN = -1;

	/**
	 * The one order in which all methods acquire, so that no two of them wait for each
	 * other: what the instance has to itself, what it names by 'using', thread locks,
	 * files and permits; each by name and key. The locks of one collection stay as they
	 * are in it. Who holds alone may also share, but not the other way round.
	 */
	static final Comparator<Guard> ORDER = Comparator.comparing(Guard::rank)
		.thenComparing(Guard::key, Comparator.nullsFirst(Comparator.naturalOrder()))
		.thenComparing(Guard::mode, Comparator.reverseOrder());

	private final Terms terms;

	private final Rank rank;

	private final String name;

	private final @Nullable String key;

	private final Budget budget;

	Guard(Terms terms, Rank rank, String name, @Nullable String key, Budget budget) {
		this.terms = terms;
		this.rank = rank;
		this.name = name;
		this.key = key;
		this.budget = budget;
	}

	final Terms terms() {
		return this.terms;
	}

	@Override
	public final String name() {
		return this.name;
	}

	@Override
	public final @Nullable String key() {
		return this.key;
	}

	@Override
	public final LockMode mode() {
		return this.terms.mode();
	}

	final Rank rank() {
		return this.rank;
	}

	@Override
	public final boolean isLike(LockSections.Section other) {
		return other instanceof Guard guard && guard.mode() == mode() && isSame(guard);
	}

	/** Whether both mean the same lock, whatever its mode. */
	abstract boolean isSame(Guard other);

	/**
	 * Wait for it.
	 * @return for how long, in nanoseconds; the complement of it, which is negative, if
	 * it was not had in time
	 * @throws LockInterruptedException if the wait was interrupted; the flag is set
	 */
	final long acquire() {
		try {
			// most often nobody needs the clock
			boolean tried = isQuickToTry();
			if (tried && obtain(0)) {
				return 0;
			}
			long longest = this.budget.left();
			if (tried && longest == 0) {
				return ~0L;
			}
			long start = System.nanoTime();
			boolean obtained = obtain(longest);
			long waited = Math.max(0, System.nanoTime() - start);
			this.budget.spend(waited);
			return obtained ? waited : ~waited;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new LockInterruptedException(lockName(), mode(), ex);
		}
	}

	/** What was not had. */
	LockTimeoutException timeout(long waited) {
		return new LockTimeoutException(lockName(), mode(), limit(), Duration.ofNanos(waited), holders(),
				this.terms.place());
	}

	final Duration limit() {
		return Objects.requireNonNullElse(this.terms.timeout(), Duration.ZERO);
	}

	/**
	 * Release what was acquired.
	 * @param before how often the caller held it before
	 * @param failure how the body ended, if it failed: never hidden by a failing release
	 */
	final void release(int before, @Nullable Throwable failure) {
		try {
			if (failure instanceof Error && before != UNKNOWN) {
				releaseDownTo(before);
			}
			else {
				releaseOnce();
			}
		}
		catch (Throwable ex) {
			if (failure == null) {
				throw ex;
			}
			if (failure != ex) {
				failure.addSuppressed(ex);
			}
		}
	}

	/** Repair what inner frames could not release, and keep one's own hold. */
	final void repair(int before, @Nullable Throwable failure) {
		if (failure instanceof Error && before != UNKNOWN) {
			try {
				releaseDownTo(before + 1);
			}
			catch (Throwable ex) {
				failure.addSuppressed(ex);
			}
		}
	}

	private void releaseDownTo(int before) {
		while (count() > before) {
			releaseOnce();
		}
	}

	/** What messages call the lock. */
	abstract String lockName();

	/** Whether an attempt that does not wait is cheap and free of surprises. */
	abstract boolean isQuickToTry();

	/**
	 * Obtain it.
	 * @param nanos the longest wait
	 */
	abstract boolean obtain(long nanos) throws InterruptedException;

	/** Make sure that it can be released after the body. */
	void requireStack() {
		StackReserve.requireForBodyUnderProcessLock();
	}

	/** How often the caller holds it, or {@link #UNKNOWN}. */
	abstract int count();

	abstract void releaseOnce();

	abstract List<LockHolder> holders();

	/**
	 * In this order they are acquired.
	 */
	enum Sort {

		/** What an instance has to itself. */
		OWN,

		/** What it names by 'using'. */
		USED,

		THREAD, PROCESS, PERMIT

	}

	/**
	 * Where a guard stands in the order.
	 *
	 * @param sort which sort of guard
	 * @param name where among these: the same however the lock is written
	 */
	record Rank(Sort sort, String name) implements Comparable<Rank> {

		private static final Comparator<Rank> ORDER = Comparator.comparing(Rank::sort).thenComparing(Rank::name);

		@Override
		public int compareTo(Rank other) {
			return ORDER.compare(this, other);
		}

	}

}
