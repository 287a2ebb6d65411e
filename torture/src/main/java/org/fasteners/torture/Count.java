package org.fasteners.torture;

/**
 * The value of a counter cell: a number, and the slot of the thread that wrote it.
 *
 * @param number how often writers have incremented the counter
 * @param author the slot of the last writer
 */
record Count(long number, int author) {

	private static final int AUTHOR_BITS = 12;

	/** Upper bound on the number of threads. */
	static final int MAX_AUTHORS = 1 << AUTHOR_BITS;

	static Count of(long word) {
		return new Count(word >>> AUTHOR_BITS, (int) (word & (MAX_AUTHORS - 1)));
	}

	long word() {
		return this.number << AUTHOR_BITS | this.author;
	}

}
