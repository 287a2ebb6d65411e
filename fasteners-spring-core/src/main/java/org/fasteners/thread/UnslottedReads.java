package org.fasteners.thread;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * The read holds of a lock that are not in a slot: of owners who found none free, or are
 * not threads; detached ones; and those that were granted to readers who still sleep.
 * Removing a hold allocates nothing.
 * <p>
 * Guarded by the mutex of the queue, except for {@link #total()}.
 */
final class UnslottedReads {

	private final Map<Object, Count> counts;

	/**
	 * Owners, detached holds and grants; a volatile number, because it is published as a
	 * slot is.
	 */
	private volatile int total;

	UnslottedReads(boolean threads) {
		// a thread that overrides equals is still itself and nobody else
		this.counts = threads ? new IdentityHashMap<>() : new HashMap<>();
	}

	int total() {
		return this.total;
	}

	int count(Object owner) {
		Count count = this.counts.get(owner);
		return (count != null) ? count.holds : 0;
	}

	boolean isReadByOther(@Nullable Object except) {
		return this.total > ((except != null && this.counts.containsKey(except)) ? 1 : 0);
	}

	void add(Object owner) {
		Count known = this.counts.get(owner);
		if (known != null) {
			known.holds = LockCore.oneMore(known.holds);
			return;
		}
		try {
			this.counts.put(owner, new Count());
		}
		catch (Throwable ex) {
			// a table that cannot grow may have the entry already
			this.counts.remove(owner);
			throw ex;
		}
		addAnonymous(1);
	}

	/** One hold less of an owner that has one. */
	void remove(Object owner) {
		Count count = this.counts.get(owner);
		if (count != null && --count.holds == 0) {
			this.counts.remove(owner);
			addAnonymous(-1);
		}
	}

	/** One hold more or less that has no owner. */
	void addAnonymous(int change) {
		int before = this.total;
		this.total = before + change;
	}

	void forEachOwner(Consumer<Object> visitor) {
		this.counts.keySet().forEach(visitor);
	}

	/**
	 * The holds of one owner.
	 */
	private static final class Count {

		private int holds = 1;

	}

}
