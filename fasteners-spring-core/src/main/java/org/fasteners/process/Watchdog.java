package org.fasteners.process;

import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import org.fasteners.LockEngineException;
import org.fasteners.LockStolenException;

/**
 * Looks every now and then whether this JVM still has the inter-process locks that it
 * believes to hold, and reports those that were stolen.
 */
final class Watchdog implements Runnable {

	private static final System.Logger LOGGER = System.getLogger("org.fasteners");

	private final long interval;

	private final Consumer<LockStolenException> listener;

	/** The theft of each lock that was reported last. */
	private final Map<Gate, Integer> reported = new WeakHashMap<>();

	private final Thread thread;

	private volatile boolean over;

	/**
	 * @param interval nanoseconds between two looks
	 * @param listener is told once of each lock that was stolen
	 */
	Watchdog(long interval, Consumer<LockStolenException> listener) {
		this.interval = interval;
		this.listener = listener;
		this.thread = new Thread(this, "fasteners-watchdog");
		this.thread.setDaemon(true);
	}

	void start() {
		this.thread.start();
	}

	void stop() {
		this.over = true;
		LockSupport.unpark(this.thread);
	}

	@Override
	public void run() {
		while (!this.over) {
			LockSupport.parkNanos(this, this.interval);
			Gates.forEach(this::look);
		}
	}

	private void look(Gate gate) {
		try {
			int theft = gate.theft();
			if (theft > 0 && !Integer.valueOf(theft).equals(this.reported.put(gate, theft))) {
				LockStolenException stolen = new LockStolenException(gate.name());
				LOGGER.log(Level.WARNING, stolen.getMessage());
				this.listener.accept(stolen);
			}
		}
		catch (LockEngineException ex) {
			LOGGER.log(Level.WARNING, ex.getMessage());
		}
		catch (RuntimeException ex) {
			LOGGER.log(Level.ERROR, "The listener of the watchdog failed", ex);
		}
	}

}
