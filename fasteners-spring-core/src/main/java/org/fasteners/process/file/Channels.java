package org.fasteners.process.file;

import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.fasteners.LockPathException;
import org.jspecify.annotations.Nullable;

/**
 * Opens the channels of lock files: one for a file in this JVM, which is shared by all
 * copies of this library and stays open while it is in use, and for a while after that.
 */
final class Channels {

	/*-
	 * Why there is one channel, and when it is closed: see SharedFile and SharedDevice. It
	 * is an AsynchronousFileChannel, because an interrupt closes a FileChannel.
	 *
	 *  1. Look which file is there. If there is none, create it (CreatedFiles) and look
	 *     again. No mutex is held.
	 *  2. Lock the mutex of that file. If it has a channel, go to 5.
	 *  3. Open the file.
	 *  4. Look again which file is there. If it is another one, the channel may be of any
	 *     file: unlock, hand the channel over to SharedDevice.closeUnknown, begin anew.
	 *  5. If a file was created in 1, close the descriptor of that if it is this file, and
	 *     correct the permissions.
	 *  6. Enter the file, unlock the mutex.
	 */

	private static final Set<OpenOption> OPEN = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE,
			LinkOption.NOFOLLOW_LINKS);

	private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(1);

	private static final int MOST_TRIES = 100;

	private static final String REPLACED = "the file is replaced faster than it can be opened";

	private final LockDirectory directory;

	private final Path file;

	private final String name;

	private final CreatedFiles created;

	/** Which file was there when that was looked at last. */
	private @Nullable Object before;

	private Channels(LockDirectory directory, Path file, String name) {
		this.directory = directory;
		this.file = file;
		this.name = name;
		this.created = new CreatedFiles(file);
	}

	/**
	 * Open a lock file, which is created if it is missing, and enter it.
	 * @return the file, to be left by {@link SharedFile#exit()}
	 */
	static Opened open(LockDirectory directory, Path file, String name) throws IOException {
		Channels channels = new Channels(directory, file, name);
		try {
			Opened opened = channels.open();
			opened.file().device().makeRoom();
			return opened;
		}
		finally {
			int unused = channels.created.closeRest(channels.before);
		}
	}

	/**
	 * Look which lock file is there. It is created if it is missing.
	 * @return its identity
	 */
	static Object locate(LockDirectory directory, Path file, String name) throws IOException {
		for (int i = 0; i < MOST_TRIES; i++) {
			Object identity = FileIdentity.ofLockFile(file, name);
			if (identity != null) {
				ReadableFiles.mention(directory, file);
				return identity;
			}
			Opened opened = open(directory, file, name);
			opened.file().exitQuietly();
			opened.file().closeIfIdle(true);
		}
		throw new LockPathException(name, REPLACED, null);
	}

	private Opened open() throws IOException {
		for (int i = 0; i < MOST_TRIES; i++) {
			try {
				Opened opened = tryOpen();
				if (opened != null) {
					return opened;
				}
			}
			catch (AccessDeniedException ex) {
				// Another user may have made it and be about to open it up.
				if (i + 1 == MOST_TRIES || !this.directory.permissions().areShared()) {
					throw ex;
				}
				LockSupport.parkNanos(PAUSE);
			}
			catch (FileSystemException ex) {
				// Perhaps for want of descriptors
				if (ex.getClass() != FileSystemException.class || !closeIdle()) {
					throw DescriptorLimit.explain(ex);
				}
			}
		}
		throw new LockPathException(this.name, REPLACED, null);
	}

	private boolean closeIdle() throws IOException {
		Object place = (this.before != null) ? this.before : FileIdentity.of(this.directory.real());
		return place != null && SharedDevice.of(place.toString()).closeIdle();
	}

	/** Returns {@code null} if the file was missing, or is replaced meanwhile. */
	private @Nullable Opened tryOpen() throws IOException {
		Object identity = FileIdentity.ofLockFile(this.file, this.name);
		if (identity == null) {
			create();
			return null;
		}
		this.before = identity;
		AsynchronousFileChannel unknown = null;
		SharedFile shared = SharedFile.lock(identity);
		try {
			AsynchronousFileChannel channel = shared.channel();
			if (channel == null) {
				unknown = AsynchronousFileChannel.open(this.file, OPEN, null);
				if (!identity.equals(FileIdentity.ofLockFile(this.file, this.name))) {
					return null;
				}
				channel = unknown;
				shared.setChannel(channel);
				unknown = null;
				ReadableFiles.mention(this.directory, this.file);
			}
			if (this.created.size() > 0) {
				this.created.closeThoseOf(shared, channel);
				shared.closeLater(() -> this.directory.permissions().widenFile(this.file, identity));
				shared.closeNow();
			}
			shared.requireEntered();
			return new Opened(identity, shared, channel);
		}
		catch (NoSuchFileException ex) {
			return null;
		}
		finally {
			shared.unlockQuietly();
			if (unknown != null) {
				boolean unused = shared.device().closeUnknown(unknown);
			}
		}
	}

	private void create() throws IOException {
		try {
			this.created.create(OPEN, this.directory.permissions().ofFile());
		}
		catch (FileAlreadyExistsException ex) {
			// another process has made it
		}
	}

	/**
	 * A lock file and its channel.
	 *
	 * @param identity which file it is
	 * @param file what the copies of this library have in common of it
	 * @param channel its channel, which may be used while the file is entered
	 */
	record Opened(Object identity, SharedFile file, AsynchronousFileChannel channel) {

		/** Enter the file again, unless its channel was closed. */
		boolean enter() {
			return this.channel.isOpen() && this.file.enter();
		}

	}

}
