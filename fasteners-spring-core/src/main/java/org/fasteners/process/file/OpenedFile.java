package org.fasteners.process.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * A file of a user that is open, and which one it is. To close it is a matter of
 * {@link OpenFiles}.
 *
 * @param identity which file it is
 * @param options with what it was opened
 * @param channel what it was opened for
 */
record OpenedFile(Object identity, Set<OpenOption> options, AsynchronousFileChannel channel) implements Closeable {

	/*
	 * An AsynchronousFileChannel, because an interrupt closes a FileChannel, and with it
	 * drops the locks. On POSIX systems it does its work in the executor that it is
	 * given. This one runs it in the thread that asks, so that nobody waits for another
	 * thread. On Windows the threads of the executor wait for completions for ever, so
	 * there it is the JDK's.
	 */

	private static final boolean POSIX = Path.of("").getFileSystem().supportedFileAttributeViews().contains("unix");

	private static final @Nullable ExecutorService EXECUTOR = POSIX ? new SameThread() : null;

	private static final int MOST_TRIES = 100;

	/**
	 * Open a file, and create it if that is wanted. Nothing is truncated. To be called
	 * with the mutex of {@link Channels}.
	 */
	static OpenedFile open(Path path, FileRequest request) throws IOException {
		boolean created = false;
		for (int i = 0; i < MOST_TRIES; i++) {
			Object before = FileIdentity.ofRegularFile(path, request.links());
			if (before == null) {
				create(path, request);
				created = true;
				continue;
			}
			if (!created && request.has(StandardOpenOption.CREATE_NEW)) {
				throw new FileAlreadyExistsException(path.toString());
			}
			OpenedFile opened = tryOpen(path, before, request);
			if (opened != null) {
				return opened;
			}
		}
		throw new FileSystemException(path.toString(), null, "the file is replaced faster than it can be opened");
	}

	/**
	 * The file is created by itself, because nobody could tell otherwise which one a
	 * channel is of. What is closed then is a descriptor of a new file, on which nobody
	 * who asks for the mutex can have a lock.
	 */
	private static void create(Path path, FileRequest request) throws IOException {
		if (!request.creates()) {
			throw new NoSuchFileException(path.toString());
		}
		try {
			Files.createFile(path);
		}
		catch (FileAlreadyExistsException ex) {
			if (Files.isSymbolicLink(path) && !Files.exists(path)) {
				throw new FileSystemException(path.toString(), null, "it is a symbolic link that leads to nothing");
			}
			if (request.has(StandardOpenOption.CREATE_NEW)) {
				throw ex;
			}
		}
	}

	/**
	 * One attempt, which fails if somebody replaces the file meanwhile: a channel cannot
	 * tell its file, so the path is looked at before and after.
	 */
	private static @Nullable OpenedFile tryOpen(Path path, Object before, FileRequest request) throws IOException {
		Set<OpenOption> options = request.forChannel();
		OpenedFile closing = OpenFiles.reopen(before, OpenedFile.class, (file) -> file.options.equals(options));
		if (closing != null) {
			return closing;
		}
		OpenedFile opened;
		try {
			opened = new OpenedFile(before, options, AsynchronousFileChannel.open(path, options, EXECUTOR));
		}
		catch (NoSuchFileException ex) {
			return null;
		}
		boolean known = false;
		try {
			known = before.equals(FileIdentity.of(path, request.links()));
			return known ? opened : null;
		}
		finally {
			if (!known) {
				OpenFiles.keep(opened);
			}
		}
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

	/**
	 * Runs what it is given, at once.
	 */
	private static final class SameThread extends AbstractExecutorService {

		@Override
		public void execute(Runnable task) {
			task.run();
		}

		@Override
		public void shutdown() {
			throw new UnsupportedOperationException("It is for all files, and has nothing to shut down");
		}

		@Override
		public List<Runnable> shutdownNow() {
			shutdown();
			return List.of();
		}

		@Override
		public boolean isShutdown() {
			return false;
		}

		@Override
		public boolean isTerminated() {
			return false;
		}

		@Override
		public boolean awaitTermination(long timeout, TimeUnit unit) {
			return false;
		}

	}

}
