package org.fasteners.process.file;

import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import org.fasteners.LockPathException;
import org.jspecify.annotations.Nullable;

/**
 * The channels of all lock files of this JVM: one for a file, opened once and never
 * closed.
 * <p>
 * Thread-safe.
 */
final class Channels {

	/*-
	 * Closing any descriptor of a file drops every record lock that the process holds on
	 * that file, whoever in the process took it (fcntl_locking(2)). So a channel is never
	 * closed while the JVM lives; one that was opened in vain is kept as well.
	 *
	 * That has to hold for all copies of this library in the JVM (class loaders of several
	 * web applications, or of one that is deployed again). With a table of its own each
	 * copy would leave a descriptor behind for every lock file when it is unloaded, or,
	 * should the garbage collector close the channel as it does with a FileChannel, would
	 * take the locks of the other copies with it. Therefore the table is not a static field
	 * of this class, but one for the JVM: a system property of an object type, made of JDK
	 * types alone so that it keeps no class loader alive. Its layout must not change under
	 * this name:
	 *
	 *   "lock"                       a ReentrantLock, held while files are opened
	 *   an AsynchronousFileChannel   itself, if it was opened in vain
	 *   the identity of a file       its AsynchronousFileChannel
	 *   what OpenFiles keeps         see there
	 *
	 * AsynchronousFileChannel, because an interrupt closes a FileChannel.
	 */

	static final String PROPERTY = "org.fasteners.channels.v1";

	private static final String LOCK = "lock";

	private static final Set<OpenOption> OPEN = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE,
			LinkOption.NOFOLLOW_LINKS);

	private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

	private static final int MOST_TRIES = 100;

	static final Map<Object, Object> TABLE = table();

	private Channels() {
	}

	@SuppressWarnings("unchecked") // nobody but copies of this class uses that name
	private static Map<Object, Object> table() {
		Map<Object, Object> table = (Map<Object, Object>) System.getProperties()
			.computeIfAbsent(PROPERTY, (key) -> new ConcurrentHashMap<>());
		table.computeIfAbsent(LOCK, (key) -> new ReentrantLock());
		return table;
	}

	/** Held while files are opened or closed, in all copies of this library. */
	static ReentrantLock mutex() {
		return (ReentrantLock) Objects.requireNonNull(TABLE.get(LOCK));
	}

	/**
	 * The channel of a lock file, which is created if it is missing.
	 */
	static Opened open(LockDirectory directory, Path file, String name) throws IOException {
		ReentrantLock lock = mutex();
		lock.lock();
		try {
			for (int i = 0; i < MOST_TRIES; i++) {
				Opened opened = tryOpen(directory, file, name, i + 1 == MOST_TRIES);
				if (opened != null) {
					return opened;
				}
			}
			throw new LockPathException(name, "the file is replaced faster than it can be opened", null);
		}
		finally {
			lock.unlock();
		}
	}

	/**
	 * One attempt, which fails if the file is missing, and creates it, or if somebody
	 * replaces it meanwhile: a channel cannot tell its file, so the path is looked at
	 * before and after. That is why the file is created by itself. What is closed then is
	 * a descriptor of a new file, on which nobody here can have a lock.
	 */
	private static @Nullable Opened tryOpen(LockDirectory directory, Path file, String name, boolean last)
			throws IOException {
		Object before = FileIdentity.ofLockFile(file, name);
		if (before == null) {
			create(directory, file);
			return null;
		}
		AsynchronousFileChannel known = (AsynchronousFileChannel) TABLE.get(before);
		if (known != null && known.isOpen()) {
			return new Opened(before, known);
		}
		AsynchronousFileChannel channel;
		try {
			channel = AsynchronousFileChannel.open(file, OPEN, null);
		}
		catch (NoSuchFileException ex) {
			return null;
		}
		catch (AccessDeniedException ex) {
			// Another user may have made it and be about to open it up.
			if (last || !directory.permissions().areShared()) {
				throw ex;
			}
			LockSupport.parkNanos(PAUSE);
			return null;
		}
		TABLE.put(channel, channel);
		if (!before.equals(FileIdentity.ofLockFile(file, name))) {
			return null;
		}
		TABLE.put(before, channel);
		TABLE.remove(channel);
		return new Opened(before, channel);
	}

	/** Make an empty file with the right permissions, if it is missing. */
	static void create(LockDirectory directory, Path file) throws IOException {
		try {
			Files.createFile(file, directory.permissions().ofFile());
			directory.permissions().widenFile(file);
		}
		catch (FileAlreadyExistsException ex) {
			// somebody else has made it
		}
	}

	/**
	 * A lock file and its channel.
	 */
	record Opened(Object identity, AsynchronousFileChannel channel) {
	}

}
