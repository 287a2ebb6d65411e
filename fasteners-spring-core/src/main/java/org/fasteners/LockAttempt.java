package org.fasteners;

/**
 * What came of trying to lock: either a hold or nothing. For try-with-resources, as
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
public interface LockAttempt extends AutoCloseable {

	/**
	 * Whether the lock was obtained. The answer does not change when the attempt is
	 * closed.
	 * @return {@code true} if the lock was obtained
	 */
	boolean isAcquired();

	/**
	 * Release the lock if it was obtained. Does nothing otherwise, or when closed before.
	 * @throws IllegalMonitorStateException if the calling thread is not the one that
	 * acquired; the hold stays as it was
	 */
	@Override
	void close();

}
