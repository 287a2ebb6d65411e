package org.fasteners.process;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Wakes the waiters of several gates. A gate whose mutex is not free delays neither the
 * others nor the caller.
 */
final class WakeUp {

	/*-
	 * The mutex of a gate is held for microseconds, or, if the file system does not answer,
	 * without end. So
	 *
	 *   1. try each gate once
	 *   2. try those that are left again, some hundred times
	 *   3. leave the rest to a daemon thread, which tries until none is left
	 *
	 * A waiter at a gate that is left cannot return before its mutex is free in any case.
	 */

	private static final int ROUNDS = 100;

	private static final long PAUSE = TimeUnit.MICROSECONDS.toNanos(100);

	private static final long LONG_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

	private WakeUp() {
	}

	/**
	 * Wake all waiters.
	 * @param gates each tries to wake the waiters of a gate and returns whether it did.
	 * The list is changed, and not to be used any more
	 */
	static void deliver(List<BooleanSupplier> gates) {
		for (int round = 0; isLeft(gates) && round < ROUNDS; round++) {
			LockSupport.parkNanos(PAUSE);
		}
		if (!gates.isEmpty()) {
			Thread thread = new Thread(null, () -> deliverRest(gates), "fasteners-wake-up", 0, false);
			thread.setDaemon(true);
			thread.setContextClassLoader(null);
			thread.start();
		}
	}

	private static boolean isLeft(List<BooleanSupplier> gates) {
		gates.removeIf(BooleanSupplier::getAsBoolean);
		return !gates.isEmpty();
	}

	private static void deliverRest(List<BooleanSupplier> gates) {
		while (isLeft(gates)) {
			LockSupport.parkNanos(LONG_PAUSE);
		}
	}

}
