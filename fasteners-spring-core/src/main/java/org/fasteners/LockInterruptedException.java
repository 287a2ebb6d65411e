package org.fasteners;

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
		super(lockName, "Interrupted before %s was locked for %s".formatted(Text.quote(lockName), mode.purpose()),
				cause);
	}

}
