package org.fasteners.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

import org.fasteners.LockRegistry;
import org.fasteners.registry.LockRegistries;

/**
 * The heap in bytes per name that many named locks take, each used for one write and one
 * read.
 *
 * @param inUse while somebody refers to every lock
 * @param dropped after nobody does any more
 */
record NamedLockHeap(long inUse, long dropped) {

	private static final int MAX_COLLECTIONS = 20;

	private static final long SETTLED_BYTES = 10_000;

	static NamedLockHeap of(Table table, int names) throws InterruptedException {
		Function<String, ReadWriteLock> locks = table.create();
		ReadWriteLock[] references = new ReadWriteLock[names];
		long before = usedHeap(locks);
		for (int i = 0; i < names; i++) {
			references[i] = use(locks, "key-" + i);
		}
		long inUse = usedHeap(locks) - before;
		for (int i = 0; i < names; i++) {
			references[i] = null;
		}
		long dropped = usedHeap(locks) - before;
		return new NamedLockHeap(Math.round((double) inUse / names), Math.round((double) dropped / names));
	}

	private static ReadWriteLock use(Function<String, ReadWriteLock> locks, String name) {
		ReadWriteLock lock = locks.apply(name);
		LockSize.use(lock.writeLock());
		LockSize.use(lock.readLock());
		return lock;
	}

	/*
	 * Collects until the heap shrinks no more: names are forgotten with the next use of
	 * the table after their locks were collected, and free their memory one collection
	 * later.
	 */
	private static long usedHeap(Function<String, ReadWriteLock> locks) throws InterruptedException {
		long used = Long.MAX_VALUE;
		for (int i = 0; i < MAX_COLLECTIONS; i++) {
			System.gc();
			Thread.sleep(50); // the collector hands over what it cleared
			use(locks, "another");
			long now = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
			if (used - now < SETTLED_BYTES && i > 1) {
				return now;
			}
			used = now;
		}
		return used;
	}

	/**
	 * What leads from a name to a lock.
	 */
	enum Table {

		/** The registry of this library. */
		REGISTRY("LockRegistry") {

			@Override
			Function<String, ReadWriteLock> create() {
				LockRegistry registry = LockRegistries.builder().build();
				return registry::readWriteLock;
			}

		},

		/** What one would write without it, and which forgets nothing. */
		MAP("ConcurrentHashMap of ReentrantReadWriteLock") {

			@Override
			Function<String, ReadWriteLock> create() {
				Map<String, ReadWriteLock> map = new ConcurrentHashMap<>();
				return (name) -> map.computeIfAbsent(name, (key) -> new ReentrantReadWriteLock());
			}

		};

		private final String label;

		Table(String label) {
			this.label = label;
		}

		String label() {
			return this.label;
		}

		abstract Function<String, ReadWriteLock> create();

	}

}
