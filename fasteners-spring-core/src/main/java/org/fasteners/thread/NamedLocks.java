package org.fasteners.thread;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import org.fasteners.LockPreference;
import org.fasteners.LockSettings;
import org.jspecify.annotations.Nullable;

/**
 * Thread locks by name, and by name and key: same name, same lock. A lock that is neither
 * held nor referred to is forgotten, so a million names or keys that are used once leave
 * nothing behind.
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
	 * made and entries removed under the table's lock of their identity. Locking and
	 * unlocking know nothing of all this.
	 *
	 * A lock's identity is its name, or its name and key, which no name can equal. What
	 * is in the table was checked when it was put there, so finding it checks nothing.
	 */

	private final ConcurrentHashMap<Object, Entry> entries = new ConcurrentHashMap<>();

	private final ReferenceQueue<ReaderWriterLock> forgotten = new ReferenceQueue<>();

	private final Function<String, LockSettings> settings;

	private volatile boolean closed;

	/**
	 * Create an empty table whose locks are all alike.
	 * @param preference who goes first when readers and writers wait
	 * @param defaultTimeout the longest wait of {@code acquire}, or {@code null} to wait
	 * for ever
	 */
	public NamedLocks(LockPreference preference, @Nullable Duration defaultTimeout) {
		LockSettings all = new LockSettings(defaultTimeout, preference);
		this.settings = (name) -> all;
	}

	/**
	 * Create an empty table.
	 * @param settings what is set for a name and its keys; where nothing is, writers go
	 * first, and {@code acquire} waits for ever. Asked whenever a lock is made, and not
	 * when it is found again; nothing is locked meanwhile
	 */
	public NamedLocks(Function<String, LockSettings> settings) {
		this.settings = Objects.requireNonNull(settings, "settings");
	}

	/**
	 * The lock of a name.
	 * @param name the name, not empty
	 * @return the lock
	 * @throws IllegalArgumentException if the name is empty, or no text, for it has a
	 * lone surrogate
	 */
	public ReaderWriterLock get(String name) {
		Objects.requireNonNull(name, "name");
		ReaderWriterLock lock = find(name);
		if (lock != null) {
			return lock;
		}
		requireName(name);
		return make(name, name, name);
	}

	/**
	 * The lock of a key, one of any number of a name. It is independent of the lock of
	 * the name itself.
	 * @param name the name, not empty
	 * @param key the key, compared exactly
	 * @return the lock
	 * @throws IllegalArgumentException if the name is empty, or if the name or the key is
	 * no text, for it has a lone surrogate
	 */
	public ReaderWriterLock get(String name, String key) {
		Objects.requireNonNull(name, "name");
		Objects.requireNonNull(key, "key");
		NameAndKey both = new NameAndKey(name, key);
		ReaderWriterLock lock = find(both);
		if (lock != null) {
			return lock;
		}
		requireName(name);
		if (!isText(key)) {
			throw new IllegalArgumentException("A key must be text, but this one has a lone surrogate");
		}
		return make(both, name, name + "[" + key + "]");
	}

	private static void requireName(String name) {
		if (name.isEmpty()) {
			throw new IllegalArgumentException("The name of a lock must not be empty");
		}
		if (!isText(name)) {
			throw new IllegalArgumentException("The name of a lock must be text, but this one has a lone surrogate");
		}
	}

	private static boolean isText(String name) {
		return StandardCharsets.UTF_8.newEncoder().canEncode(name);
	}

	private @Nullable ReaderWriterLock find(Object identity) {
		expunge();
		Entry known = this.entries.get(identity);
		return (known != null) ? known.get() : null;
	}

	/**
	 * @param name what settings know it by
	 * @param title what messages call it
	 */
	private ReaderWriterLock make(Object identity, String name, String title) {
		Rehearsal.require();
		// before the table is locked
		LockSettings set = this.settings.apply(name);
		LockPreference preference = Objects.requireNonNullElse(set.preference(), LockPreference.WRITER);
		ReaderWriterLock[] made = new ReaderWriterLock[1];
		this.entries.compute(identity, (given, entry) -> {
			made[0] = (entry != null) ? entry.get() : null;
			if (entry != null && made[0] != null) {
				return entry;
			}
			LockCore core = (entry != null) ? entry.core : new LockCore(title, preference, null);
			made[0] = new ReaderWriterLock(core, set.timeout());
			return new Entry(identity, core, made[0], this.forgotten);
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
				this.entries.computeIfPresent(gone.identity,
						(identity, entry) -> (entry == gone && entry.core.isIdle()) ? null : entry);
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
	 * What tells the locks of keys apart. Comparable, so that many keys of one hash,
	 * which somebody may choose, do not slow the table down.
	 */
	private record NameAndKey(String name, String key) implements Comparable<NameAndKey> {

		@Override
		public int hashCode() {
			return 31 * this.name.hashCode() + this.key.hashCode();
		}

		@Override
		public int compareTo(NameAndKey other) {
			int names = this.name.compareTo(other.name);
			return (names != 0) ? names : this.key.compareTo(other.key);
		}

	}

	/**
	 * A lock: its core, and its facade as long as somebody refers to that.
	 */
	private static final class Entry extends WeakReference<ReaderWriterLock> {

		private final Object identity;

		private final LockCore core;

		Entry(Object identity, LockCore core, ReaderWriterLock lock, ReferenceQueue<ReaderWriterLock> queue) {
			super(lock, queue);
			this.identity = identity;
			this.core = core;
		}

	}

}
