package org.fasteners.benchmarks.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

/**
 * A file lock of the JDK behind a {@link ReentrantLock}, because a {@link FileChannel}
 * throws an exception if the same JVM acquires a second lock. Locks the same bytes as the
 * lock of this library. Does not wait for other processes.
 */
final class ChannelLock implements Lock {

	private final FileChannel channel;

	private final ReentrantLock mutex;

	private final long first;

	private final boolean shared;

	private @Nullable FileLock held;

	ChannelLock(FileChannel channel, ReentrantLock mutex, long first, boolean shared) {
		this.channel = channel;
		this.mutex = mutex;
		this.first = first;
		this.shared = shared;
	}

	@Override
	public void lock() {
		this.mutex.lock();
		try {
			this.held = this.channel.tryLock(this.first, this.shared ? 1 : 3, this.shared);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			if (this.held == null) {
				this.mutex.unlock();
			}
		}
		if (this.held == null) {
			throw new IllegalStateException(
					"Could not acquire the lock: another process holds it, and this lock does not wait");
		}
	}

	@Override
	public void unlock() {
		try {
			Objects.requireNonNull(this.held, "held").release();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			this.held = null;
			this.mutex.unlock();
		}
	}

	@Override
	public void lockInterruptibly() {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean tryLock() {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean tryLock(long time, TimeUnit unit) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Condition newCondition() {
		throw new UnsupportedOperationException();
	}

}
