package org.fasteners.torture;

/**
 * What a run has shown. Its exit status is that of the program.
 */
enum Verdict {

	/** Every lock kept its promise, and every kind of worker did its share. */
	PASSED(0),

	/** A lock broke its promise. */
	FAILED(1),

	/**
	 * No lock broke its promise, but workers did not start in time, as on a machine that
	 * does other things: nothing is known of them.
	 */
	INCONCLUSIVE(3);

	/** The run was asked for in a way that is not understood, or cannot start here. */
	static final int USAGE = 2;

	private final int status;

	Verdict(int status) {
		this.status = status;
	}

	/** The exit status of the program. */
	int status() {
		return this.status;
	}

	/** Of two runs together. */
	Verdict and(Verdict other) {
		return (this == FAILED || other == FAILED) ? FAILED : (this == PASSED) ? other : this;
	}

}
