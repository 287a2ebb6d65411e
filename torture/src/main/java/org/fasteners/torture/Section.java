package org.fasteners.torture;

import org.fasteners.LockAttempt;
import org.fasteners.LockMode;

/**
 * What one thread does while it holds a lock: it checks that the lock excludes other
 * threads as its mode demands.
 */
final class Section {

	private final Board board;

	private final Layout layout;

	private final Presence presence;

	private final Tally tally;

	private final Work work;

	private final int slot;

	Section(Board board, Presence presence, Work work, int slot) {
		this.board = board;
		this.layout = board.layout();
		this.presence = presence;
		this.tally = new Tally(board);
		this.work = work;
		this.slot = slot;
	}

	/** A reader must not observe a write. */
	void read(int resource) {
		Mark mark = this.presence.enter(resource, LockMode.SHARED);
		long stamp = this.board.get(this.layout.stamp(resource));
		Count count = this.tally.read(resource);
		this.work.go();
		if (stamp != this.board.get(this.layout.stamp(resource)) || !count.equals(this.tally.read(resource))) {
			this.presence.report(resource, "another thread wrote during a read");
		}
		this.presence.leave(resource, mark);
		done(LockMode.SHARED);
	}

	/** A writer increments the counter, and must find its stamp unchanged. */
	void write(int resource) {
		Mark mark = this.presence.enter(resource, LockMode.EXCLUSIVE);
		count(resource, mark, this.tally.read(resource));
		this.presence.leave(resource, mark);
		done(LockMode.EXCLUSIVE);
	}

	/**
	 * An updater reads, upgrades if it can, and then increments the number that it has
	 * read. A writer in between would cause a lost update.
	 */
	void update(int resource, Entrance entrance) {
		Mark mark = this.presence.enter(resource, LockMode.UPDATE);
		Count count = this.tally.read(resource);
		this.work.go();
		try (LockAttempt upgrade = entrance.enter(resource, LockMode.EXCLUSIVE)) {
			if (upgrade.isAcquired()) {
				Mark alone = this.presence.enter(resource, LockMode.EXCLUSIVE);
				count(resource, alone, count);
				mark = this.presence.downgrade(resource, alone);
				done(LockMode.EXCLUSIVE);
			}
		}
		this.work.go();
		this.presence.leave(resource, mark);
		done(LockMode.UPDATE);
	}

	private void count(int resource, Mark mark, Count last) {
		int cell = this.layout.stamp(resource);
		long stamp = new Count(mark.word(), this.slot).word();
		this.tally.begin(this.slot, resource, last);
		this.board.set(cell, stamp);
		this.work.go();
		if (this.board.get(cell) != stamp) {
			this.presence.report(resource, "another thread wrote during a write");
		}
		this.tally.finish(this.slot, resource, last);
	}

	private void done(LockMode mode) {
		this.board.add(this.layout.sections(this.slot, mode), 1);
	}

}
