package org.fasteners.process.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * A file of a user that is open, and which one it is. To close it is a matter of
 * {@link SharedFile}.
 *
 * @param identity which file it is
 * @param options with what it was opened
 * @param channel what it was opened for
 */
record OpenedFile(Object identity, Set<OpenOption> options, AsynchronousFileChannel channel) implements Closeable {

	/*
	 * An AsynchronousFileChannel, because an interrupt closes a FileChannel, and with it
	 * drops the locks. On POSIX systems it does its work in the executor that it is
	 * given. This one runs it in the calling thread, so that no thread waits for another.
	 * On Windows the threads of the executor wait for completions for ever, so there it
	 * is the JDK's.
	 */

	private static final boolean POSIX = Path.of("").getFileSystem().supportedFileAttributeViews().contains("unix");

	private static final @Nullable ExecutorService EXECUTOR = POSIX ? new SameThread() : null;

	/**
	 * Open a file that exists, between two looks at its path. To be called with the mutex
	 * of the file.
	 * @param before which file was at the path
	 * @return {@code null} if there is another one by now
	 */
	static @Nullable OpenedFile open(Path path, Object before, SharedFile shared, FileRequest request,
			Consumer<AsynchronousFileChannel> unknown) throws IOException {
		Set<OpenOption> options = request.forChannel();
		OpenedFile closing = shared.reopen(OpenedFile.class, (file) -> file.options.equals(options));
		if (closing != null) {
			return closing;
		}
		AsynchronousFileChannel channel;
		try {
			channel = AsynchronousFileChannel.open(path, options, EXECUTOR);
		}
		catch (NoSuchFileException ex) {
			return null;
		}
		boolean known = false;
		try {
			known = before.equals(FileIdentity.of(path, request.links()));
			return known ? new OpenedFile(before, options, channel) : null;
		}
		finally {
			if (!known) {
				unknown.accept(channel);
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
