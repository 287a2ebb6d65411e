package org.fasteners.torture;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A way to disturb processes that lock, and what must hold meanwhile.
 */
enum Storm {

	/**
	 * Processes in namespaces of their own (pids, mounts) beside others. No two are
	 * inside.
	 */
	NAMESPACES(Oracle.ALONE, 4),

	/**
	 * The lock file is deleted or replaced all the time. Two may be inside then; but the
	 * one that holds the old file can see that it has lost its lock. When the file stays,
	 * no two are inside.
	 */
	REPLACED(Oracle.LOSS_IS_SEEN, 4),

	/**
	 * Memory runs out again and again. No two are inside, and in the end every lock is
	 * free.
	 */
	MEMORY(Oracle.ALONE, 1),

	/**
	 * Processes that may have 64 descriptors use more locks than that. A lock may be
	 * refused; no two are inside.
	 */
	DESCRIPTORS(Oracle.ALONE, 80),

	/**
	 * Registries are closed under those that wait, and opened again. No two are inside,
	 * and a semaphore whose registry is closed does not keep other numbers of permits
	 * away.
	 */
	REGISTRIES(Oracle.ALONE, 2),

	/**
	 * Processes with two numbers of permits for one semaphore. One number may be refused;
	 * no two numbers are inside.
	 */
	SEMAPHORES(Oracle.ONE_NUMBER, 1),

	/**
	 * Processes that spread the keys of one path over different numbers of files and
	 * start to lock them at one moment. One number may be refused; no two are inside.
	 */
	KEY_FILES(Oracle.ALONE, 1),

	/**
	 * Processes are stopped for a while, with and without a lock. No two are inside, and
	 * no timeout of another process is late by seconds.
	 */
	STOPPED(Oracle.ALONE, 2),

	/** Threads are interrupted all the time. No two are inside. */
	INTERRUPTS(Oracle.ALONE, 2);

	private final Oracle oracle;

	private final int locks;

	Storm(Oracle oracle, int locks) {
		this.oracle = oracle;
		this.locks = locks;
	}

	/** How many locks are used. */
	int locks() {
		return this.locks;
	}

	/** Whether two may be inside if one of them can see that it has lost its lock. */
	boolean mayOverlapIfLossIsSeen() {
		return this.oracle == Oracle.LOSS_IS_SEEN;
	}

	/** Whether some of the processes may be refused all the time. */
	boolean mayRefuse() {
		return this == SEMAPHORES || this == KEY_FILES;
	}

	/** As it is written on the command line. */
	String option() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/** Of names with commas between them; {@code all} is each of them. */
	static List<Storm> parse(String names) throws UsageException {
		if (names.equals("all")) {
			return List.of(values());
		}
		List<String> wanted = List.of(names.split(",", -1));
		List<String> known = Stream.of(values()).map(Storm::option).toList();
		for (String name : wanted) {
			if (!known.contains(name)) {
				throw new UsageException(
						"--storm is all, or some of " + String.join(",", known) + ", not '" + names + "'");
			}
		}
		return Stream.of(values()).filter((storm) -> wanted.contains(storm.option())).toList();
	}

	private enum Oracle {

		ALONE, ONE_NUMBER, LOSS_IS_SEEN

	}

}
