package org.fasteners.process.file;

import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.fasteners.LockEngineException;
import org.fasteners.LockException;
import org.fasteners.LockHolder;
import org.fasteners.LockPathException;
import org.fasteners.LockState;
import org.jspecify.annotations.Nullable;

/**
 * A lock file, with all the locks in it: that of its path, and those of keys.
 * <p>
 * Thread-safe.
 */
final class LockFile {

	/*-
	 * A lock file is empty when we make it, and it is never written, truncated or deleted.
	 * What is locked are bytes that it need not have. Ranges of two locks never touch, so
	 * the kernel neither merges nor splits them.
	 *
	 * An attempt never blocks in the kernel: it would know no timeout, would report
	 * deadlocks that are none (the kernel looks for them by process, not by thread), and
	 * would stall virtual threads. OverlappingFileLockException says that something else in
	 * this JVM (another copy of this library, or foreign code) holds or awaits a lock of
	 * the range: contention like any other.
	 *
	 * If the file was deleted or replaced, a lock of the old one excludes nobody who comes
	 * now. So the path must still lead to the locked file after the lock was won. That is
	 * looked at whenever an attempt had been refused before, and otherwise at most every
	 * 10 ms, since it costs as much as the lock itself. Within these 10 ms two processes
	 * may be inside: replacing a lock file is an attack or an accident that is detected,
	 * not one that is survived.
	 *
	 * Threads that hold or try several ranges share what is known of the file. It may be
	 * found replaced by one while another tries the channel of the old one; the other then
	 * finds its lock worthless and tries again, as if it had been alone.
	 */

	private static final long IDENTITY_IS_FRESH = TimeUnit.MILLISECONDS.toNanos(10);

	private final LockDirectory directory;

	private final Path file;

	private final String path;

	private final Object identity;

	private final UsedDevices devices;

	/** Held while the file is opened, so that its other users need not do so as well. */
	private final ReentrantLock opening = new ReentrantLock();

	private volatile @Nullable Seen seen;

	/**
	 * @param devices are told of the device of the file when it is opened
	 */
	LockFile(LockDirectory directory, Path file, UsedDevices devices) {
		this.directory = directory;
		this.file = file;
		this.devices = devices;
		this.path = directory.name(file);
		this.identity = directory.identity(file);
	}

	Object identity() {
		return this.identity;
	}

	Path file() {
		return this.file;
	}

	String path() {
		return this.path;
	}

	boolean exists() {
		return Files.exists(this.file, LinkOption.NOFOLLOW_LINKS);
	}

	/**
	 * Enter the file to which the path leads, as far as that is known. It is opened if it
	 * is not open, or not any more.
	 * @return the file, to be left by {@link SharedFile#exit()}
	 */
	Channels.Opened enter() throws IOException {
		Seen current = this.seen;
		Channels.Opened known = (current != null) ? current.opened : null;
		return (known != null && known.enter()) ? known : open();
	}

	private Channels.Opened open() throws IOException {
		this.opening.lock();
		try {
			Seen current = this.seen;
			Channels.Opened known = (current != null) ? current.opened : null;
			if (known != null && known.enter()) {
				return known;
			}
			this.directory.prepare(this.file, this.path);
			Channels.Opened opened = Channels.open(this.directory, this.file, this.path);
			boolean done = false;
			try {
				this.devices.add(opened.file().device());
				// While the file is entered: a lock that is acquired meanwhile is one of
				// this channel, so it cannot be taken for one of another file.
				this.seen = new Seen(opened.identity(), opened);
				done = true;
				return opened;
			}
			finally {
				if (!done) {
					opened.file().exitQuietly();
				}
			}
		}
		finally {
			this.opening.unlock();
		}
	}

	/**
	 * Look which file the path leads to, and create it if it is missing, without opening
	 * it in order to lock it.
	 * @return its identity
	 */
	Object locate() throws IOException {
		Seen current = this.seen;
		if (current != null) {
			return current.identity;
		}
		this.directory.prepare(this.file, this.path);
		Object identity = Channels.locate(this.directory, this.file, this.path);
		this.seen = new Seen(identity, null);
		return identity;
	}

