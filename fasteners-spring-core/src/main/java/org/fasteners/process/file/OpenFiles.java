package org.fasteners.process.file;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Closes files so that no record lock of this JVM is lost by it: not before the last one
 * of the same file has gone.
 * <p>
 * Thread-safe.
 *
 * @see <a href="https://www.sqlite.org/src/doc/trunk/src/os_unix.c">os_unix.c</a> of
 * SQLite, which does the same ("Posix Advisory Locking")
 */
final class OpenFiles {

	/*-
	 * Closing any descriptor of a file drops every record lock that the process holds on
	 * that file (Channels says more). Lock files are never closed. Files of users have to
	 * be closed some day, so this counts the record locks of each file. It does so for all
	 * copies of this library in the JVM, in the table of Channels and under its mutex:
	 *
	 *   List.of("locks", identity)   how many locks there are, an Integer; none if absent
	 *   List.of("closed", identity)  what waits to be closed, an ArrayDeque of Closeable
	 *   a Closeable                  itself, if nobody can tell of which file it is
	 *
	 * What waits is an object of the copy that opened the file, which stays loaded as long.
	 *
	 * Everything that decides to close also closes under the mutex. So whoever counts a
	 * lock before it takes it cannot lose it to somebody who has found that there is none.
	 */

	private static final Map<Object, Object> TABLE = Channels.TABLE;

	private OpenFiles() {
	}

	/** To be called before a record lock of a file is taken. */
	static void retain(Object identity) {
		ReentrantLock mutex = Channels.mutex();
		mutex.lock();
		try {
			TABLE.merge(locks(identity), 1, (before, one) -> (Integer) before + (Integer) one);
		}
		finally {
			mutex.unlock();
		}
	}

	/** To be called when that lock has been given back, or could not be had. */
	static void release(Object identity) throws IOException {
		ReentrantLock mutex = Channels.mutex();
		mutex.lock();
		try {
			int left = (Integer) Objects.requireNonNull(TABLE.remove(locks(identity))) - 1;
			if (left > 0) {
				TABLE.put(locks(identity), left);
			}
			closeWhatWaits(identity);
		}
		finally {
			mutex.unlock();
		}
	}

	/** Close a file, now or when no lock is lost by that. */
	static void close(Object identity, Closeable file) throws IOException {
		ReentrantLock mutex = Channels.mutex();
		mutex.lock();
		try {
			closing(identity).add(file);
			closeWhatWaits(identity);
		}
		finally {
			mutex.unlock();
		}
	}

	/**
	 * Take back a file that waits to be closed, so that whoever opens and closes one
	 * again and again while it is locked does not pile them up.
	 * @return a file that fits; {@code null} if there is none
	 */
	static <T extends Closeable> @Nullable T reopen(Object identity, Class<T> type, Predicate<T> fits) {
		ReentrantLock mutex = Channels.mutex();
		mutex.lock();
		try {
			Deque<Closeable> closing = closing(identity);
			T found = closing.stream().filter(type::isInstance).map(type::cast).filter(fits).findFirst().orElse(null);
			if (found != null) {
				closing.remove(found);
			}
			if (closing.isEmpty()) {
				TABLE.remove(closed(identity));
			}
			return found;
		}
		finally {
			mutex.unlock();
		}
	}

	/** Never close a file of which nobody knows which one it is. */
	static void keep(Closeable file) {
		TABLE.put(file, file);
	}

	private static void closeWhatWaits(Object identity) throws IOException {
		// A file that serves as a lock file, too, stays open.
		if (TABLE.containsKey(locks(identity)) || TABLE.containsKey(identity)) {
			return;
		}
		Deque<Closeable> closing = closing(identity);
		IOException failure = null;
		for (Closeable file = closing.poll(); file != null; file = closing.poll()) {
			try {
				file.close();
			}
			catch (IOException ex) {
				if (failure != null) {
					ex.addSuppressed(failure);
				}
				failure = ex;
			}
		}
		TABLE.remove(closed(identity));
		if (failure != null) {
			throw failure;
		}
	}

	@SuppressWarnings("unchecked") // the comment above says what is there
	private static Deque<Closeable> closing(Object identity) {
		return (Deque<Closeable>) TABLE.computeIfAbsent(closed(identity), (key) -> new ArrayDeque<Closeable>());
	}

	private static Object locks(Object identity) {
		return List.of("locks", identity);
	}

	private static Object closed(Object identity) {
		return List.of("closed", identity);
	}

}
