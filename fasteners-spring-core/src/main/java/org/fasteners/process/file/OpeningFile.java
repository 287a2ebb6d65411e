package org.fasteners.process.file;

import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The opening of a file of a user, which is created if that is asked for. Nothing is
 * truncated.
 * <p>
 * Not thread-safe.
 */
final class OpeningFile {

	/*-
	 * As that of a lock file (Channels):
	 *
	 *  1. Look which file is there. If there is none, create it (CreatedFiles) and look
	 *     again. No mutex is held.
	 *  2. Lock the mutex of that file, and open it.
	 *  3. Look again which file is there. If it is another one, the descriptor may be of any
	 *     file: unlock, hand the descriptor over to SharedDevice.closeUnknown, begin anew.
	 *  4. Begin to use the file (Inode), unlock the mutex.
	 *
	 * A FIFO that is put in the place of the file between 1 and 2 makes an open for reading
	 * alone block, as it does with open(2). The thread then holds the mutex of the file that
	 * was there before, and no other.
	 *
	 * With CREATE, a file that is missing is created again, however often another process
	 * deletes it: open(2) never fails with ENOENT then. Only a file that is replaced again
	 * and again while it exists ends in an error, because each time may cost a descriptor.
	 */

	private static final int MOST_REPLACEMENTS = 100;

	private static final int MOST_CREATED = 8;

	private final Path path;

	private final FileRequest request;

	private final CreatedFiles created;

	/** Descriptors of which it is not known which file they are of. */
	private final List<AsynchronousFileChannel> unknown = new ArrayList<>(1);

	private final List<Flock> unknownFlocks = new ArrayList<>(1);

	/** A file that was at the path, {@code null} if none was seen yet. */
	private @Nullable Object before;

	/** Whether the file may be there although it must be a new one. */
	private boolean mayBeThere;

	OpeningFile(Path path, FileRequest request) {
		this.path = path;
		this.request = request;
		this.created = new CreatedFiles(path);
	}

	/**
	 * Open the file, without locking it.
	 * @param foreign a channel of the caller's, {@code null} if there is none
	 */
	LockedFile open(@Nullable FileChannel foreign) throws IOException {
		int kept = 0;
		try {
			while (kept < MOST_REPLACEMENTS) {
				LockedFile opened = tryOpenOrMakeRoom(foreign);
				if (opened != null) {
					return opened;
				}
				kept += closeUnknown();
			}
		}
		finally {
			closeUnknown();
		}
		throw new FileSystemException(this.path.toString(), null, "the file is replaced faster than it can be opened");
	}

	private @Nullable LockedFile tryOpenOrMakeRoom(@Nullable FileChannel foreign) throws IOException {
		try {
			Object identity = FileIdentity.ofRegularFile(this.path, this.request.links());
			if (identity == null) {
				this.mayBeThere |= create();
				return null;
			}
			if (!this.mayBeThere && this.request.has(StandardOpenOption.CREATE_NEW)) {
				throw new FileAlreadyExistsException(this.path.toString());
			}
			this.before = identity;
			return tryOpen(identity, foreign);
		}
		catch (FileSystemException ex) {
			// Perhaps for want of descriptors
			if (ex.getClass() != FileSystemException.class || this.before == null
					|| !SharedDevice.of(this.before.toString()).closeIdle()) {
				throw DescriptorLimit.explain(ex);
			}
			return null;
		}
	}

	/** Returns {@code null} if the file is replaced or deleted meanwhile. */
	private @Nullable LockedFile tryOpen(Object identity, @Nullable FileChannel foreign) throws IOException {
		SharedFile shared = SharedFile.lock(identity);
		try {
			OpenedFile opened = OpenedFile.open(this.path, identity, shared, this.request, this.unknown::add);
			if (opened == null) {
				return null;
			}
			boolean used = false;
			try {
				this.created.closeThoseOf(shared, opened.channel());
				Inode inode = Inode.enter(opened, this.path, this.request, shared, this.unknownFlocks::add);
				used = inode != null;
				return (inode != null) ? new LockedFile(this.path, this.request, opened, inode, foreign) : null;
			}
			finally {
				if (!used) {
					shared.closeLater(opened);
				}
			}
		}
		finally {
			shared.unlockQuietly();
		}
	}

	/**
	 * Create the file.
	 * @return whether it was created, or may have been there already
	 */
	private boolean create() throws IOException {
		if (!this.request.creates()) {
			throw new NoSuchFileException(this.path.toString());
		}
		try {
			this.created.create(this.request.forChannel());
			return true;
		}
		catch (FileAlreadyExistsException ex) {
			if (Files.isSymbolicLink(this.path) && !Files.exists(this.path)) {
				throw new FileSystemException(this.path.toString(), null,
						"it is a symbolic link that leads to nothing");
			}
			if (this.request.has(StandardOpenOption.CREATE_NEW)) {
				throw ex;
			}
			return true;
		}
	}

	/**
	 * Close the descriptors of which it is not known which file they are of.
	 * @return how many of them stay open
	 */
	private int closeUnknown() throws IOException {
		int kept = 0;
		Object place = this.before;
		if (place != null || this.created.size() > MOST_CREATED) {
			kept += this.created.closeRest(place);
		}
		while (place != null && !this.unknown.isEmpty()) {
			kept += SharedDevice.of(place.toString()).closeUnknown(this.unknown.remove(0)) ? 0 : 1;
		}
		while (!this.unknownFlocks.isEmpty()) {
			kept += FlockLock.closeUnknown(this.unknownFlocks.remove(0)) ? 0 : 1;
		}
		return kept;
	}

}
