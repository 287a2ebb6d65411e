package org.fasteners.torture;

/**
 * Counts the exclusive sections of one lock in such a way that a lost update shows, and
 * that the death of a writer at any moment does not look like one.
 * <p>
 * A writer, who has to be alone, does this, in this order:
 * <ol>
 * <li>read the count: number v, written by a
 * <li>witnessed(a) = v
 * <li>target(self) = v + 1, begun(self) = done(self) + 1
 * <li>wait a little, so that another writer would come in between
 * <li>count = (v + 1, self)
 * <li>done(self) = begun(self)
 * </ol>
 * Each assignment is one store of eight bytes, and mapped memory outlives the process, so
 * a killed writer has done a beginning of this list. If begun = done, all is clear. If
 * begun &gt; done, it died between 3 and 6, and only 5 is open. {@link #settle} decides
 * this after the death, while others may go on: it reads the count, and <em>then</em> the
 * witness. If 5 happened, the count is either still (target, self), or a later writer has
 * replaced it, and has written witnessed(self) = target before. If 5 did not happen,
 * nobody ever wrote (target, self), and the witness is an older and smaller number. So it
 * is exact: no number is taken on trust from the dead.
 * <p>
 * At the end the count of a lock is the sum of all {@code done}, or an update was lost:
 * of two writers who both read v, both are done, but the number rose by one.
 */
final class Tally {

	private final Board board;

	private final Layout layout;

	Tally(Board board) {
		this.board = board;
		this.layout = board.layout();
	}

	/** The first step, also for someone who will perhaps write later. */
	Count read(int resource) {
		return Count.of(this.board.get(this.layout.count(resource)));
	}

	/** Steps 2 and 3. */
	void begin(int slot, int resource, Count last) {
		this.board.set(this.layout.witnessed(last.author(), resource), last.number());
		this.board.set(this.layout.target(slot, resource), last.number() + 1);
		this.board.set(this.layout.begun(slot, resource), this.board.get(this.layout.done(slot, resource)) + 1);
	}

	/** Steps 5 and 6. */
	void finish(int slot, int resource, Count last) {
		this.board.set(this.layout.count(resource), new Count(last.number() + 1, slot).word());
		this.board.set(this.layout.done(slot, resource), this.board.get(this.layout.begun(slot, resource)));
	}

	/** Decide whether a dead writer has counted. To be called once it is dead. */
	void settle(int slot, int resource) {
		long begun = this.board.get(this.layout.begun(slot, resource));
		long done = this.board.get(this.layout.done(slot, resource));
		if (begun == done) {
			return;
		}
		long target = this.board.get(this.layout.target(slot, resource));
		boolean counted = read(resource).equals(new Count(target, slot))
				|| this.board.get(this.layout.witnessed(slot, resource)) == target;
		this.board.set(counted ? this.layout.done(slot, resource) : this.layout.begun(slot, resource),
				counted ? begun : done);
	}

	/** How many updates of a lock were lost. To be called when all workers have ended. */
	long lost(int resource) {
		long done = 0;
		for (int slot = 0; slot < this.layout.slots(); slot++) {
			done += this.board.get(this.layout.done(slot, resource));
		}
		return Math.abs(done - read(resource).number());
	}

}
