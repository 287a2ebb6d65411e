package org.fasteners.process.file;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLock;
import java.util.List;

import org.fasteners.LockPathException;
import org.fasteners.LockState;
import org.jspecify.annotations.Nullable;

/**
 * A range of bytes of a lock file, and the kernel's lock on it while this JVM has it.
 * <p>
 * Not thread-safe: used by one thread at a time, but for verification.
 */
final class HeldRange {

	private static final int MOST_REPLACEMENTS = 100;

	private final LockFile file;

	private final long first;

	private final int size;

	/** Volatile for verification, which any thread may do at any time. */
	private volatile @Nullable FileLock lock;

	/** The file of the lock. Entered as long as the lock is there, released or stuck. */
	private @Nullable SharedFile entered;

	/** Whether the lock was to be released, and that failed. */
	private boolean stuck;

	HeldRange(LockFile file, long first, int size) {
		this.file = file;
		this.first = first;
		this.size = size;
	}

	boolean isHeld() {
		return this.lock != null && !this.stuck;
	}

	/** Whether the lock is one of a file that has been replaced. */
	boolean isWorthless() throws IOException {
		FileLock held = this.lock;
		return held != null && !this.file.isCurrent(held, false, System.nanoTime());
	}

	/**
	 * One attempt to lock the range in the file to which the path leads now.
	 * @param doubtful whether it must be looked at whether the path still leads there
	 */
	boolean tryLock(boolean shared, boolean doubtful) throws IOException {
		return tryLock(shared, doubtful, System.nanoTime());
	}

	/**
	 * As above, for a caller who knows the time.
	 */
	boolean tryLock(boolean shared, boolean doubtful, long now) throws IOException {
		boolean look = doubtful;
		for (int i = 0; i < MOST_REPLACEMENTS; i++) {
			Channels.Opened opened = this.file.enter();
			FileLock obtained = null;
			try {
				obtained = LockFile.tryLock(opened, this.first, this.size, shared);
			}
			finally {
				if (obtained == null) {
					opened.file().exitQuietly();
				}
			}
			if (obtained == null) {
				return false;
			}
			this.entered = opened.file();
			if (keep(obtained, look, now)) {
				return true;
			}
			look = true;
		}
		throw new LockPathException(this.file.path(), "the file is replaced faster than it can be locked", null);
	}

	/** Keep a lock if it is one of the right file, and release it in every other case. */
	private boolean keep(FileLock obtained, boolean look, long now) throws IOException {
		this.lock = obtained;
		boolean kept = false;
		try {
			kept = this.file.isCurrent(obtained, look, now);
			return kept;
		}
		finally {
			if (!kept) {
				release();
			}
		}
	}

	/**
	 * Release the lock, if there is one. With a channel that foreign code has closed it
	 * has gone already.
	 */
	void release() throws IOException {
		FileLock held = this.lock;
		if (held == null) {
			return;
		}
		this.stuck = true;
		try {
			held.release();
			released();
		}
		catch (ClosedChannelException ex) {
			released();
			throw ex;
		}
	}

	/** There is no lock any more: the file may be closed. */
	private void released() {
		this.lock = null;
		this.stuck = false;
		SharedFile left = this.entered;
		this.entered = null;
		if (left != null) {
			left.exitQuietly();
		}
	}

	/*-
	 * Verification. It reads the kernel's table, which may be slow, so it is done without
	 * the mutex that guards the attempts, by any thread, and the lock may be released and
	 * taken again meanwhile. It is about one lock of the kernel, the FileLock that is there
	 * when it begins:
	 *
	 *   1. the lock is valid, and one of the file to which the path leads now; if not, it
	 *      is lost
	 *   2. the table shows the range: held. It does not, in tables that were complete and
	 *      read since the beginning: missing. Else it is not known
	 *   3. if it is missing, the table has to show a specimen, which is locked for that: it
	 *      does not show the locks of this process everywhere. If it does, the lock is lost
	 *
	 * Whatever speaks against a lock counts only if that lock is still there in the end.
	 */

	/**
	 * Ask whether the lock is one of the file to which the path leads now, and whether
	 * the kernel shows it. May be called by any thread at any time.
	 * @param specimen a range that is not held, to be tried; {@code null} if the kernel
	 * is known to show the locks of this process
	 */
	private LockState verify(@Nullable HeldRange specimen) throws IOException {
		FileLock held = this.lock;
		LockState state = LockState.NOT_HELD;
		while (held != null) {
			state = verify(held, specimen);
			FileLock now = this.lock;
			if (state == LockState.HELD || now == held) {
				return state;
			}
			held = now;
			state = LockState.NOT_HELD;
		}
		return state;
	}

	private LockState verify(FileLock held, @Nullable HeldRange specimen) throws IOException {
		if (!held.isValid() || !this.file.isCurrent(held, true, System.nanoTime())) {
			return LockState.LOST;
		}
		LockState shown = this.file.shown(this.first, this.first + this.size - 1, !held.isShared());
		boolean certain = shown != LockState.LOST || specimen == null || specimen.isShownWhenLocked();
		return certain ? shown : LockState.UNKNOWN;
	}

	/**
	 * Ask whether all ranges that are held still are. May be called by any thread at any
	 * time.
	 * @param specimen a range that is not held, to be tried
	 * @return {@code NOT_HELD} if none of them is held
	 */
	static LockState verify(List<HeldRange> ranges, HeldRange specimen) throws IOException {
		LockState state = LockState.NOT_HELD;
		for (HeldRange range : ranges) {
			LockState part = range.verify(specimen);
			state = (part.compareTo(state) > 0) ? part : state;
		}
		return state;
	}

	/**
	 * Whether the kernel's table shows locks of this process at all, which it does not
	 * everywhere: only then a lock that it does not show is lost. That another thread has
	 * the specimen just now means that it is not known.
	 */
	private boolean isShownWhenLocked() throws IOException {
		try {
			return tryLock(true, false) && verify((HeldRange) null) == LockState.HELD;
		}
		finally {
			release();
		}
	}

	/**
	 * Try again what failed before: the JDK would take what it still has in its table for
	 * somebody else's.
	 */
	void releaseIfStuck() throws IOException {
		if (this.stuck) {
			release();
		}
	}

}
