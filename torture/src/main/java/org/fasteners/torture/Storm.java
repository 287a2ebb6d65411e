package org.fasteners.torture;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A kind of disturbance, and the invariant that must hold meanwhile. Mutual exclusion
 * means: no two threads are in incompatible sections of one lock.
 */
enum Storm {

	/**
	 * Some processes run in their own namespaces (process IDs, mounts), others do not.
	 * Mutual exclusion holds.
	 */
	NAMESPACES(Oracle.ALONE, 4),

	/**
	 * The lock file is deleted or replaced all the time. Two threads may then hold the
	 * lock, but the holder of the old file can detect that its lock is lost. After the
	 * last replacement mutual exclusion holds.
	 */
	REPLACED(Oracle.LOSS_IS_SEEN, 4),

	/**
	 * Memory is exhausted again and again. Mutual exclusion holds, and every lock is free
	 * in the end.
	 */
	MEMORY(Oracle.ALONE, 1),

	/**
	 * Processes that may have 64 descriptors use more than 64 locks. An acquisition may
	 * fail; mutual exclusion holds.
	 */
	DESCRIPTORS(Oracle.ALONE, 80),

	/**
	 * Registries are closed while threads wait for their locks, and opened again. Mutual
	 * exclusion holds. A semaphore of a closed registry does not block another number of
	 * permits.
	 */
	REGISTRIES(Oracle.ALONE, 2),

	/**
	 * Processes use two numbers of permits for one semaphore. One number may be refused;
	 * no two numbers are in use at the same time.
	 */
	SEMAPHORES(Oracle.ONE_NUMBER, 1),

	/**
	 * Processes distribute the keys of one path over different numbers of files, and
	 * start to acquire them at the same moment. One number may be refused; mutual
	 * exclusion holds.
	 */
	KEY_FILES(Oracle.ALONE, 1),

	/**
	 * Processes are stopped for a while, with and without a lock. Mutual exclusion holds,
	 * and no timeout of another process is late by seconds.
	 */
	STOPPED(Oracle.ALONE, 2),

	/** Threads are interrupted all the time. Mutual exclusion holds. */
	INTERRUPTS(Oracle.ALONE, 2);

	private final Oracle oracle;

	private final int locks;

	Storm(Oracle oracle, int locks) {
		this.oracle = oracle;
		this.locks = locks;
	}

	/** The number of locks. */
	int locks() {
		return this.locks;
	}

	/**
	 * Whether two threads may hold a lock if one of them can detect that its lock is
	 * lost.
	 */
	boolean mayOverlapIfLossIsSeen() {
		return this.oracle == Oracle.LOSS_IS_SEEN;
	}

	/** Whether some of the processes may be refused all the time. */
	boolean mayRefuse() {
		return this == SEMAPHORES || this == KEY_FILES;
	}

	/** The name on the command line. */
	String option() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/** Parse names separated by commas; {@code all} stands for all of them. */
	static List<Storm> parse(String names) throws UsageException {
		if (names.equals("all")) {
			return List.of(values());
		}
		List<String> wanted = List.of(names.split(",", -1));
		List<String> known = Stream.of(values()).map(Storm::option).toList();
		for (String name : wanted) {
			if (!known.contains(name)) {
				throw new UsageException(
						"--storm must be all, or some of " + String.join(",", known) + ", not '" + names + "'");
			}
		}
		return Stream.of(values()).filter((storm) -> wanted.contains(storm.option())).toList();
	}

	private enum Oracle {

		ALONE, ONE_NUMBER, LOSS_IS_SEEN

	}

}
