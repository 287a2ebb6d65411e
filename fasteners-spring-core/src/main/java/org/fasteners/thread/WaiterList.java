package org.fasteners.thread;

import org.fasteners.LockMode;
import org.jspecify.annotations.Nullable;

/**
 * Waiters in their order. Linked through the waiters themselves, so that no change
 * allocates, and each takes constant time.
 * <p>
 * Guarded by the mutex of the queue.
 */
final class WaiterList {

	private @Nullable Waiter first;

	private @Nullable Waiter last;

	private int size;

	private int exclusive;

	@Nullable Waiter first() {
		return this.first;
	}

	int size() {
		return this.size;
	}

	/** The number of waiters that wait to write. */
	int exclusive() {
		return this.exclusive;
	}

	void addLast(Waiter waiter) {
		waiter.previous = this.last;
		if (this.last != null) {
			this.last.next = waiter;
		}
		else {
			this.first = waiter;
		}
		this.last = waiter;
		count(waiter, 1);
		waiter.list = this;
	}

	void addFirst(Waiter waiter) {
		waiter.next = this.first;
		if (this.first != null) {
			this.first.previous = waiter;
		}
		else {
			this.last = waiter;
		}
		this.first = waiter;
		count(waiter, 1);
		waiter.list = this;
	}

	/** Remove a waiter, if it is in this list. */
	void remove(Waiter waiter) {
		if (waiter.list != this) {
			return;
		}
		Waiter before = waiter.previous;
		Waiter after = waiter.next;
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
		waiter.previous = null;
		waiter.next = null;
		waiter.list = null;
		count(waiter, -1);
	}

	private void count(Waiter waiter, int change) {
		this.size += change;
		if (waiter.mode == LockMode.EXCLUSIVE) {
			this.exclusive += change;
		}
	}

}
