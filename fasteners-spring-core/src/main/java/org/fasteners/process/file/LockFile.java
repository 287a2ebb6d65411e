package org.fasteners.process.file;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.fasteners.LockEngineException;
import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockPathException;
import org.fasteners.process.LockEngine.EngineLock;
import org.jspecify.annotations.Nullable;

/**
 * The lock of one file, as this JVM holds it.
 */
final class LockFile implements EngineLock {

	/*-
	 * A lock file is empty when we make it, and it is never written, truncated or deleted.
	 * What is locked are bytes that it need not have:
	 *
	 *   byte 0      shared by a reader
	 *   bytes 0-2   in one range, exclusively, by a writer
	 *
	 * Byte 2 is for update holds and byte 4 for those who wait; neither is used yet, but a
	 * writer covers byte 2 already, so that it excludes update holds of later versions.
	 * Python's fasteners locks the whole file and so excludes all of these, as they do it.
	 *
	 * An attempt never blocks in the kernel: it would know no timeout, would report
	 * deadlocks that are none (the kernel looks for them by process, not by thread), and
	 * would stall virtual threads. OverlappingFileLockException says that something else in
	 * this JVM (another copy of this library, or foreign code) holds or awaits a lock of
	 * the file: contention like any other.
	 *
	 * If the file was deleted or replaced, a lock of the old one excludes nobody who comes
	 * now. So the path must still lead to the locked file after the lock was won. That is
	 * looked at whenever an attempt had been refused before, and otherwise at most every
	 * 10 ms, since it costs as much as the lock itself. Within these 10 ms two processes
	 * may be inside: replacing a lock file is an attack or an accident that is detected,
	 * not one that is survived.
	 */

	private static final int DATA = 0;

	private static final int READER_BYTES = 1;

	private static final int WRITER_BYTES = 3;

	private static final long IDENTITY_IS_FRESH = TimeUnit.MILLISECONDS.toNanos(10);

	private static final int MOST_REPLACEMENTS = 100;

	private final LockDirectory directory;

	private final Path file;

	private final String path;

	private final Object identity;

	private Channels.@Nullable Opened opened;

	private @Nullable FileLock held;

	private boolean refused;

	private long checkedAt;

	LockFile(LockDirectory directory, Path file) {
		this.directory = directory;
		this.file = file;
		this.path = directory.name(file);
		this.identity = directory.identity(file);
	}

	@Override
	public Object identity() {
		return this.identity;
	}

	@Override
	public String path() {
		return this.path;
	}

	@Override
	public boolean exists() {
		return Files.exists(this.file, LinkOption.NOFOLLOW_LINKS);
	}

	@Override
	public boolean tryAcquire(LockMode mode) {
		try {
			drop();
			for (int i = 0; i < MOST_REPLACEMENTS; i++) {
				Channels.Opened current = current();
				FileLock lock = tryLock(current, mode);
				if (lock == null) {
					this.refused = true;
					return false;
				}
				if (keep(lock, current)) {
					return true;
				}
				this.opened = null;
			}
		}
		catch (ClosedChannelException ex) {
			this.opened = null;
			throw new LockEngineException(this.path, "lock", ex);
		}
		catch (AccessDeniedException ex) {
			throw new LockPathException(this.path,
					"the file may not be opened by the user of this process, who needs read and write permission", ex);
		}
		catch (IOException ex) {
			throw new LockEngineException(this.path, "lock", ex);
		}
		throw new LockPathException(this.path, "the file is replaced faster than it can be locked", null);
	}

	private Channels.Opened current() throws IOException {
		Channels.Opened current = this.opened;
		if (current == null) {
			this.directory.prepare(this.file, this.path);
			current = Channels.open(this.directory, this.file, this.path);
			this.opened = current;
			this.checkedAt = System.nanoTime();
		}
		return current;
	}

	private static @Nullable FileLock tryLock(Channels.Opened current, LockMode mode) throws IOException {
		boolean shared = mode == LockMode.SHARED;
		try {
			return current.channel().tryLock(DATA, shared ? READER_BYTES : WRITER_BYTES, shared);
		}
		catch (OverlappingFileLockException ex) {
			return null;
		}
	}

	/** Keep a lock if it is one of the right file, and release it in every other case. */
	private boolean keep(FileLock lock, Channels.Opened current) throws IOException {
		this.held = lock;
		boolean kept = false;
		try {
			kept = isStill(current);
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
	 * JDK would take what it still has in its table for somebody else's.
	 */
	private void drop() throws IOException {
		FileLock lock = this.held;
		if (lock != null) {
			lock.release();
			this.held = null;
		}
	}

	private boolean isStill(Channels.Opened current) throws IOException {
		long now = System.nanoTime();
		if (!this.refused && now - this.checkedAt < IDENTITY_IS_FRESH) {
			return true;
		}
		this.checkedAt = now;
		return current.identity().equals(FileIdentity.of(this.file));
	}

	@Override
	public void release() {
		try {
			drop();
		}
		catch (IOException ex) {
			throw new LockEngineException(this.path, "release", ex);
		}
	}

	@Override
	public List<LockHolder> holders() {
		return KernelLocks.holders(this.file, DATA, DATA + WRITER_BYTES - 1);
	}

	/** What went wrong, without the absolute path that the exception's message has. */
	static String reason(IOException ex) {
		if (ex instanceof FileSystemException failure) {
			String reason = failure.getReason();
			return (reason != null) ? reason : failure.getClass().getSimpleName();
		}
		return String.valueOf(ex.getMessage());
	}

}
