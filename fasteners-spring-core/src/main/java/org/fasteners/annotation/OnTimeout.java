package org.fasteners.annotation;

/**
 * What an annotated method does when its lock was not had in time.
 */
public enum OnTimeout {

	/**
	 * Throw {@link org.fasteners.LockTimeoutException}; or do what a bean of type
	 * {@link LockFailureHandler} decides, if there is one.
	 */
	THROW,

	/**
	 * Return without running the body: nothing, an empty {@code Optional}, collection,
	 * map or array, or {@code null}, as the method returns. A method that returns a
	 * primitive cannot skip, and fails the start.
	 */
	SKIP

}
