package org.fasteners;

/**
 * The result of an attempt to lock: a hold, or nothing. For try-with-resources, as
 * {@code try_lock} of Python's fasteners:
 *
 * <pre>{@code
 * try (LockAttempt attempt = lock.tryAcquire()) {
 *     if (attempt.isAcquired()) {
 *         // alone here
 *     }
 * }
 * }</pre>
 * <p>
 * Thread-safe.
 */
public interface LockAttempt extends LockHold {

	/**
	 * Whether the lock was obtained. The answer does not change when the attempt is
	 * closed.
	 * @return {@code true} if the lock was obtained
	 */
	boolean isAcquired();

	/**
	 * Take the hold away from its owner, as {@link LockHold#detach()}. Does nothing if
	 * the lock was not obtained.
	 * @return this attempt
	 * @throws IllegalMonitorStateException if the caller is not the owner; the hold stays
	 * as it was
	 */
	@Override
	LockAttempt detach();

	/**
	 * Release the lock if it was obtained. Does nothing otherwise, or when closed before.
	 * @throws IllegalMonitorStateException if the caller is not the owner and the hold is
	 * not detached; the hold stays as it was
	 */
	@Override
	void close();

}
