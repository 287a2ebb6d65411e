package org.fasteners.interceptor;

/**
 * What happens at start-up when a lock annotation cannot lock.
 */
public enum LockValidation {

	/** The application does not start. */
	FAIL,

	/**
	 * The application starts, and each finding is a warning in the log. What cannot be
	 * intercepted runs without its lock; what cannot be understood fails when it is
	 * called.
	 */
	WARN,

	/** Nobody looks. */
	OFF

}
