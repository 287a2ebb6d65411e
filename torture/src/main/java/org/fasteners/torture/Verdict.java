package org.fasteners.torture;

/**
 * The verdict on a run. Determines the exit status of the program.
 */
enum Verdict {

	/** No lock has failed, and each kind of worker has completed enough sections. */
	PASSED(0),

	/** A lock has failed. */
	FAILED(1),

	/**
	 * No lock has failed, but workers did not start in time, as on a busy machine. The
	 * run says nothing about them.
	 */
	INCONCLUSIVE(3);

	/** The options are invalid, or the run cannot start on this machine. */
	static final int USAGE = 2;

	private final int status;

	Verdict(int status) {
		this.status = status;
	}

	/** The exit status of the program. */
	int status() {
		return this.status;
	}

	/** Combine the verdicts on two runs. */
	Verdict and(Verdict other) {
		return (this == FAILED || other == FAILED) ? FAILED : (this == PASSED) ? other : this;
	}

}
