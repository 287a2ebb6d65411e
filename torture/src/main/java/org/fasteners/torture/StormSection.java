package org.fasteners.torture;

import java.util.function.Supplier;

import org.fasteners.LockState;
import org.fasteners.torture.StormBoard.Cell;

/**
 * What a thread does while it holds a lock: it says so on the board, finds out whether
 * others are inside that must not be, and counts. Allocates nothing.
 * <p>
 * A mark is {@code sequence, lock, way}. The way is {@link #SHARED}, {@link #EXCLUSIVE},
 * or {@link #PERMITS} and the number of permits that the semaphore has for this process.
 * <p>
 * Where files are replaced, two may be inside. Then the thread asks whether its lock is
 * still held. If it is, the other one must have lost its own, and must be able to see
 * that: its mark is written into its {@link Cell#ACCUSED}, and it asks before it leaves.
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
	 * Do one section. To be called with the lock held.
	 * @param state whether it is still held
	 */
	void perform(int lock, int way, Supplier<LockState> state) {
		long mark = (++this.sequence << LOCK_BITS | lock) << WAY_BITS | way;
		this.board.set(this.slot, Cell.MARK, mark);
		try {
			look(lock, way, state);
			long count = this.board.count(lock);
			this.work.go();
			if (way == EXCLUSIVE) {
				this.board.count(lock, count + 1);
				this.board.add(this.slot, Cell.COUNTED);
			}
			look(lock, way, state);
			if (this.lossIsSeen) {
				answer(mark, state);
			}
			this.board.add(this.slot, Cell.SECTIONS);
		}
		finally {
			this.board.set(this.slot, Cell.MARK, 0);
		}
	}

	private void look(int lock, int way, Supplier<LockState> state) {
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
					accuse(other, mark, state);
				}
			}
		}
	}

	private void accuse(int other, long mark, Supplier<LockState> state) {
		if (state.get() == LockState.LOST) {
			this.board.add(this.slot, Cell.LOST);
		}
		else {
			this.board.set(other, Cell.ACCUSED, mark);
		}
	}

	private void answer(long mark, Supplier<LockState> state) {
		if (this.board.get(this.slot, Cell.ACCUSED) == mark) {
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
