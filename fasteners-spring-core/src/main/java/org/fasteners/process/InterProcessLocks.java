package org.fasteners.process;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.fasteners.process.LockEngine.EngineLock;
import org.jspecify.annotations.Nullable;

/**
 * Inter-process locks by path, on top of an engine: same path, same lock. Two objects of
 * this class give out different lock objects, but what these lock is one for the JVM.
 * <p>
 * Thread-safe.
 */
public final class InterProcessLocks {

	private final Map<String, InterProcessReaderWriterLock> locks = new ConcurrentHashMap<>();

	private final LockEngine engine;

	private final @Nullable Duration defaultTimeout;

	private volatile boolean closed;

	/**
	 * Create an empty table.
	 * @param engine what keeps the processes apart
	 * @param defaultTimeout the longest wait of {@code acquire}, or {@code null} to wait
	 * for ever
	 */
	public InterProcessLocks(LockEngine engine, @Nullable Duration defaultTimeout) {
		this.engine = engine;
		this.defaultTimeout = defaultTimeout;
	}

	/**
	 * The lock of a path.
	 * @param path the path as the engine understands it
	 * @return the lock
	 * @throws org.fasteners.LockPathException if the path cannot be a lock
	 */
	public InterProcessReaderWriterLock get(String path) {
		InterProcessReaderWriterLock lock = this.locks.get(path);
		return (lock != null) ? lock : this.locks.computeIfAbsent(path, this::create);
	}

	private InterProcessReaderWriterLock create(String path) {
		return create(this.engine.lock(path));
	}

	/**
	 * The lock of a key, one of any number at a path. Not kept here: one object each
	 * time, all of which are the same lock.
	 * @param path the path as the engine understands it
	 * @param key the key, compared exactly
	 * @return the lock
	 * @throws org.fasteners.LockPathException if the path cannot be a lock
	 * @throws IllegalArgumentException if the key is no text, for it has a lone surrogate
	 */
	public InterProcessReaderWriterLock get(String path, String key) {
		return create(this.engine.lock(path, key));
	}

	private InterProcessReaderWriterLock create(EngineLock lock) {
		return new InterProcessReaderWriterLock(lock.name(), this.defaultTimeout, Gates.get(lock), () -> this.closed);
	}

	/**
	 * End all waits with {@link org.fasteners.LockRegistryClosedException}, now and in
	 * future. Who holds a lock keeps it.
	 */
	public void close() {
		this.closed = true;
		Gates.wakeWaiters();
	}

}
