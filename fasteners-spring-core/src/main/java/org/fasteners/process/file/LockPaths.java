package org.fasteners.process.file;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

import org.fasteners.LockPathException;
import org.jspecify.annotations.Nullable;

/**
 * What may be written as the path of a lock file.
 */
final class LockPaths {

	private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}");

	private LockPaths() {
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
