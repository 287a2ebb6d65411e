package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import org.fasteners.LockPathException;

/**
 * Over how many files the keys of a path are spread, and which is that of a key. The
 * kernel looks through all locks of a file that are held, so thousands of keys that are
 * held at once are faster in several files.
 * <p>
 * Thread-safe.
 */
final class KeyFiles {

	/*-
	 * With one file, the default, the keys of `shows` are in `shows`. With 16 they are in
	 * `shows.keys-16/0` to `shows.keys-16/15`, so that the number shows on disk. Two
	 * processes with different numbers would not exclude one another. So whoever finds a
	 * directory for another number refuses to lock, when it first locks a key of the path
	 * and then once a second as long as it asks for keys.
	 */

	private static final long CHECK_IS_FRESH = TimeUnit.SECONDS.toNanos(1);

	private static final int MOST = 1024;

	private final int count;

	private final Map<String, Long> checkedAt = new ConcurrentHashMap<>();

	/**
	 * @throws IllegalArgumentException if the count is no power of two from 1 to 1024
	 */
	KeyFiles(int count) {
		this.count = require(count);
	}

	static int require(int count) {
		if (count < 1 || count > MOST || Integer.bitCount(count) != 1) {
			throw new IllegalArgumentException(
					"Keys can be spread over 1, 2, 4, 8, ... or 1024 files, not over " + count);
		}
		return count;
	}

	/** Where the key that begins at a byte is, if the path is not spread it is there. */
	String path(String path, long first) {
		return (this.count == 1) ? path
				: String.format(Locale.ROOT, "%s%d/%d", prefix(path), this.count, KeyRange.slice(first, this.count));
	}

	private static String prefix(String path) {
		return path + ".keys-";
	}

	/**
	 * Make sure that nobody spreads the keys of a file in another way.
	 * @throws LockPathException if somebody does
	 */
	void check(Path file, String path) {
		long now = System.nanoTime();
		Long before = this.checkedAt.get(path);
		if (before != null && now - before < CHECK_IS_FRESH) {
			return;
		}
		String prefix = prefix(Objects.requireNonNull(file.getFileName()).toString());
		Path parent = Objects.requireNonNull(file.getParent());
		try (DirectoryStream<Path> others = Files.newDirectoryStream(parent,
				(other) -> isOther(prefix, Objects.requireNonNull(other.getFileName()).toString()))) {
			for (Path other : others) {
				throw new LockPathException(path, String.format(Locale.ROOT,
						"its keys are spread over %d files here, but there is the directory %s of a process that spreads them otherwise: set the same fasteners.process.key-files for all, or delete that directory when nobody uses it any more",
						this.count, other.getFileName()), null);
			}
		}
		catch (IOException ex) {
			throw new LockPathException(path,
					String.format(Locale.ROOT, "its directory cannot be read (%s)", LockFile.reason(ex)), ex);
		}
		this.checkedAt.put(path, now);
	}

	private boolean isOther(String prefix, String name) {
		return name.startsWith(prefix) && !(this.count > 1 && name.equals(prefix + this.count));
	}

}
