package org.fasteners.process.file;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

import org.fasteners.LockDirectoryException;
import org.fasteners.LockPathException;
import org.jspecify.annotations.Nullable;

/**
 * What may be written as the path of a lock file. All of it is checked before anything is
 * created or read.
 */
final class LockPaths {

	/*-
	 * Each segment of a lock path becomes a directory, and each directory is resolved with
	 * all those above it. So the number of segments is limited, and so is the length of
	 * the whole.
	 *
	 *   NAME_MAX of Linux file systems   255 bytes     a segment: 200, and the suffix
	 *                                                  (.permits, .keys-1024) of the files
	 *                                                  that the library puts beside it
	 *   PATH_MAX of Linux               4096 bytes,    the path with its lock directory:
	 *                                   with the zero  at most 4095 bytes
	 *   directories                     no limit       32 segments, 1000 characters
	 *
	 * A segment is ASCII, so its characters are its bytes. The lock directory is not: it
	 * counts in the encoding of file names.
	 */

	private static final Pattern SEGMENT = Pattern
		.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}(?:\\.permits|\\.keys-[0-9]{1,4})?");

	private static final int MOST_SEGMENTS = 32;

	/** Of a path that is relative to the lock directory. */
	private static final int LONGEST = 1000;

	/** PATH_MAX, without the zero byte at the end. */
	private static final int LONGEST_OF_ALL = 4095;

	/** NAME_MAX of Linux file systems. */
	private static final int LONGEST_NAME = 255;

	/** The encoding of file names; UTF-8 if the JVM does not tell it. */
	private static final Charset ENCODING = encoding();

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
		if (path.length() > LONGEST_OF_ALL) {
			throw tooLong(path, path.length());
		}
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
		String[] segments = relative.split("/", -1);
		for (String segment : segments) {
			if (!SEGMENT.matcher(segment).matches()) {
				throw illegal(path, null);
			}
		}
		requireShort(path, relative, segments.length, directory);
		return relative;
	}

	private static void requireShort(String path, String relative, int segments, Path directory) {
		if (segments > MOST_SEGMENTS) {
			throw new LockPathException(path, String.format(Locale.ROOT,
					"it has %d segments, and a lock path has at most %d. Use a key for what the path cannot hold",
					segments, MOST_SEGMENTS), null);
		}
		if (relative.length() > LONGEST) {
			throw tooLong(path, relative.length());
		}
		int bytes = bytes(directory) + 1 + relative.length();
		if (bytes > LONGEST_OF_ALL) {
			throw new LockPathException(path, String.format(Locale.ROOT,
					"with the lock directory it is %d bytes long, and a file system allows at most %d. Use a shorter path or a shorter fasteners.lock-directory",
					bytes, LONGEST_OF_ALL), null);
		}
	}

	/**
	 * Refuse a lock directory that no file system can hold, before any part of it is
	 * created.
	 * @throws LockDirectoryException if the path, or one of its names, is too long
	 */
	static void requireShort(Path directory) {
		String problem = null;
		if (bytes(directory) > LONGEST_OF_ALL) {
			problem = String.format(Locale.ROOT,
					"The path of the lock directory is %d bytes long, and a file system allows at most %d",
					bytes(directory), LONGEST_OF_ALL);
		}
		else {
			for (Path name : directory) {
				if (bytes(name) > LONGEST_NAME) {
					problem = String.format(Locale.ROOT,
							"A name in the path of the lock directory is %d bytes long, and a file system allows at most %d",
							bytes(name), LONGEST_NAME);
				}
			}
		}
		if (problem != null) {
			throw new LockDirectoryException(directory, problem, "Set fasteners.lock-directory to a shorter path.",
					null);
		}
	}

	private static int bytes(Path path) {
		return path.toString().getBytes(ENCODING).length;
	}

	private static Charset encoding() {
		String name = System.getProperty("sun.jnu.encoding");
		return (name != null && Charset.isSupported(name)) ? Charset.forName(name) : StandardCharsets.UTF_8;
	}

	private static LockPathException tooLong(String path, int length) {
		return new LockPathException(path, String.format(Locale.ROOT,
				"it is %d characters long, and a lock path has at most %d. Use a key for what the path cannot hold",
				length, LONGEST), null);
	}

	private static LockPathException illegal(String path, @Nullable Exception cause) {
		return new LockPathException(path,
				"a lock path is one or more segments of letters, digits, '.', '_' and '-', separated by '/', each at most 200 characters long and none starting with a dot",
				cause);
	}

}
