package org.fasteners.process;

import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import org.fasteners.LockEngineException;
import org.fasteners.LockStolenException;

/**
 * Verifies at intervals the inter-process locks of a registry that this JVM holds, and
 * reports those that were stolen.
 */
final class Watchdog implements Runnable {

	/*-
	 * To verify a lock reads its path, and so blocks as long as the file system of the lock
	 * directory does not answer. Therefore each registry has a thread of its own, which visits
	 * only the gates that the registry uses. A lock that two registries use is reported to
	 * both of them.
	 */

	private static final System.Logger LOGGER = System.getLogger("org.fasteners");

	/** Stands for the registry. */
	private final AtomicBoolean ended;

	private final long interval;

	private final Consumer<LockStolenException> listener;

	/** The theft of each lock that was reported last. */
	private final Map<Gate, Integer> reported = new WeakHashMap<>();

	private final Thread thread;

	private volatile boolean over;

	/**
	 * @param ended what the registry has passed to {@link Gates#get}
	 * @param interval nanoseconds between two looks
	 * @param listener is told once of each lock that was stolen
	 */
	Watchdog(AtomicBoolean ended, long interval, Consumer<LockStolenException> listener) {
		this.ended = ended;
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
			Gates.forEach(this.ended, this::look);
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
