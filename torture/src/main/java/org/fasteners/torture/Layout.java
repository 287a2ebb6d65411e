package org.fasteners.torture;

import org.fasteners.LockMode;

/**
 * Where each number is on the {@link Board}, counted in cells of eight bytes. The Python
 * worker reckons in the same way.
 *
 * @param processes how many processes there are at a time
 * @param threads how many threads each of them has at most
 * @param resources how many locks there are: that of the path, then those of the keys
 */
record Layout(int processes, int threads, int resources) {

	static final int STOPPING = 0;

	static final int PROCESSES = 1;

	static final int THREADS = 2;

	static final int RESOURCES = 3;

	private static final int HEADER = 4;

	/** Per thread, beside what it has per lock. */
	private static final int TOTALS = LockMode.values().length + 1;

	private static final int PER_RESOURCE = 5;

	/** The number that the writers of a lock count up, and who counted last. */
	int count(int resource) {
		return HEADER + resource;
	}

	/** What the writer of a lock leaves there, to find it again unchanged. */
	int stamp(int resource) {
		return HEADER + this.resources + resource;
	}

	/** The generation and the pid of a process. */
	int life(int process) {
		return HEADER + 2 * this.resources + process;
	}

	/** How many sections of a mode a thread has finished. */
	int sections(int slot, LockMode mode) {
		return slotStart(slot) + Mark.number(mode) - 1;
	}

	/** How many overlaps a thread has seen. */
	int overlaps(int slot) {
		return slotStart(slot) + TOTALS - 1;
	}

	/** In which section of a lock a thread is. */
	int mark(int slot, int resource) {
		return resourceStart(slot, resource);
	}

	/** How many counts a thread has begun. */
	int begun(int slot, int resource) {
		return resourceStart(slot, resource) + 1;
	}

	/** How many counts a thread has finished. */
	int done(int slot, int resource) {
		return resourceStart(slot, resource) + 2;
	}

	/** The number that a thread was about to write when it began to count. */
	int target(int slot, int resource) {
		return resourceStart(slot, resource) + 3;
	}

	/** The last number of a thread that its successor has seen. */
	int witnessed(int slot, int resource) {
		return resourceStart(slot, resource) + 4;
	}

	/** Threads are numbered through all processes. */
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
