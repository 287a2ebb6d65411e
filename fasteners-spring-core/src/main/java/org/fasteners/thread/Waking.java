package org.fasteners.thread;

import org.jspecify.annotations.Nullable;

/**
 * Wakes waiters: threads at once, futures one after the other. Waking a future may run
 * code of the user that releases a lock and so comes here again; the futures which that
 * would wake are left to the outer call, so that a chain of them needs no stack.
 */
final class Waking {

	/**
	 * Its value is removed when the outer call ends, so that it keeps no class loader.
	 */
	private static final ThreadLocal<@Nullable Waking> OUTER = new ThreadLocal<>();

	private Waiter.@Nullable Promise first;

	private Waiter.@Nullable Promise last;

	private Waking() {
	}

	/**
	 * Wake waiters. Waking threads allocates nothing.
	 * @param waiters the first of a chain that belongs to the caller
	 */
	static void all(Waiter waiters) {
		Waiter.Promise promises = null;
		Waiter.Promise lastPromise = null;
		Waiter waiter = waiters;
		while (waiter != null) {
			// before it is woken: from then on it may be in another chain
			Waiter next = waiter.nextToWake;
			waiter.nextToWake = null;
			waiter.toWake = false;
			if (waiter instanceof Waiter.Promise promise) {
				if (lastPromise != null) {
					lastPromise.nextPromise = promise;
				}
				else {
					promises = promise;
				}
				lastPromise = promise;
			}
			else {
				waiter.wake();
			}
			waiter = next;
		}
		if (promises != null && lastPromise != null) {
			deliver(promises, lastPromise);
		}
	}

	private static void deliver(Waiter.Promise first, Waiter.Promise last) {
		Waking waking;
		try {
			Waking outer = OUTER.get();
			if (outer != null) {
				outer.add(first, last);
				return;
			}
			waking = new Waking();
			OUTER.set(waking);
		}
		catch (OutOfMemoryError ex) {
			// without a place to note them: then a chain of futures takes stack
			deliverNow(first);
			return;
		}
		try {
			waking.add(first, last);
			while (waking.first != null) {
				Waiter.Promise promise = waking.first;
				waking.first = promise.nextPromise;
				promise.nextPromise = null;
				promise.wake();
			}
		}
		finally {
			OUTER.remove();
		}
	}

	private static void deliverNow(Waiter.Promise first) {
		Waiter.Promise promise = first;
		while (promise != null) {
			Waiter.Promise next = promise.nextPromise;
			promise.nextPromise = null;
			promise.wake();
			promise = next;
		}
	}

	private void add(Waiter.Promise chain, Waiter.Promise end) {
		if (this.first != null && this.last != null) {
			this.last.nextPromise = chain;
		}
		else {
			this.first = chain;
		}
		this.last = end;
	}

}
