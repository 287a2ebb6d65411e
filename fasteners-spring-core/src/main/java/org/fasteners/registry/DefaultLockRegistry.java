package org.fasteners.registry;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

import org.fasteners.CountingSemaphore;
import org.fasteners.ExclusiveLock;
import org.fasteners.LockDirectoryException;
import org.fasteners.LockRegistry;
import org.fasteners.LockSettings;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.process.InterProcessLocks;
import org.fasteners.thread.NamedLocks;
import org.jspecify.annotations.Nullable;

/**
 * The one implementation. The file engine is made with the first inter-process lock, so
 * that who needs none needs no lock directory.
 */
final class DefaultLockRegistry implements LockRegistry {

	private final NamedLocks threadLocks;

	private final ReentrantLock mutex = new ReentrantLock();

	private final @Nullable Path lockDirectory;

	private final Function<Path, InterProcessLocks> factory;

	private final @Nullable Duration defaultTimeout;

	private volatile @Nullable InterProcessLocks processLocks;

	private boolean closed;

	/**
	 * @param threadLockSettings what is set for the thread locks of a name
	 * @param factory makes inter-process locks in the lock directory
	 */
	DefaultLockRegistry(Function<String, LockSettings> threadLockSettings, @Nullable Path lockDirectory,
			Function<Path, InterProcessLocks> factory, @Nullable Duration defaultTimeout) {
		this.threadLocks = new NamedLocks(threadLockSettings);
		this.lockDirectory = lockDirectory;
		this.factory = factory;
		this.defaultTimeout = defaultTimeout;
	}

	@Override
	public ExclusiveLock lock(String name) {
		return readWriteLock(name).writeLock();
	}

	@Override
	public SharedExclusiveLock readWriteLock(String name) {
		return this.threadLocks.get(name);
	}

	@Override
	public ExclusiveLock lock(String name, String key) {
		return readWriteLock(name, key).writeLock();
	}

	@Override
	public SharedExclusiveLock readWriteLock(String name, String key) {
		return this.threadLocks.get(name, key);
	}

	@Override
	public ExclusiveLock interProcessLock(String path) {
		return interProcessReaderWriterLock(path).writeLock();
	}

	@Override
	public SharedExclusiveLock interProcessReaderWriterLock(String path) {
		return processLocks(path).get(path);
	}

	@Override
	public ExclusiveLock interProcessLock(String path, String key) {
		return interProcessReaderWriterLock(path, key).writeLock();
	}

	@Override
	public SharedExclusiveLock interProcessReaderWriterLock(String path, String key) {
		Objects.requireNonNull(key, "key");
		return processLocks(path).get(path, key);
	}

	@Override
	public CountingSemaphore interProcessSemaphore(String path) {
		return processLocks(path).semaphore(path);
	}

	@Override
	public CountingSemaphore interProcessSemaphore(String path, int permits) {
		return processLocks(path).semaphore(path, permits);
	}

	private InterProcessLocks processLocks(String path) {
		Objects.requireNonNull(path, "path");
		InterProcessLocks known = this.processLocks;
		return (known != null) ? known : makeProcessLocks(path);
	}

	private InterProcessLocks makeProcessLocks(String path) {
		this.mutex.lock();
		try {
			InterProcessLocks locks = this.processLocks;
			if (locks == null) {
				locks = this.factory.apply(requireLockDirectory(path));
				if (this.closed) {
					locks.close();
				}
				this.processLocks = locks;
			}
			return locks;
		}
		finally {
			this.mutex.unlock();
		}
	}

	private Path requireLockDirectory(String path) {
		if (this.lockDirectory == null) {
			throw new LockDirectoryException(null,
					String.format(Locale.ROOT, "The inter-process lock '%s' needs a lock directory, and none is set",
							path),
					"Set fasteners.lock-directory to a directory on a local disk that all processes share which are to exclude one another, for instance /var/lib/my-application/locks (LockRegistries.builder().lockDirectory(...)). There is no default, because a wrong one would lock nothing.",
					null);
		}
		return this.lockDirectory;
	}

	@Override
	public Optional<Duration> defaultTimeout() {
		return Optional.ofNullable(this.defaultTimeout);
	}

	@Override
	public void close() {
		this.threadLocks.close();
		this.mutex.lock();
		try {
			this.closed = true;
			if (this.processLocks != null) {
				this.processLocks.close();
			}
		}
		finally {
			this.mutex.unlock();
		}
	}

}
