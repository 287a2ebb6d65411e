package org.fasteners.thread;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Waiting for what another thread is about to do, which is over in some microseconds if
 * that thread is running.
 */
final class Spin {

	/** On one processor nobody else is running. */
	private static final boolean USEFUL = Runtime.getRuntime().availableProcessors() > 1;

	private static final int ROUNDS = 8;

	private static final int LONGEST_PAUSE = 32;

	private static final int SHORT_ROUNDS = 8;

	private static final int LOOKS = 4;

	private static final int LONG_PAUSE = 200;

	private static final int SPINS_BEFORE_YIELD = 100;

	private static final int YIELDS_BEFORE_SLEEP = 10_000;

	private static final int MOST_SLEEPS = 10_000;

	private static final long SLEEP = TimeUnit.MICROSECONDS.toNanos(100);

	private Spin() {
	}

	/**
	 * Let a little time pass, more with each round.
	 * @param round how often this was called before
	 * @return whether that is worth while; if not, nothing was done
	 */
	static boolean pause(int round) {
		if (!USEFUL || round >= ROUNDS) {
			return false;
		}
		pauses(Math.min(1 << round, LONGEST_PAUSE));
		return true;
	}

	/**
	 * Let hardly any time pass.
	 * @param round how often this was called before
	 * @return whether that is worth while; if not, nothing was done
	 */
	static boolean once(int round) {
		if (!USEFUL || round >= SHORT_ROUNDS) {
			return false;
		}
		Thread.onSpinWait();
		return true;
	}

	/** Wait a little for a waiter to be told; tells whether that has happened. */
	static boolean awaitTold(Waiter waiter) {
		for (int look = 0; USEFUL && look < LONG_PAUSE && !(waiter.signalled || waiter.granted); look++) {
			Thread.onSpinWait();
		}
		return waiter.signalled || waiter.granted;
	}

	/**
	 * Wait a little for an obstacle to go, looking seldom: each look costs the thread
	 * that is to remove it the cache line that it works on.
	 */
	static void blindly(LockCore core, int obstacle) {
		for (int look = 0; USEFUL && look < LOOKS && (core.state & obstacle) != 0; look++) {
			pauses(LONG_PAUSE);
		}
	}

	/**
	 * Let somebody decide who is about to. Yields, because that thread may not be
	 * running, and may be a virtual one that waits for this carrier; and sleeps in the
	 * end, for on a crowded machine it may not run for a long time. It ends only because
	 * no attempt may hang for ever, whatever has happened to that thread.
	 * @param round how often this was called before
	 * @return whether it is still worth while
	 */
	@SuppressWarnings("ThreadPriorityCheck") // a hint is what is meant
	static boolean forDecision(int round) {
		if (round < SPINS_BEFORE_YIELD) {
			Thread.onSpinWait();
		}
		else if (round < SPINS_BEFORE_YIELD + YIELDS_BEFORE_SLEEP) {
			Thread.yield();
		}
		else {
			LockSupport.parkNanos(SLEEP);
		}
		return round < SPINS_BEFORE_YIELD + YIELDS_BEFORE_SLEEP + MOST_SLEEPS;
	}

	private static void pauses(int count) {
		for (int i = 0; i < count; i++) {
			Thread.onSpinWait();
		}
	}

}
