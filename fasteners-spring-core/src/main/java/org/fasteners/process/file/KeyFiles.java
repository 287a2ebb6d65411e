package org.fasteners.process.file;

import java.io.IOException;
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
	 * `shows.keys-16/0` to `shows.keys-16/15`. Two processes with different numbers would not
	 * exclude one another, so each number has a mark: `shows.keys-16`, which is a directory
	 * there already, and for one file `shows.keys-1`, an empty file. Users cannot have locks
	 * of such names (LockPaths). Before a process locks a key of a path for the first time it
	 *
	 *   1. looks for the marks of all other numbers, and refuses if there is one
	 *   2. makes its own, unless that is there
	 *   3. looks for the marks of all other numbers again, and refuses if there is one
	 *
	 * Exclusion. Of two processes with different numbers that have both come through 3, the
	 * one that was the later to make its mark, or to find it, has looked for the other's
	 * after that, and has seen it, because a mark is never removed by a process. So there are
	 * no two. This holds for every lock of a key that was obtained before as well: its process
	 * has a mark, so no other number comes in later. Two that begin in the same moment may
	 * both refuse; then one of the marks has to be deleted by hand, as the message says.
	 *
	 * Deleted marks. Marks may be deleted by mistake while processes use them. So the three
	 * steps are repeated once a second at most, before the attempt to lock any key, also by a
	 * lock that was obtained before: some twenty calls of stat(2). Of two processes with
	 * different numbers at least one then refuses within a second.
	 */

	private static final long CHECK_IS_FRESH = TimeUnit.SECONDS.toNanos(1);

	private static final int MOST = 1024;

	private final LockDirectory directory;

	private final int count;

	private final Map<String, Mark> marks = new ConcurrentHashMap<>();

	/**
	 * @throws IllegalArgumentException if the count is no power of two from 1 to 1024
	 */
	KeyFiles(LockDirectory directory, int count) {
		this.directory = directory;
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
				: String.format(Locale.ROOT, "%s/%d", mark(path, this.count), KeyRange.slice(first, this.count));
	}

	private static String mark(String path, int count) {
		return String.format(Locale.ROOT, "%s.keys-%d", path, count);
	}

	/**
	 * The mark of a path, which is made when it is first required.
	 * @param file the lock file of the path
	 */
	Mark mark(LockFile file) {
		Mark mark = this.marks.get(file.path());
		return (mark != null) ? mark : this.marks.computeIfAbsent(file.path(), (path) -> new Mark(file));
	}

	/**
	 * Shows other processes over how many files the keys of a path are spread.
	 * <p>
	 * Thread-safe.
	 */
	final class Mark {

		private final LockFile file;

		private volatile long checkedAt = System.nanoTime() - CHECK_IS_FRESH;

		Mark(LockFile file) {
			this.file = file;
		}

		/**
		 * Make sure that no process spreads the keys in another way.
		 * @param now the time
		 * @throws LockPathException if there is one that does
		 */
		void require(long now) {
			if (now - this.checkedAt < CHECK_IS_FRESH) {
				return;
			}
			try {
				requireNoOther();
				make();
				requireNoOther();
			}
			catch (IOException ex) {
				throw new LockPathException(this.file.path(), String.format(Locale.ROOT,
						"how its keys are spread cannot be marked (%s)", LockFile.reason(ex)), ex);
			}
			this.checkedAt = now;
		}

		private void make() throws IOException {
			KeyFiles files = KeyFiles.this;
			if (files.count > 1) {
				files.directory.resolve(mark(this.file.path(), files.count) + "/0");
				return;
			}
			Path mark = place(1);
			if (FileIdentity.of(mark) == null) {
				files.directory.prepare(this.file.file(), this.file.path());
				files.directory.createMark(mark);
			}
		}

		private void requireNoOther() throws IOException {
			for (int other = 1; other <= MOST; other *= 2) {
				if (other != KeyFiles.this.count && FileIdentity.of(place(other)) != null) {
					throw new LockPathException(this.file.path(), String.format(Locale.ROOT,
							"its keys are spread over %d files here, but there is %s, the mark of a process that spreads them otherwise: set the same fasteners.process.key-files for all, and delete that %s when no process uses it any more",
							KeyFiles.this.count, place(other).getFileName(), (other > 1) ? "directory" : "file"), null);
				}
			}
		}

		private Path place(int number) {
			Path lock = this.file.file();
			return lock.resolveSibling(mark(Objects.requireNonNull(lock.getFileName()).toString(), number));
		}

	}

}
