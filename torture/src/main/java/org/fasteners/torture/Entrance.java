package org.fasteners.torture;

import org.fasteners.LockAttempt;
import org.fasteners.LockMode;

/**
 * How a thread acquires the lock of a section.
 */
@FunctionalInterface
interface Entrance {

	/**
	 * Acquire a lock. The caller closes the attempt after the section; it runs the
	 * section only if the attempt has acquired the lock.
	 */
	LockAttempt enter(int resource, LockMode mode);

}
