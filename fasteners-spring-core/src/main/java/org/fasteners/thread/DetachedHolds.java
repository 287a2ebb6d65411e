package org.fasteners.thread;

import java.util.ArrayList;
import java.util.List;

import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.jspecify.annotations.Nullable;

/**
 * The detached holds of a lock, in the order in which they were recorded. Linked through
 * the holds themselves, so that recording and removing one allocates nothing.
 * <p>
 * Guarded by the mutex of the queue, except for {@link #updates()}.
 */
final class DetachedHolds {

	private @Nullable DetachedHold first;

	private @Nullable DetachedHold last;

	private int reads;

	/** Written under the mutex, and read without it by an updater that would write. */
	private volatile int updates;

	private int writes;

	int updates() {
		return this.updates;
	}

	int count(LockMode mode) {
		return switch (mode) {
			case SHARED -> this.reads;
			case UPDATE -> this.updates;
			case EXCLUSIVE -> this.writes;
		};
	}

	void add(DetachedHold hold) {
		hold.recorded = true;
		hold.previous = this.last;
		if (this.last != null) {
			this.last.next = hold;
		}
		else {
			this.first = hold;
		}
		this.last = hold;
		count(hold, 1);
	}

	void remove(DetachedHold hold) {
		DetachedHold before = hold.previous;
		DetachedHold after = hold.next;
		if (before != null) {
			before.next = after;
		}
		else {
			this.first = after;
		}
		if (after != null) {
			after.previous = before;
		}
		else {
			this.last = before;
		}
		hold.previous = null;
		hold.next = null;
		hold.recorded = false;
		count(hold, -1);
	}

	private void count(DetachedHold hold, int change) {
		switch (hold.mode) {
			case SHARED -> this.reads += change;
			case UPDATE -> {
				int before = this.updates;
				this.updates = before + change;
			}
			case EXCLUSIVE -> this.writes += change;
		}
	}

	List<LockHolder> holders() {
		List<LockHolder> holders = new ArrayList<>();
		for (DetachedHold hold = this.first; hold != null; hold = hold.next) {
			holders.add(LockHolder.detached(hold.mode, hold.acquirer));
		}
		return holders;
	}

}
