package org.fasteners.torture;

import org.fasteners.LockAttempt;
import org.fasteners.LockMode;

/**
 * How a thread comes into a section.
 */
@FunctionalInterface
interface Entrance {

	/** To be closed when the section is over, if it was entered at all. */
	LockAttempt enter(int resource, LockMode mode);

}
