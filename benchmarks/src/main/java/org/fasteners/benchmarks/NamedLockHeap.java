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
 * The heap usage of many named locks, each used for one write and one read, in bytes per
 * name.
 *
 * @param inUse the usage while each lock is strongly reachable
 * @param dropped the usage after no lock is strongly reachable
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
	 * Collects garbage until the heap stops shrinking. A table removes names at its next
	 * use after their locks were collected, and the memory of the names is free after one
	 * more collection.
	 */
	private static long usedHeap(Function<String, ReadWriteLock> locks) throws InterruptedException {
		long used = Long.MAX_VALUE;
		for (int i = 0; i < MAX_COLLECTIONS; i++) {
			System.gc();
			Thread.sleep(50); // until the collector has enqueued the cleared references
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
	 * A table from names to locks.
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

		/** What an application would use without the registry; it never removes names. */
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
