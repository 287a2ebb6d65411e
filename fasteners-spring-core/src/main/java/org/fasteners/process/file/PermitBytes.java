package org.fasteners.process.file;

import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.fasteners.LockEngineException;
import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockPathException;
import org.fasteners.LockState;
import org.fasteners.process.LockEngine.Attempt;
import org.fasteners.process.LockEngine.EnginePermits;
import org.jspecify.annotations.Nullable;

/**
 * The permits of a semaphore in a lock file, as this JVM has them.
 */
final class PermitBytes implements EnginePermits {

	/*-
	 * A semaphore of n permits has these bytes of a lock file, between those of the lock of
	 * the path, which end at byte 6, and those of keys, which begin at 2^20:
	 *
	 *   2^18         T   turnstile  who waits, exclusively (with the byte behind it)
	 *   2^18 + 6         specimen   shared, by who looks whether the kernel shows its locks
	 *   2^19 + 2i    P   permit i   exclusively, by who has it
	 *
	 * At most n are inside. There are n bytes P, each is locked exclusively, and nobody
	 * locks a byte P unless it shows others that it counts to n, and all who do so at the
	 * time show the same number (PermitMark). The kernel releases what a dead process has.
	 * Python's fasteners locks the whole file, and so excludes all permits, and each permit
	 * excludes it.
	 *
	 * Several permits are taken all at once or not at all: an attempt locks free bytes until
	 * it has enough, and if it does not get enough, unlocks them in the same call. So
	 * nobody waits while it has some of what it waits for, and two who want many cannot
	 * block one another. While an attempt for several that will fail has some bytes,
	 * another one may miss these. One that waits tries again; a single attempt may be
	 * refused so, for a microsecond and only while others ask for several in vain.
	 *
	 * Order. Who waits tries again and again. So that those who ask for few, or do not
	 * wait, do not keep out for ever who asks for many
	 *
	 *  - who waits holds T and makes its attempts only while it does. It lets T go as soon
	 *    as it has won. So, but for what follows, of all processes one waiter at a time
	 *    makes attempts, and the permits that become free while it has T are left to it,
	 *    however many it wants;
	 *  - a process that has won by T leaves T to others for 2 ms: for so long those of it
	 *    who wait only look at T, like those who do not wait. Otherwise two of its threads
	 *    that take turns would have T again within microseconds, and another process,
	 *    which tries to get T only after each pause, would seldom find it free;
	 *  - who does not wait yet looks at T if that has not been done for 1 ms (Turnstile),
	 *    and is refused if somebody waits. So nobody is barged past for longer than that
	 *    by any one process. It looks shared, because two looks that meet must not refuse
	 *    one another: there may be permits for both.
	 *
	 * Who waits for T has no bytes by that attempt, and who has T needs no byte but those of
	 * permits that others have and give back without T. So T closes no circle. (Somebody
	 * who has permits and asks for more may be part of a circle by itself: that is why
	 * CountingSemaphore warns of it.) Somebody who is stopped while it has T stops all who
	 * wait, as a stopped holder would; when it dies the kernel releases T.
	 *
	 * If the file is replaced, permits of the old one limit nobody who comes now. So after
	 * an attempt all that was taken, and the mark, have to be of the files to which their
	 * paths lead (LockFile says how often that is looked at), otherwise it is given back.
	 */

	/** Whoever finds none free has tried them all: some milliseconds with so many. */
	private static final int MOST = 1_000;

	private static final long TURNSTILE = 1L << 18;

	private static final long SPECIMEN = TURNSTILE + 6;

	static final long FIRST_PERMIT = 1L << 19;

	/** So that no two ranges touch: the kernel would merge and split them. */
	private static final int DISTANCE = 2;

	private static final long LEFT_TO_OTHERS = TimeUnit.MILLISECONDS.toNanos(2);

	private static final int[] NONE = {};

	private final LockFile file;

	private final int permits;

	private final PermitMark mark;

	private final Turnstile turnstile;

	/** By number; made when they are first tried. */
	private final @Nullable HeldRange[] ranges;

	/** The numbers of the permits that this JVM has. */
	private final BitSet held = new BitSet();

	/** Whether the last attempt was refused: the file may have changed since. */
	private boolean refused;

	/** Whether somebody here has the turnstile. */
	private boolean announced;

	/** When somebody here has won by it. */
	private long wonAt = System.nanoTime() - LEFT_TO_OTHERS;

	/**
	 * @param marks the file in which the number of permits is shown
	 * @throws IllegalArgumentException if there cannot be that many permits
	 */
	PermitBytes(LockFile file, LockFile marks, int permits) {
		if (permits < 1 || permits > MOST) {
			throw new IllegalArgumentException(String.format(Locale.ROOT,
					"A semaphore has from 1 to %d permits, so that '%s' cannot have %d", MOST, file.path(), permits));
		}
		this.file = file;
		this.permits = permits;
		this.mark = new PermitMark(file.path(), marks, permits);
		this.turnstile = new Turnstile(file, TURNSTILE, true);
		this.ranges = new HeldRange[permits];
	}

	@Override
	public Object identity() {
		return this.file.identity();
	}

	@Override
	public String name() {
		return this.file.path();
	}

	@Override
	public int permits() {
		return this.permits;
	}

