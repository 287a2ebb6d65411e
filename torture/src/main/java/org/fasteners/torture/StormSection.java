package org.fasteners.torture;

import java.util.function.Supplier;

import org.fasteners.LockState;
import org.fasteners.torture.StormBoard.Cell;

/**
 * What a thread does while it holds a lock: it marks the lock on the board, detects
 * incompatible marks of other threads, and increments the counter. Allocates nothing.
 * <p>
 * A mark is {@code sequence, lock, way}. The way is {@link #SHARED}, {@link #EXCLUSIVE},
 * or {@link #PERMITS} plus the number of permits that the semaphore has for this process.
 * <p>
 * While files are replaced, two threads may hold a lock. A thread that detects an overlap
 * then proceeds as follows:
 * <ol>
 * <li>It checks whether its own lock is lost. If so, the overlap is accounted for.
 * <li>Otherwise the lock of the other thread must be lost, and the other thread must be
 * able to detect that: its mark is written to its {@link Cell#REPORTED}.
 * <li>Before the end of its section each thread reads that cell. If it finds its own
 * mark, it checks its lock. A lock that does not count as lost is an undetected loss.
 * </ol>
 */
final class StormSection {

	static final int SHARED = 1;

	static final int EXCLUSIVE = 2;

	static final int PERMITS = 16;

	private static final int WAY_BITS = 16;

	private static final int LOCK_BITS = 16;

	private final StormBoard board;

	private final int slot;

	private final Work work;

	private final boolean lossIsSeen;

	private long sequence;

	StormSection(StormBoard board, int slot, Work work, Storm storm) {
		this.board = board;
		this.slot = slot;
		this.work = work;
		this.lossIsSeen = storm.mayOverlapIfLossIsSeen();
	}

	/**
	 * Run one section. The caller holds the lock.
	 * @param state returns whether the lock is still held
	 */
	void perform(int lock, int way, Supplier<LockState> state) {
		long mark = (++this.sequence << LOCK_BITS | lock) << WAY_BITS | way;
		this.board.set(this.slot, Cell.MARK, mark);
		try {
			checkOverlaps(lock, way, state);
			long count = this.board.count(lock);
			this.work.go();
			if (way == EXCLUSIVE) {
				this.board.count(lock, count + 1);
				this.board.add(this.slot, Cell.COUNTED);
			}
			checkOverlaps(lock, way, state);
			if (this.lossIsSeen) {
				checkReported(mark, state);
			}
			this.board.add(this.slot, Cell.SECTIONS);
		}
		finally {
			this.board.set(this.slot, Cell.MARK, 0);
		}
	}

	private void checkOverlaps(int lock, int way, Supplier<LockState> state) {
		int others = 0;
		for (int other = 0; other < this.board.slots(); other++) {
			long mark = this.board.get(other, Cell.MARK);
			if (other == this.slot || mark == 0 || lock(mark) != lock) {
				continue;
			}
			others++;
			if (!areCompatible(way, way(mark), others)) {
				this.board.add(this.slot, Cell.OVERLAPS);
				if (this.lossIsSeen) {
					reportTo(other, mark, state);
				}
			}
		}
	}

	private void reportTo(int other, long mark, Supplier<LockState> state) {
		if (state.get() == LockState.LOST) {
			this.board.add(this.slot, Cell.LOST);
		}
		else {
			this.board.set(other, Cell.REPORTED, mark);
		}
	}

	private void checkReported(long mark, Supplier<LockState> state) {
		if (this.board.get(this.slot, Cell.REPORTED) == mark) {
			this.board.add(this.slot, (state.get() == LockState.LOST) ? Cell.LOST : Cell.UNSEEN);
		}
	}

	private static boolean areCompatible(int way, int other, int others) {
		return (way >= PERMITS) ? way == other && others < way - PERMITS : way == SHARED && other == SHARED;
	}

	private static int way(long mark) {
		return (int) (mark & ((1 << WAY_BITS) - 1));
	}

	private static int lock(long mark) {
		return (int) (mark >>> WAY_BITS & ((1 << LOCK_BITS) - 1));
	}

}
