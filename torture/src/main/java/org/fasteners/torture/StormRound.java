package org.fasteners.torture;

import java.time.Duration;

import org.fasteners.CountingSemaphore;
import org.fasteners.LockAttempt;
import org.fasteners.LockPathException;
import org.fasteners.LockRegistry;
import org.fasteners.LockRegistryClosedException;
import org.fasteners.torture.StormBoard.Cell;

/**
 * One use of a semaphore and its registry: an attempt, and one more after the registry
 * was closed, which must leave nothing behind.
 *
 * @param worker the process
 * @param slot the thread
 * @param permits how many permits the semaphore has in this round
 */
record StormRound(StormWorker worker, int slot, int permits) {

	private static final Duration PATIENCE = Duration.ofSeconds(1);

	void run() {
		LockRegistry registry = this.worker.open(0);
		try (registry) {
			CountingSemaphore semaphore = registry.interProcessSemaphore("pool", this.permits);
			try (LockAttempt attempt = semaphore.tryAcquire(PATIENCE)) {
				if (!attempt.isAcquired()) {
					this.worker.board().add(this.slot, Cell.REFUSED);
				}
			}
			catch (LockPathException ex) {
				System.err.println("WRONG: " + ex.getMessage());
				this.worker.board().add(this.slot, Cell.WRONG);
			}
			registry.close();
			attemptAfterClose(semaphore);
		}
	}

	/**
	 * Granted if a permit is free, else refused; in both cases nothing may stay behind.
	 */
	private void attemptAfterClose(CountingSemaphore semaphore) {
		try (LockAttempt attempt = semaphore.tryAcquire()) {
			if (!attempt.isAcquired()) {
				this.worker.board().add(this.slot, Cell.REFUSED);
			}
		}
		catch (LockRegistryClosedException ex) {
			// as it should be
		}
	}

}
