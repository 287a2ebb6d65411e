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
 * A hold belongs to the owner that acquired it and stands for exactly one acquisition:
 * closing it releases that one and no other. Closing a second time does nothing. The
 * permits of a {@link CountingSemaphore} have no owner: such a hold is detached from the
 * start.
 * <p>
 * Thread-safe.
 */
public interface LockHold extends AutoCloseable {

	/**
	 * Take this hold away from its owner, so that any thread may close it: for work that
	 * ends on another thread. What the owner acquired besides stays its own. Nobody can
	 * re-enter or upgrade by a detached hold, its former owner no more than others: an
	 * owner whose own update hold stands beside a detached one may not write before the
	 * detached one is closed. Does nothing if the hold is detached or closed already.
	 * @return this hold
	 * @throws IllegalMonitorStateException if the caller is not the owner; the hold stays
	 * as it was
	 */
	LockHold detach();

	/**
	 * Release this hold. Does nothing if that has happened already. If the release fails
	 * below, for instance in the operating system or for lack of memory, closing again
	 * tries again.
	 * @throws IllegalMonitorStateException if the caller is not the owner and the hold is
	 * not detached; the hold stays as it was
	 */
	@Override
	void close();

}
