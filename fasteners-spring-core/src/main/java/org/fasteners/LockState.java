package org.fasteners;

/**
 * What is known about a lock that this JVM may hold.
 */
public enum LockState {

	/** Nobody in this JVM holds it. */
	NOT_HELD,

	/** This JVM holds it, and that was seen where the lock is kept. */
	HELD,

	/** This JVM believes to hold it, and nothing says the contrary. */
	UNKNOWN,

	/**
	 * This JVM believes to hold it, but has lost it: its file was replaced or deleted, or
	 * other code in this process has closed a descriptor of the file. Others may be
	 * inside.
	 */
	LOST

}
