package org.fasteners.torture;

import org.fasteners.LockMode;

/**
 * The position of each number on the {@link Board}, in cells of eight bytes. The Python
 * worker computes the same positions.
 *
 * @param processes the number of concurrent processes
 * @param threads the maximum number of threads per process
 * @param resources the number of locks: the lock of the path, then the locks of keys
 */
record Layout(int processes, int threads, int resources) {

	static final int STOPPING = 0;

	static final int PROCESSES = 1;

	static final int THREADS = 2;

	static final int RESOURCES = 3;

	private static final int HEADER = 4;

	/** Cells per thread, in addition to its cells per lock. */
	private static final int TOTALS = LockMode.values().length + 1;

	private static final int PER_RESOURCE = 5;

	/** The counter that the writers of a lock increment, with its last author. */
	int count(int resource) {
		return HEADER + resource;
	}

	/** The stamp of the writer of a lock, which must not change during its section. */
	int stamp(int resource) {
		return HEADER + this.resources + resource;
	}

	/** The generation and the process ID of a process. */
	int life(int process) {
		return HEADER + 2 * this.resources + process;
	}

	/** The number of sections that a thread has completed in a mode. */
	int sections(int slot, LockMode mode) {
		return slotStart(slot) + Mark.number(mode) - 1;
	}

	/** The number of overlaps that a thread has detected. */
	int overlaps(int slot) {
		return slotStart(slot) + TOTALS - 1;
	}

	/** The mark of the section of a lock that a thread is in. */
	int mark(int slot, int resource) {
		return resourceStart(slot, resource);
	}

	/** The number of increments that a thread has begun. */
	int begun(int slot, int resource) {
		return resourceStart(slot, resource) + 1;
	}

	/** The number of increments that a thread has completed. */
	int done(int slot, int resource) {
		return resourceStart(slot, resource) + 2;
	}

	/** The number that a thread was about to write when it began an increment. */
	int target(int slot, int resource) {
		return resourceStart(slot, resource) + 3;
	}

	/** The last number of a thread that its successor has read. */
	int witnessed(int slot, int resource) {
		return resourceStart(slot, resource) + 4;
	}

	/** The number of slots: one per thread of each process. */
	int slots() {
		return this.processes * this.threads;
	}

	int firstSlot(int process) {
		return process * this.threads;
	}

	int process(int slot) {
		return slot / this.threads;
	}

	int size() {
		return slotStart(slots());
	}

	private int slotStart(int slot) {
		return HEADER + 2 * this.resources + this.processes + slot * (TOTALS + PER_RESOURCE * this.resources);
	}

	private int resourceStart(int slot, int resource) {
		return slotStart(slot) + TOTALS + PER_RESOURCE * resource;
	}

}
