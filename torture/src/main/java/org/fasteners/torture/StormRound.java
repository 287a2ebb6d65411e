package org.fasteners.torture;

import java.time.Duration;

import org.fasteners.CountingSemaphore;
import org.fasteners.LockAttempt;
import org.fasteners.LockPathException;
import org.fasteners.LockRegistry;
import org.fasteners.LockRegistryClosedException;
import org.fasteners.torture.StormBoard.Cell;

/**
 * One use of a semaphore and its registry: one attempt, and another one after the
 * registry is closed. Neither may leave a permit behind.
 *
 * @param worker the process
 * @param slot the slot of the thread
 * @param permits the number of permits of the semaphore in this round
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
	 * Granted if a permit is free, refused otherwise. In both cases no permit may stay
	 * acquired.
	 */
	private void attemptAfterClose(CountingSemaphore semaphore) {
		try (LockAttempt attempt = semaphore.tryAcquire()) {
			if (!attempt.isAcquired()) {
				this.worker.board().add(this.slot, Cell.REFUSED);
			}
		}
		catch (LockRegistryClosedException ex) {
			// expected
		}
	}

}
