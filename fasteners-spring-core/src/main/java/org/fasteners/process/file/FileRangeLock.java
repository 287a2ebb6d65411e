package org.fasteners.process.file;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.util.List;

import org.fasteners.LockEngineException;
import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockPathException;
import org.fasteners.process.LockEngine.EngineLock;
import org.jspecify.annotations.Nullable;

/**
 * One lock in a lock file, that of its path or of a key, as this JVM holds it.
 */
final class FileRangeLock implements EngineLock {

	/*-
	 *   byte 0      shared by a reader
	 *   bytes 0-2   in one range, exclusively, by a writer
	 *
	 * of the path's lock; that of a key has the same bytes further on. Byte 2 is for update
	 * holds and byte 4 for those who wait; neither is used yet, but a writer covers byte 2
	 * already, so that it excludes update holds of later versions. Python's fasteners locks
	 * the whole file and so excludes all of these, as they do it.
	 */

	private static final int READER_BYTES = 1;

	private static final int WRITER_BYTES = 3;

	private static final int MOST_REPLACEMENTS = 100;

	private final LockFile file;

	private final String name;

	private final long first;

	private @Nullable FileLock held;

	private boolean refused;

	FileRangeLock(LockFile file, String name, long first) {
		this.file = file;
		this.name = name;
		this.first = first;
	}

	@Override
	public Object identity() {
		return new Identity(this.file.identity(), this.first);
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public String path() {
		return this.file.path();
	}

	@Override
	public boolean exists() {
		return this.file.exists();
	}

	@Override
	public boolean tryAcquire(LockMode mode) {
		try {
			drop();
			for (int i = 0; i < MOST_REPLACEMENTS; i++) {
				FileLock lock = tryLock(mode);
				if (lock == null) {
					this.refused = true;
					return false;
				}
				if (keep(lock)) {
					return true;
				}
			}
		}
		catch (AccessDeniedException ex) {
			throw new LockPathException(path(),
					"the file may not be opened by the user of this process, who needs read and write permission", ex);
		}
		catch (IOException ex) {
			throw new LockEngineException(this.name, "lock", ex);
		}
		throw new LockPathException(path(), "the file is replaced faster than it can be locked", null);
	}

	private @Nullable FileLock tryLock(LockMode mode) throws IOException {
		boolean shared = mode == LockMode.SHARED;
		return this.file.tryLock(this.first, shared ? READER_BYTES : WRITER_BYTES, shared);
	}

	/** Keep a lock if it is one of the right file, and release it in every other case. */
	private boolean keep(FileLock lock) throws IOException {
		this.held = lock;
		boolean kept = false;
		try {
			kept = this.file.isCurrent(lock, this.refused);
			this.refused &= !kept;
			return kept;
		}
		finally {
			if (!kept) {
				drop();
			}
		}
	}

	/**
	 * Release the file lock. If that fails it is tried again before the next attempt: the
	 * JDK would take what it still has in its table for somebody else's. With a channel
	 * that foreign code has closed the lock has gone already.
	 */
	private void drop() throws IOException {
		FileLock lock = this.held;
		if (lock != null) {
			try {
				lock.release();
				this.held = null;
			}
			catch (ClosedChannelException ex) {
				this.held = null;
				throw ex;
			}
		}
	}

	@Override
	public void release() {
		try {
			drop();
		}
		catch (IOException ex) {
			throw new LockEngineException(this.name, "release", ex);
		}
	}

	@Override
	public List<LockHolder> holders() {
		return this.file.holders(this.first, this.first + WRITER_BYTES - 1);
	}

	private record Identity(Object file, long first) {
	}

}
