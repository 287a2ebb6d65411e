package org.fasteners.thread;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;

import org.fasteners.LockPreference;
import org.jspecify.annotations.Nullable;

/**
 * Thread locks by name: same name, same lock. A lock that is neither held nor referred to
 * is forgotten, so a million names that are used once leave nothing behind.
 * <p>
 * Thread-safe.
 */
public final class NamedLocks {

	/*
	 * What the user refers to is a facade; who holds and who waits is in its core. The
	 * table refers to the core strongly and to the facade weakly, so that
	 * registry.lock("a").lock() holds a lock although nobody refers to it: its core is
	 * there, and the next caller gets another facade of it. When a facade is gone, an
	 * entry whose core is idle is removed; nobody can use the core meanwhile, for that
	 * takes a facade (which its methods keep reachable until they end), and facades are
	 * made and entries removed under the table's lock of their name. Locking and
	 * unlocking know nothing of all this.
	 */

	private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();

	private final ReferenceQueue<ReaderWriterLock> forgotten = new ReferenceQueue<>();

	private final LockPreference preference;

	private final @Nullable Duration defaultTimeout;

	private volatile boolean closed;

	/**
	 * Create an empty table.
	 * @param preference who goes first when readers and writers wait
	 * @param defaultTimeout the longest wait of {@code acquire}, or {@code null} to wait
	 * for ever
	 */
	public NamedLocks(LockPreference preference, @Nullable Duration defaultTimeout) {
		this.preference = preference;
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
		Entry known = this.entries.get(name);
		ReaderWriterLock lock = (known != null) ? known.get() : null;
		return (lock != null) ? lock : make(name);
	}

	private ReaderWriterLock make(String name) {
		ReaderWriterLock[] made = new ReaderWriterLock[1];
		this.entries.compute(name, (key, entry) -> {
			made[0] = (entry != null) ? entry.get() : null;
			if (entry != null && made[0] != null) {
				return entry;
			}
			LockCore core = (entry != null) ? entry.core : new LockCore(name, this.preference, null);
			made[0] = new ReaderWriterLock(core, this.defaultTimeout);
			return new Entry(core, made[0], this.forgotten);
		});
		if (this.closed) {
			made[0].close();
		}
		return made[0];
	}

	private void expunge() {
		Reference<? extends ReaderWriterLock> reference = this.forgotten.poll();
		while (reference != null) {
			if (reference instanceof Entry gone) {
				this.entries.computeIfPresent(gone.core.name,
						(name, entry) -> (entry == gone && entry.core.isIdle()) ? null : entry);
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
		this.entries.values().forEach((entry) -> entry.core.queue().close());
	}

	/**
	 * A lock: its core, and its facade as long as somebody refers to that.
	 */
	private static final class Entry extends WeakReference<ReaderWriterLock> {

		private final LockCore core;

		Entry(LockCore core, ReaderWriterLock lock, ReferenceQueue<ReaderWriterLock> queue) {
			super(lock, queue);
			this.core = core;
		}

	}

}
