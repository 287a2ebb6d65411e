package org.fasteners;

/**
 * How a lock is held.
 */
public enum LockMode {

	/**
	 * Together with other shared holds; what a reader asks for.
	 */
	SHARED("reading"),

	/**
	 * Together with shared holds, but alone among updaters and writers: for reading first
	 * and then perhaps writing. Its owner may go on to {@link #EXCLUSIVE}, and nobody
	 * else writes in between.
	 */
	UPDATE("updating"),

	/**
	 * Alone; what a writer asks for.
	 */
	EXCLUSIVE("writing");

	private final String purpose;

	LockMode(String purpose) {
		this.purpose = purpose;
	}

	/**
	 * What one does under such a hold, as messages say it: {@code reading},
	 * {@code updating} or {@code writing}.
	 * @return the word
	 */
	public String purpose() {
		return this.purpose;
	}

}
