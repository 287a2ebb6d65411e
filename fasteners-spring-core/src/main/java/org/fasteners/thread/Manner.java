package org.fasteners.thread;

/**
 * How somebody asks for a lock.
 */
enum Manner {

	/** Will wait if it is refused. */
	PATIENT,

	/** Asks once, and overtakes nobody who waits. */
	ONCE,

	/** Asks once, and overtakes those who wait: {@code Lock.tryLock()}. */
	BARGING

}
