package org.fasteners;

import java.nio.file.FileSystemException;
import java.util.Locale;

/**
 * What stands behind an inter-process lock (for a lock file: the operating system)
 * answered with an error. That is never taken for somebody else's hold and never tried
 * again in silence. Nothing is held after a failed acquisition; after a failed release
 * this process no longer counts itself as holder.
 */
public final class LockEngineException extends LockException {

	/**
	 * Create an exception.
	 * @param lockName the lock
	 * @param operation what was tried, as {@code lock} or {@code release}
	 * @param cause the error
	 */
	public LockEngineException(String lockName, String operation, Exception cause) {
		super(lockName, String.format(Locale.ROOT, "Could not %s %s: %s", operation, Text.quote(lockName),
				Text.plain(reason(cause))), cause);
	}

	/** Without the absolute path that the message of a file system exception has. */
	private static String reason(Exception cause) {
		if (cause instanceof FileSystemException failure && failure.getReason() != null) {
			return failure.getReason();
		}
		String message = (cause instanceof FileSystemException) ? null : cause.getMessage();
		return (message != null) ? message : cause.getClass().getSimpleName();
	}

}
