package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.List;
import java.util.Locale;

import org.fasteners.LockHolder;
import org.fasteners.LockPathException;
import org.jspecify.annotations.Nullable;

/**
 * Shows other processes how many permits a semaphore has for this one, so that no two
 * with different numbers use it at the same time.
 * <p>
 * Not thread-safe: used by one thread at a time.
 */
final class PermitMark {

	/*-
	 * Marks are bytes of a file of their own, `reports.permits` for a semaphore `reports`:
	 * they are held for long, and in the same file would keep Python's fasteners out, which
	 * locks whole files, while nobody has a permit. In that file are
	 *
	 *   2^18 + 4          E   entrance   who is about to show its number, exclusively
	 *   2^18 + 16n + 2c   M   mark of n  shared, by all who use n permits
	 *
	 * with c from 0 to 7, so that there are eight bytes M for each number. In all they go up
	 * to 2^19, because a later version may allow larger numbers. Whoever uses a semaphore
	 * of n permits holds one of those for n, shared, as long as it does. To begin is
	 *
	 *   1. lock E exclusively, or else look again later
	 *   2. lock a byte M of n, shared
	 *   3. lock all bytes M of the numbers below n exclusively, and unlock them
	 *   4. the same for the numbers above n
	 *   5. unlock E
	 *
	 * and if 3 or 4 is refused, unlock M as well and fail. Two processes with different
	 * numbers go through this one after the other, because of E. The second one finds the
	 * byte M of the first, unless that does not use the semaphore any more. So two numbers
	 * are never in use at the same time, and of two processes that begin at the same time
	 * exactly one fails.
	 *
	 * Nobody fails for another reason. Bytes M are locked by nobody but those who use the
	 * semaphore, except in 3 and 4, which are done by one process at a time; and nobody can
	 * lock the whole file meanwhile, because of E.
	 *
	 * A byte that another copy of this library in the same JVM holds (another class loader)
	 * is refused by the JDK, even shared. Therefore there are eight: each copy takes one
	 * that is free. That it is refused in 3 or 4 is right.
	 *
	 * E is held for some ten system calls, so an attempt that finds it held is refused for a
	 * moment only, which isRefusedForAMoment() reports. The caller repeats the attempt; it
	 * does so outside of its mutex, within its own timeout, and for a bounded time
	 * (PermitGate). If E is held for longer, its holder is stopped, or another program has
	 * locked the whole file: contention. When the holder dies, the kernel releases E.
	 */

	private static final long FIRST = 1L << 18;

	private static final long END = 1L << 19;

	private static final long ENTRANCE = FIRST + 4;

	/** The bytes of one number: those of the copies of this library, and between them. */
	private static final int SIZE = 16;

	private static final int DISTANCE = 2;

	private final String semaphore;

	private final LockFile file;

	private final int permits;

	private final HeldRange entrance;

	private final HeldRange below;

	private final HeldRange above;

	/** The byte M that is held, if there is one. */
	private @Nullable HeldRange shown;

	/** Whether the entrance was held by another process at the last attempt. */
	private boolean entranceTaken;

	/** The last refusal, to which the other process is still to be added. */
	private volatile @Nullable LockPathException refusal;

	/**
	 * @param semaphore what messages call the semaphore
	 * @param file the file of its marks
	 * @param permits how many permits it has here
	 */
	PermitMark(String semaphore, LockFile file, int permits) {
		this.semaphore = semaphore;
		this.file = file;
		this.permits = permits;
		this.entrance = new HeldRange(file, ENTRANCE, 1);
		this.below = new HeldRange(file, first(1), SIZE * (permits - 1));
		this.above = new HeldRange(file, first(permits + 1), (int) (END - first(permits + 1)));
	}

	private static long first(int permits) {
		return FIRST + (long) SIZE * permits;
	}

	/** Whether the number is shown in the file to which the path leads. */
	boolean isShown() throws IOException {
		HeldRange mark = this.shown;
		return mark != null && mark.isHeld() && !mark.isWorthless();
	}

	/**
	 * Show the number, unless it is shown already. One attempt, which does not wait.
	 * @return {@code false} if another process was about to show its number
	 * @throws LockPathException if another number is in use
	 */
	boolean show() throws IOException {
		this.entranceTaken = false;
		if (isShown()) {
			return true;
		}
		try {
			withdraw();
			return enter() && showInside();
		}
		catch (AccessDeniedException ex) {
			throw this.file.failure(this.semaphore, ex);
		}
	}

	private boolean enter() throws IOException {
		this.entrance.releaseIfStuck();
		boolean entered = this.entrance.tryLock(false, true);
		this.entranceTaken = !entered;
		return entered;
	}

	/** Whether the last attempt failed because another process held the entrance. */
	boolean isRefusedForAMoment() {
		return this.entranceTaken;
	}

	/** The other processes that hold the entrance. */
	List<LockHolder> atEntrance() {
		return this.file.waiters(ENTRANCE, ENTRANCE);
	}

	private boolean showInside() throws IOException {
		boolean alone = false;
		try {
			this.shown = mark();
			if (!isAlone()) {
				throw disagreement();
			}
			// or else the file has been replaced meanwhile
			alone = isShown() && !this.entrance.isWorthless();
			return alone;
		}
		finally {
			try {
				if (!alone) {
					withdraw();
				}
			}
			finally {
				this.entrance.release();
			}
		}
	}

	private HeldRange mark() throws IOException {
		for (int copy = 0; copy < SIZE; copy += DISTANCE) {
			HeldRange mark = new HeldRange(this.file, first(this.permits) + copy, 1);
			if (mark.tryLock(true, true)) {
				return mark;
			}
		}
		throw new LockPathException(this.semaphore, String.format(Locale.ROOT,
				"%d copies of this library in this JVM use its semaphore already", SIZE / DISTANCE), null);
	}

	private boolean isAlone() throws IOException {
		return (this.permits == 1 || isFree(this.below)) && isFree(this.above);
	}

	private static boolean isFree(HeldRange others) throws IOException {
		others.releaseIfStuck();
		boolean free = others.tryLock(false, false);
		others.release();
		return free;
	}

	private LockPathException disagreement() {
		LockPathException refused = disagreement("another number for another process");
		this.refusal = refused;
		return refused;
	}

	private LockPathException disagreement(String other) {
		return new LockPathException(this.semaphore, String.format(Locale.ROOT,
				"it is a semaphore of %d permits here, but of %s: use the same number for all", this.permits, other),
				null);
	}

	/**
	 * Add the other process to a refusal. Reads the kernel's table, and so is called
	 * without a mutex, by any thread.
	 * @return the refusal, with the other process if it is known
	 */
	@SuppressWarnings("ReferenceEquality") // that very refusal
	LockPathException explain(LockPathException refused) {
		if (this.refusal != refused) {
			return refused;
		}
		List<KernelLocks.Located> others = this.file.locks(first(1), END - 1)
			.stream()
			.filter((other) -> permits(other) != this.permits)
			.toList();
		return others.isEmpty() ? refused : disagreement(
				String.format(Locale.ROOT, "%d for %s", permits(others.get(0)), others.get(0).holder().description()));
	}

	private static int permits(KernelLocks.Located mark) {
		return (int) ((mark.first() - FIRST) / SIZE);
	}

	/** The semaphore is not used for now. */
	void withdraw() throws IOException {
		HeldRange mark = this.shown;
		if (mark != null) {
			mark.release();
			this.shown = null;
		}
	}

}
