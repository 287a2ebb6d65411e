package org.fasteners;

import org.jspecify.annotations.Nullable;

/**
 * A lock could not be obtained or released. Each reason is a subclass.
 */
public abstract class LockException extends RuntimeException {

	/** The lock. */
	private final String lockName;

	LockException(String lockName, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.lockName = lockName;
	}

	/**
	 * The lock: the name of a thread lock, or the path of a lock file relative to the
	 * lock directory.
	 * @return the name, neither cut nor escaped
	 */
	public final String lockName() {
		return this.lockName;
	}

}
