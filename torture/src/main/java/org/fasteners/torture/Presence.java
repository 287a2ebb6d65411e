package org.fasteners.torture;

import java.util.Locale;

import org.fasteners.LockMode;

/**
 * Says on the board in which section this thread is, and looks who else is in a section
 * of the same lock.
 * <p>
 * Everybody sets its mark after the lock was granted and takes it away before the lock is
 * released, so a mark that does not go with one's own is an overlap, unless it was left
 * by a dead process, whose lock the kernel has released. So before this is called an
 * overlap, the process has to be found alive <em>after</em> its mark was seen: then it
 * was alive, and in that section, when the mark was seen. The generation in the mark
 * tells whether it is that process: marks of the dead are cleared before the next
 * generation starts and writes its own {@link Life}. What this can miss is an overlap
 * with a process that is killed within the same few microseconds; there will be others.
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

	/** To be called with the lock held. */
	Mark enter(int resource, LockMode mode) {
		Mark mark = new Mark(this.generation, ++this.sequence, mode);
		this.board.set(this.layout.mark(this.slot, resource), mark.word());
		look(resource, mark);
		return mark;
	}

	/** To be called with the lock still held, before an upgrade is given back. */
	Mark downgrade(int resource, Mark mark) {
		look(resource, mark);
		Mark update = new Mark(this.generation, ++this.sequence, LockMode.UPDATE);
		this.board.set(this.layout.mark(this.slot, resource), update.word());
		return update;
	}

	/** To be called with the lock still held. */
	void leave(int resource, Mark mark) {
		look(resource, mark);
		this.board.set(this.layout.mark(this.slot, resource), Mark.NONE);
	}

	/** Something that must not happen has happened. */
	void report(int resource, String what) {
		int cell = this.layout.overlaps(this.slot);
		this.board.add(cell, 1);
		if (this.board.get(cell) <= 3) {
			System.err.println(String.format(Locale.ROOT, "OVERLAP seen by worker %d, generation %d, in lock %d: %s",
					this.slot, this.generation, resource, what));
		}
	}

	private void look(int resource, Mark own) {
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
