package org.fasteners;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * A path cannot be used for an inter-process lock: it is not a legal lock path, or there
 * is something at that place that is not a lock file, or the file may not be opened, or
 * another process uses it in a way that does not go together with that of this one.
 * Nothing is held, and what was found is left as it was.
 */
public final class LockPathException extends LockException {

	/**
	 * Create an exception.
	 * @param path the path as it was given
	 * @param problem what is wrong and what to do about it, to follow the path in the
	 * message
	 * @param cause the error of the file system, if there was one
	 */
	public LockPathException(String path, String problem, @Nullable Throwable cause) {
		super(path,
				String.format(Locale.ROOT, "%s cannot be used as an inter-process lock: %s", Text.quote(path), problem),
				cause);
	}

}
