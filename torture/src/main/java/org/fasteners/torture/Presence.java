package org.fasteners.torture;

import java.util.Locale;

import org.fasteners.LockMode;

/**
 * Marks on the board which section this thread is in, and detects incompatible sections
 * of other threads under the same lock.
 * <p>
 * Invariant: a thread sets its mark after the lock is granted and clears it before the
 * lock is released. A mark that is incompatible with the own mark is therefore an
 * overlap, with one exception: a dead process may have left it, whose lock the kernel has
 * released. The check excludes that case in two steps:
 * <ol>
 * <li>Read the mark.
 * <li>Then check that its process is alive. If so, the process was alive, and in that
 * section, when the mark was read.
 * </ol>
 * The generation in the mark identifies the process: the marks of a dead process are
 * cleared before the next generation starts and writes its own {@link Life}. The check
 * can miss an overlap with a process that is killed within the same few microseconds. A
 * broken lock causes other overlaps, which it does not miss.
 */
final class Presence {

	private final Board board;

	private final Layout layout;

	private final int slot;

	private final long generation;

	private long sequence;

	Presence(Board board, int slot, long generation) {
		this.board = board;
		this.layout = board.layout();
		this.slot = slot;
		this.generation = generation;
	}

	/** Set the mark. The caller holds the lock. */
	Mark enter(int resource, LockMode mode) {
		Mark mark = new Mark(this.generation, ++this.sequence, mode);
		this.board.set(this.layout.mark(this.slot, resource), mark.word());
		checkOverlaps(resource, mark);
		return mark;
	}

	/** Replace the mark by one for update. The caller still holds the upgraded lock. */
	Mark downgrade(int resource, Mark mark) {
		checkOverlaps(resource, mark);
		Mark update = new Mark(this.generation, ++this.sequence, LockMode.UPDATE);
		this.board.set(this.layout.mark(this.slot, resource), update.word());
		return update;
	}

	/** Clear the mark. The caller still holds the lock. */
	void leave(int resource, Mark mark) {
		checkOverlaps(resource, mark);
		this.board.set(this.layout.mark(this.slot, resource), Mark.NONE);
	}

	/** Count a violation, and print the first few. */
	void report(int resource, String what) {
		int cell = this.layout.overlaps(this.slot);
		this.board.add(cell, 1);
		if (this.board.get(cell) <= 3) {
			System.err.println(String.format(Locale.ROOT, "OVERLAP seen by worker %d, generation %d, in lock %d: %s",
					this.slot, this.generation, resource, what));
		}
	}

	private void checkOverlaps(int resource, Mark own) {
		for (int other = 0; other < this.layout.slots(); other++) {
			long word = this.board.get(this.layout.mark(other, resource));
			if (other == this.slot || word == Mark.NONE) {
				continue;
			}
			Mark mark = Mark.of(word);
			if (!own.isCompatibleWith(mark) && isAlive(other, mark)) {
				report(resource, own.mode() + " beside " + mark.mode() + " of worker " + other);
			}
		}
	}

	private boolean isAlive(int other, Mark mark) {
		Life life = Life.of(this.board.get(this.layout.life(this.layout.process(other))));
		return life.generation() == mark.generation() && life.isAlive();
	}

}