	/**
	 * One attempt to lock a range of a file that is entered. A lock that is granted may
	 * be worth nothing: see {@link #isCurrent}.
	 * @return the lock, or {@code null} if another one is in the way
	 */
	static @Nullable FileLock tryLock(Channels.Opened opened, long first, long size, boolean shared)
			throws IOException {
		try {
			return opened.channel().tryLock(first, size, shared);
		}
		catch (OverlappingFileLockException ex) {
			return null;
		}
		catch (AssertionError ex) {
			// what the JDK makes of a file whose identity it cannot read
			if (ex.getCause() instanceof IOException cause) {
				throw cause;
			}
			throw ex;
		}
	}

	/**
	 * Whether the path still leads to a file.
	 * @param identity of that file
	 * @param doubtful whether that has to be looked at in any case
	 * @param now the time
	 */
	boolean isStill(Object identity, boolean doubtful, long now) throws IOException {
		Seen current = this.seen;
		if (current == null || !current.identity.equals(identity)) {
			return false;
		}
		if (current.isStill(this.file, doubtful, now)) {
			return true;
		}
		forget(current);
		return false;
	}

	/** For those who wait: find out before the next attempt if the file was replaced. */
	void revisit() throws IOException {
		Seen current = this.seen;
		if (current != null && !current.isStill(this.file, false, System.nanoTime())) {
			forget(current);
		}
	}

	private void forget(Seen old) {
		if (this.seen == old) {
			this.seen = null;
		}
	}

	/**
	 * Whether a lock is one of the file to which the path leads now.
	 * @param doubtful whether that has to be looked at in any case
	 * @param now the time, or that just before the lock was tried
	 */
	boolean isCurrent(FileLock lock, boolean doubtful, long now) throws IOException {
		Seen current = this.seen;
		return current != null && current.opened != null && lock.isValid()
				&& lock.acquiredBy() == current.opened.channel() && isStill(current.identity, doubtful, now);
	}

	/**
	 * Whether the kernel shows a lock of this process on all bytes of a range.
	 * @return {@code HELD} if it does, {@code LOST} if it does not, else {@code UNKNOWN}
	 */
	LockState shown(long first, long last, boolean exclusive) {
		return KernelLocks.shown(this.file, first, last, exclusive);
	}

	List<LockHolder> holders(long first, long last) {
		return KernelLocks.holders(this.file, first, last);
	}

	/** The other processes that hold the place of a waiter in a range. */
	List<LockHolder> waiters(long first, long last) {
		return locks(first, last).stream()
			.map((lock) -> lock.holder().asWaiter())
			.filter((waiter) -> waiter.pid() != ProcessHandle.current().pid())
			.distinct()
			.toList();
	}

	List<KernelLocks.Located> locks(long first, long last) {
		return KernelLocks.locks(this.file, first, last);
	}

	/** What an attempt to lock something in this file failed with. */
	LockException failure(String name, IOException ex) {
		if (ex instanceof AccessDeniedException) {
			return new LockPathException(this.path,
					"the file may not be opened by the user of this process, who needs read and write permission", ex);
		}
		return new LockEngineException(name, "lock", ex);
	}

	/** What went wrong, without the absolute path that the exception's message has. */
	static String reason(IOException ex) {
		if (ex instanceof FileSystemException failure) {
			String reason = failure.getReason();
			return (reason != null) ? reason : failure.getClass().getSimpleName();
		}
		return String.valueOf(ex.getMessage());
	}

	/**
	 * The file as it was when it was opened, and when it was last known to be still in
	 * its place.
	 */
	private static final class Seen {

		private final Object identity;

		/** The file as it was opened; {@code null} if it was only looked at. */
		private final Channels.@Nullable Opened opened;

		private volatile long checkedAt = System.nanoTime();

		Seen(Object identity, Channels.@Nullable Opened opened) {
			this.identity = identity;
			this.opened = opened;
		}

		boolean isStill(Path file, boolean doubtful, long now) throws IOException {
			if (!doubtful && now - this.checkedAt < IDENTITY_IS_FRESH) {
				return true;
			}
			boolean still = this.identity.equals(FileIdentity.of(file));
			if (still) {
				this.checkedAt = now;
			}
			return still;
		}

	}

}
