package org.fasteners.process.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A channel that an interrupt neither closes nor disturbs, of a file that is closed when
 * no lock is lost by that.
 * <p>
 * Thread-safe.
 */
final class UninterruptedFileChannel extends FileChannel {

	/*
	 * begin() and end() of FileChannel are what lets an interrupt close a channel, so
	 * they are not called. There is no O_APPEND in an AsynchronousFileChannel; it is done
	 * here, which is as good as long as others who write hold the lock as well.
	 */

	private static final int BUFFER = 1 << 16;

	private final OpenedFile file;

	private final AsynchronousFileChannel channel;

	private final boolean reads;

	private final boolean writes;

	private final boolean appends;

	/** Guards the position. */
	private final ReentrantLock mutex = new ReentrantLock();

	private long position;

	UninterruptedFileChannel(OpenedFile file, FileRequest request) {
		this.file = file;
		this.channel = file.channel();
		this.reads = request.reads();
		this.writes = request.writes();
		this.appends = request.appends();
	}

	@Override
	public int read(ByteBuffer target) throws IOException {
		this.mutex.lock();
		try {
			int count = read(target, this.position);
			this.position += Math.max(0, count);
			return count;
		}
		finally {
			this.mutex.unlock();
		}
	}

	@Override
	public int read(ByteBuffer target, long from) throws IOException {
		return result(open().read(target, from));
	}

	@Override
	public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
		return each(targets, offset, length, this::read);
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		this.mutex.lock();
		try {
			this.position = this.appends ? size() : this.position;
			int count = result(open().write(source, this.position));
			this.position += count;
			return count;
		}
		finally {
			this.mutex.unlock();
		}
	}

	@Override
	public int write(ByteBuffer source, long to) throws IOException {
		if (!this.appends) {
			return result(open().write(source, to));
		}
		if (to < 0) {
			throw new IllegalArgumentException("A position is zero or more, not " + to);
		}
		// as with O_APPEND on Linux
		this.mutex.lock();
		try {
			return result(open().write(source, size()));
		}
		finally {
			this.mutex.unlock();
		}
	}

	@Override
	public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
		return each(sources, offset, length, this::write);
	}

	/** One buffer after another, until one could not be filled or emptied. */
	private long each(ByteBuffer[] buffers, int offset, int length, Transfer transfer) throws IOException {
		Objects.checkFromIndexSize(offset, length, buffers.length);
		this.mutex.lock();
		try {
			long sum = 0;
			for (int i = offset; i < offset + length; i++) {
				ByteBuffer buffer = buffers[i];
				if (buffer.hasRemaining()) {
					int count = transfer.perform(buffer);
					if (count < 0) {
						return (sum > 0) ? sum : count;
					}
					sum += count;
				}
				if (buffer.hasRemaining()) {
					break;
				}
			}
			return sum;
		}
		finally {
			this.mutex.unlock();
		}
	}

	@Override
	public long position() throws IOException {
		requireOpen();
		this.mutex.lock();
		try {
			return this.position;
		}
		finally {
			this.mutex.unlock();
		}
	}

	@Override
	public FileChannel position(long newPosition) throws IOException {
		requireOpen();
		if (newPosition < 0) {
			throw new IllegalArgumentException("A position is zero or more, not " + newPosition);
		}
		this.mutex.lock();
		try {
			this.position = newPosition;
			return this;
		}
		finally {
			this.mutex.unlock();
		}
	}

	@Override
	public long size() throws IOException {
		return open().size();
	}

	@Override
	public FileChannel truncate(long size) throws IOException {
		this.mutex.lock();
		try {
			open().truncate(size);
			this.position = Math.min(this.position, size);
			return this;
		}
		finally {
			this.mutex.unlock();
		}
	}

	@Override
	public void force(boolean metaData) throws IOException {
		open().force(metaData);
	}

	@Override
	public long transferTo(long from, long count, WritableByteChannel target) throws IOException {
		requireTransfer(from, count);
		if (!this.reads) {
			throw new NonReadableChannelException();
		}
		ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, BUFFER));
		long done = 0;
		while (done < count) {
			buffer.clear().limit((int) Math.min(count - done, BUFFER));
			if (read(buffer, from + done) <= 0) {
				break;
			}
			int written = target.write(buffer.flip());
			done += written;
			if (buffer.hasRemaining()) {
				break;
			}
		}
		return done;
	}

	/** The file grows if need be, as with newer versions of the JDK. */
	@Override
	public long transferFrom(ReadableByteChannel source, long to, long count) throws IOException {
		requireTransfer(to, count);
		if (!this.writes) {
			throw new NonWritableChannelException();
		}
		ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, BUFFER));
		long done = 0;
		while (done < count) {
			buffer.clear().limit((int) Math.min(count - done, BUFFER));
			if (source.read(buffer) <= 0) {
				break;
			}
			buffer.flip();
			// what was read from the source must not be lost
			while (buffer.hasRemaining()) {
				done += write(buffer, to + done);
			}
		}
		return done;
	}

	private void requireTransfer(long position, long count) throws IOException {
		requireOpen();
		if (position < 0 || count < 0) {
			throw new IllegalArgumentException(String.format(Locale.ROOT,
					"A position and a count are zero or more, not %d and %d", position, count));
		}
	}

	/**
	 * Not there.
	 */
	@Override
	public MappedByteBuffer map(MapMode mode, long from, long size) {
		throw new UnsupportedOperationException(
				"A file under a lock cannot be mapped: the JDK maps files through channels that an interrupt closes, and that would drop the lock. Read and write it");
	}

	@Override
	public FileLock lock(long from, long size, boolean shared) {
		throw lockedOtherwise();
	}

	@Override
	public FileLock tryLock(long from, long size, boolean shared) {
		throw lockedOtherwise();
	}

	private static UnsupportedOperationException lockedOtherwise() {
		return new UnsupportedOperationException(
				"This channel is locked by its LockedFile: see acquire() and release()");
	}

	@Override
	protected void implCloseChannel() throws IOException {
		SharedFile.close(this.file.identity(), this.file);
	}

	private AsynchronousFileChannel open() throws IOException {
		requireOpen();
		return this.channel;
	}

	private void requireOpen() throws IOException {
		if (!isOpen()) {
			throw new ClosedChannelException();
		}
	}

	/** The result of what is done already, or is waited for whatever comes. */
	private static int result(Future<Integer> future) throws IOException {
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return future.get();
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		catch (ExecutionException ex) {
			throw failure(ex);
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private static IOException failure(ExecutionException ex) {
		return (ex.getCause() instanceof IOException cause) ? cause : new IOException(ex.getCause());
	}

	/**
	 * Reads or writes at the position.
	 */
	@FunctionalInterface
	private interface Transfer {

		int perform(ByteBuffer buffer) throws IOException;

	}

}