	@Override
	public int[] tryAcquire(int permits, Attempt attempt) {
		try {
			long now = System.nanoTime();
			int[] taken = mayTry(attempt, now) ? take(permits, now) : NONE;
			this.refused = taken.length == 0;
			if (!this.refused && this.announced) {
				leaveTurnstile(taken);
				this.wonAt = now;
			}
			return taken;
		}
		catch (IOException ex) {
			throw this.file.failure(name(), ex);
		}
	}

	private boolean mayTry(Attempt attempt, long now) throws IOException {
		boolean waiting = attempt == Attempt.WAITING;
		if (waiting) {
			this.file.revisit();
		}
		if (!this.mark.show()) {
			return false;
		}
		if (waiting && now - this.wonAt >= LEFT_TO_OTHERS) {
			this.announced = this.turnstile.enter(LockMode.EXCLUSIVE);
			return this.announced;
		}
		return this.turnstile.letsPass(LockMode.SHARED, now);
	}

	@Override
	public boolean isRefusedForAMoment() {
		return this.mark.isRefusedForAMoment();
	}

	@Override
	public LockPathException explain(LockPathException refused) {
		return this.mark.explain(refused);
	}

	private int[] take(int permits, long now) throws IOException {
		int[] taken = new int[permits];
		int found = 0;
		boolean enough = false;
		try {
			int candidates = this.permits - this.held.cardinality();
			int start = ThreadLocalRandom.current().nextInt(this.permits);
			for (int i = 0; found < permits && candidates >= permits - found; i++) {
				int number = (start + i) % this.permits;
				if (!this.held.get(number)) {
					candidates--;
					if (range(number).tryLock(false, this.refused && found == 0, now)) {
						this.held.set(number);
						taken[found++] = number;
					}
				}
			}
			enough = found == permits && areWorthwhile(taken);
			return enough ? taken : NONE;
		}
		finally {
			if (!enough) {
				giveBack(taken, found);
			}
		}
	}

	private HeldRange range(int number) throws IOException {
		HeldRange range = this.ranges[number];
		if (range == null) {
			range = new HeldRange(this.file, FIRST_PERMIT + (long) DISTANCE * number, 1);
			this.ranges[number] = range;
		}
		range.releaseIfStuck();
		return range;
	}

	private boolean areWorthwhile(int[] taken) throws IOException {
		for (int number : taken) {
			if (range(number).isWorthless()) {
				return false;
			}
		}
		return this.mark.isShown();
	}

	/** The permits are taken: what fails now must not lose them. */
	private void leaveTurnstile(int[] taken) throws IOException {
		boolean left = false;
		try {
			leaveTurnstile();
			left = true;
		}
		finally {
			if (!left) {
				giveBack(taken, taken.length);
			}
		}
	}

	private void leaveTurnstile() throws IOException {
		this.announced = false;
		this.turnstile.leave(LockMode.EXCLUSIVE);
	}

	/** The first so many of them, each one also if it fails for another. */
	private void giveBack(int[] numbers, int count) throws IOException {
		IOException failure = null;
		Error error = null;
		for (int i = 0; i < count; i++) {
			this.held.clear(numbers[i]);
			try {
				range(numbers[i]).release();
			}
			catch (IOException ex) {
				failure = ex;
			}
			catch (Error ex) {
				error = ex;
			}
		}
		if (error != null) {
			throw error;
		}
		if (failure != null) {
			throw failure;
		}
	}

	@Override
	public void stopWaiting() {
		try {
			leaveTurnstile();
		}
		catch (IOException ex) {
			throw new LockEngineException(name(), "stop waiting for", ex);
		}
	}

	@Override
	public void release(int[] numbers) {
		try {
			giveBack(numbers, numbers.length);
		}
		catch (IOException ex) {
			throw new LockEngineException(name(), "release", ex);
		}
	}

	@Override
	public void releaseAgain() {
		try {
			for (HeldRange range : this.ranges) {
				if (range != null) {
					range.releaseIfStuck();
				}
			}
		}
		catch (IOException ex) {
			throw new LockEngineException(name(), "release", ex);
		}
	}

	@Override
	public void rest() {
		try {
			this.mark.withdraw();
		}
		catch (IOException ex) {
			throw new LockEngineException(name(), "rest", ex);
		}
	}

	@Override
	public LockState verify(int[] numbers) {
		try {
			// by another thread than that which uses them; made before they were handed
			// out
			List<HeldRange> all = Arrays.stream(numbers)
				.mapToObj((number) -> Objects.requireNonNull(this.ranges[number]))
				.toList();
			return HeldRange.verify(all, new HeldRange(this.file, SPECIMEN, 1));
		}
		catch (IOException ex) {
			throw new LockEngineException(name(), "verify", ex);
		}
	}

	@Override
	public List<LockHolder> holders() {
		return this.file.locks(FIRST_PERMIT, FIRST_PERMIT + (long) DISTANCE * (this.permits - 1))
			.stream()
			.map(PermitBytes::holder)
			.distinct()
			.toList();
	}

	@Override
	public List<LockHolder> waiters() {
		return Stream.concat(this.file.waiters(TURNSTILE, TURNSTILE + 1).stream(), this.mark.atEntrance().stream())
			.distinct()
			.toList();
	}

	/** Who has permits has them beside others; who locks the whole file has all. */
	private static LockHolder holder(KernelLocks.Located lock) {
		LockHolder holder = lock.holder();
		return (lock.first() < FIRST_PERMIT) ? holder
				: new LockHolder(LockMode.SHARED, holder.pid(), holder.owner(), holder.program(), holder.started());
	}

}
