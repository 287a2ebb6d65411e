package org.fasteners;

import java.util.Locale;

/**
 * The thread was interrupted before it had the lock. Nothing is held, and the interrupt
 * flag of the thread is set. The unchecked sibling of {@link InterruptedException}, which
 * is its cause.
 */
public final class LockInterruptedException extends LockException {

	/**
	 * Create an exception.
	 * @param lockName the lock
	 * @param mode how it was asked for
	 * @param cause the interrupt
	 */
	public LockInterruptedException(String lockName, LockMode mode, InterruptedException cause) {
		this(lockName, String.format(Locale.ROOT, "Interrupted before %s was locked for %s", Text.quote(lockName),
				mode.purpose()), cause);
	}

	private LockInterruptedException(String lockName, String message, InterruptedException cause) {
		super(lockName, message, cause);
	}

	/**
	 * Create an exception of somebody who waited for permits of a semaphore.
	 * @param name the semaphore
	 * @param asked how many permits were asked for
	 * @param permits how many there are in all
	 * @param cause the interrupt
	 * @return the exception
	 */
	public static LockInterruptedException ofPermits(String name, int asked, int permits, InterruptedException cause) {
		return new LockInterruptedException(name, String.format(Locale.ROOT,
				"Interrupted before %d of %d permits of %s could be had", asked, permits, Text.quote(name)), cause);
	}

}
