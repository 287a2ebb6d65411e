package org.fasteners.thread;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Thread locks by name: same name, same lock. A lock that is neither held nor referred to
 * is forgotten, so a million names that are used once leave nothing behind.
 * <p>
 * Thread-safe.
 */
public final class NamedLocks {

	/*
	 * An entry refers to its lock weakly, and strongly while the lock is held: otherwise
	 * registry.lock("a").lock() would hold a lock that nobody refers to, and the next
	 * caller would be given another one. The strong reference is set and cleared under
	 * the lock's own mutex, by whoever takes it from free to held and back. A thread that
	 * waits refers to the lock by its stack.
	 */

	private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();

	private final ReferenceQueue<ReaderWriterLock> forgotten = new ReferenceQueue<>();

	private final @Nullable Duration defaultTimeout;

	private volatile boolean closed;

	/**
	 * Create an empty table.
	 * @param defaultTimeout the longest wait of {@code acquire}, or {@code null} to wait
	 * for ever
	 */
	public NamedLocks(@Nullable Duration defaultTimeout) {
		this.defaultTimeout = defaultTimeout;
	}

	/**
	 * The lock of a name.
	 * @param name the name, not empty
	 * @return the lock
	 * @throws IllegalArgumentException if the name is empty
	 */
	public ReaderWriterLock get(String name) {
		if (name.isEmpty()) {
			throw new IllegalArgumentException("The name of a lock must not be empty");
		}
		expunge();
		while (true) {
			Entry entry = this.entries.computeIfAbsent(name, this::create);
			ReaderWriterLock lock = entry.get();
			if (lock != null) {
				if (this.closed) {
					lock.close();
				}
				return lock;
			}
			this.entries.remove(name, entry);
		}
	}

	private Entry create(String name) {
		Usage usage = new Usage();
		return new Entry(name, new ReaderWriterLock(name, this.defaultTimeout, usage), usage, this.forgotten);
	}

	private void expunge() {
		Reference<? extends ReaderWriterLock> reference = this.forgotten.poll();
		while (reference != null) {
			if (reference instanceof Entry entry) {
				this.entries.remove(entry.name, entry);
			}
			reference = this.forgotten.poll();
		}
	}

	int size() {
		expunge();
		return this.entries.size();
	}

	/**
	 * End all waits with {@link org.fasteners.LockRegistryClosedException}, now and in
	 * future. Who holds a lock keeps it.
	 */
	public void close() {
		this.closed = true;
		this.entries.values().forEach((entry) -> {
			ReaderWriterLock lock = entry.get();
			if (lock != null) {
				lock.close();
			}
		});
	}

	/**
	 * Keeps a lock reachable from the table while it is held.
	 */
	private static final class Usage implements Consumer<@Nullable ReaderWriterLock> {

		@SuppressWarnings("unused") // reachability is its use
		private @Nullable ReaderWriterLock held;

		@Override
		public void accept(@Nullable ReaderWriterLock lock) {
			this.held = lock;
		}

	}

	/**
	 * A name and its lock.
	 */
	private static final class Entry extends WeakReference<ReaderWriterLock> {

		private final String name;

		@SuppressWarnings("unused") // reachability is its use
		private final Usage usage;

		Entry(String name, ReaderWriterLock lock, Usage usage, ReferenceQueue<ReaderWriterLock> queue) {
			super(lock, queue);
			this.name = name;
			this.usage = usage;
		}

	}

}
