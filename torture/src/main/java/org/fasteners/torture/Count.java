package org.fasteners.torture;

/**
 * What the cell of a count holds: a number and the slot of the thread that wrote it.
 *
 * @param number how often the writers have counted
 * @param author the slot of the last of them
 */
record Count(long number, int author) {

	private static final int AUTHOR_BITS = 12;

	/** So many threads there may be. */
	static final int MAX_AUTHORS = 1 << AUTHOR_BITS;

	static Count of(long word) {
		return new Count(word >>> AUTHOR_BITS, (int) (word & (MAX_AUTHORS - 1)));
	}

	long word() {
		return this.number << AUTHOR_BITS | this.author;
	}

}
