package org.fasteners;

/**
 * One hold of a lock, for try-with-resources:
 *
 * <pre>{@code
 * try (LockHold hold = lock.acquire()) {
 *     // alone here
 * }
 * }</pre>
 * <p>
 * A hold belongs to the thread that acquired it and stands for exactly one acquisition:
 * closing it releases that one and no other. Closing a second time does nothing.
 * <p>
 * Thread-safe.
 */
public interface LockHold extends AutoCloseable {

	/**
	 * Release this hold. Does nothing if that has happened already.
	 * @throws IllegalMonitorStateException if the calling thread is not the one that
	 * acquired; the hold stays as it was
	 */
	@Override
	void close();

}
