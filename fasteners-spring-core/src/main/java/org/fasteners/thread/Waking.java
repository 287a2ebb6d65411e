package org.fasteners.thread;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Wakes waiters: threads at once, futures one after the other. Waking a future may run
 * code of the user that releases a lock and so comes here again; the futures which that
 * would wake are left to the outer call, so that a chain of them needs no stack.
 */
final class Waking {

	private static final ThreadLocal<Queue<Waiter>> FUTURES = new ThreadLocal<>();

	private Waking() {
	}

	static void all(Queue<Waiter> waiters) {
		Queue<Waiter> outer = FUTURES.get();
		Queue<Waiter> futures = (outer != null) ? outer : new ArrayDeque<>();
		Waiter waiter = waiters.poll();
		while (waiter != null) {
			if (waiter instanceof Waiter.Promise) {
				futures.add(waiter);
			}
			else {
				waiter.wake();
			}
			waiter = waiters.poll();
		}
		if (outer == null && !futures.isEmpty()) {
			FUTURES.set(futures);
			try {
				while (!futures.isEmpty()) {
					futures.remove().wake();
				}
			}
			finally {
				FUTURES.remove();
			}
		}
	}

}
