package org.fasteners.thread;

import java.util.function.BooleanSupplier;

/**
 * Waiting without sleep, for what another running thread is about to do.
 */
final class Spin {

	private static final boolean USEFUL = Runtime.getRuntime().availableProcessors() > 1;

	private static final int ROUNDS = Integer.getInteger("spin.rounds", 64);

	private static final int PAUSES = Integer.getInteger("spin.pauses", 8);

	private static final int WAIT = Integer.getInteger("spin.wait", 200);

	private Spin() {
	}

	/**
	 * Let a little time pass.
	 * @param round how often this was called before
	 * @return whether that is worth while; if not, nothing was done
	 */
	static boolean pause(int round) {
		if (!USEFUL || round >= ROUNDS) {
			return false;
		}
		for (int i = 0; i < PAUSES; i++) {
			Thread.onSpinWait();
		}
		return true;
	}

	/** Wait a little for something; tells whether it has happened. */
	static boolean await(BooleanSupplier event) {
		for (int i = 0; USEFUL && i < WAIT; i++) {
			if (event.getAsBoolean()) {
				return true;
			}
			Thread.onSpinWait();
		}
		return event.getAsBoolean();
	}

}
