package org.fasteners.torture;

/**
 * Counts the exclusive sections of one lock. The count exposes each lost update, and the
 * death of a writer at any moment does not look like one.
 * <p>
 * A writer holds the lock exclusively and executes these steps in this order:
 * <ol>
 * <li>read the count: number v, written by a
 * <li>witnessed(a) = v
 * <li>target(self) = v + 1, begun(self) = done(self) + 1
 * <li>wait a little, so that a second writer would interleave
 * <li>count = (v + 1, self)
 * <li>done(self) = begun(self)
 * </ol>
 * Each assignment is one store of eight bytes, and mapped memory outlives the process. A
 * killed writer has therefore executed a prefix of this list:
 * <ul>
 * <li>begun = done: nothing is pending.
 * <li>begun &gt; done: the writer died between 3 and 6, and only step 5 is in doubt.
 * </ul>
 * {@link #resolve} resolves the doubt after the death, while other writers may go on: it
 * reads the count, and <em>then</em> the witness.
 * <ul>
 * <li>If step 5 happened, either the count is still (target, self), or a later writer has
 * replaced it and has written witnessed(self) = target before.
 * <li>If step 5 did not happen, no thread ever wrote (target, self), and the witness is
 * an older and smaller number.
 * </ul>
 * The decision is therefore exact, without trusting a number of the dead writer.
 * <p>
 * Invariant at the end: the count of a lock is the sum of all {@code done}. Otherwise an
 * update was lost: of two writers that both read v, both are done, but the number rose by
 * one.
 */
final class Tally {

	private final Board board;

	private final Layout layout;

	Tally(Board board) {
		this.board = board;
		this.layout = board.layout();
	}

	/** Step 1, also for an updater that may write later. */
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

	/** Decide whether a dead writer has completed step 5. Call it after the death. */
	void resolve(int slot, int resource) {
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

	/** The number of lost updates of a lock. Call it after all workers have ended. */
	long lost(int resource) {
		long done = 0;
		for (int slot = 0; slot < this.layout.slots(); slot++) {
			done += this.board.get(this.layout.done(slot, resource));
		}
		return Math.abs(done - read(resource).number());
	}

}
