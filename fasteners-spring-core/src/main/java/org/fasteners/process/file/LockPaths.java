package org.fasteners.process.file;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

import org.fasteners.LockPathException;
import org.jspecify.annotations.Nullable;

/**
 * What may be written as the path of a lock file.
 */
final class LockPaths {

	private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}");

	/** Files and directories that this library makes beside lock files. */
	private static final Pattern RESERVED = Pattern.compile(".+\\.(keys-[0-9]+|permits)", Pattern.CASE_INSENSITIVE);

	private LockPaths() {
	}

	/**
	 * Require that a path has no segment that this library uses itself: {@code .keys-}
	 * and a number at its end, for keys and their marks, or {@code .permits}, for
	 * semaphores. Marks of protocols begin with a dot, which no lock path does.
	 * @param path the path to look at, relative to the lock directory
	 * @param given the path as it was given
	 * @throws LockPathException if it has one
	 */
	static void requireNotReserved(String path, String given) {
		if (path.indexOf('.') < 0) {
			return;
		}
		for (String segment : path.split("/", -1)) {
			if (RESERVED.matcher(segment).matches()) {
				throw new LockPathException(given, String.format(Locale.ROOT,
						"the names that end with '.permits', or with '.keys-' and a number, as '%s', are those of files that this library makes for semaphores and keys: choose another one",
						segment), null);
			}
		}
	}

	/**
	 * The path relative to the directory.
	 * @param directory the real path of the directory
	 * @param configured the path of the directory as it was configured
	 * @throws LockPathException if it is not a legal lock path
	 */
	static String relative(String path, Path directory, Path configured) {
		String relative = path;
		try {
			Path given = Path.of(path);
			if (given.isAbsolute()) {
				Path normal = given.normalize();
				Path base = normal.startsWith(directory) ? directory : configured;
				if (!normal.startsWith(base)) {
					throw new LockPathException(path, "it does not lie below the lock directory", null);
				}
				relative = base.relativize(normal).toString().replace('\\', '/');
			}
		}
		catch (InvalidPathException ex) {
			throw illegal(path, ex);
		}
		for (String segment : relative.split("/", -1)) {
			if (!SEGMENT.matcher(segment).matches()) {
				throw illegal(path, null);
			}
		}
		return relative;
	}

	private static LockPathException illegal(String path, @Nullable Exception cause) {
		return new LockPathException(path,
				"a lock path is one or more segments of letters, digits, '.', '_' and '-', separated by '/', each at most 200 characters long and none starting with a dot",
				cause);
	}

}
