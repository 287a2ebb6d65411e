package org.fasteners.annotation;

/**
 * When an annotated method releases its lock.
 */
public enum Release {

	/**
	 * After the transaction that was active when the lock was asked for has committed or
	 * rolled back, so that the next holder sees what was written under the lock; when the
	 * method returns if there was none, or none that Spring synchronises with.
	 */
	AUTO,

	/**
	 * When the method returns, also within a transaction that goes on: the next holder
	 * may then not see yet what was written.
	 */
	ON_RETURN

}
