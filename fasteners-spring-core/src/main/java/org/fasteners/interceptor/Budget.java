package org.fasteners.interceptor;

/**
 * How long may still be waited. One annotation may need several locks, which share its
 * timeout.
 */
final class Budget {

	private final boolean counted;

	private long left;

	private Budget(long left, boolean counted) {
		this.left = left;
		this.counted = counted;
	}

	/** Of an annotation with one lock: the same for each call. */
	static Budget of(Terms terms) {
		return new Budget(terms.nanos(), false);
	}

	/** For one call with several locks. */
	static Budget shared(Terms terms) {
		return new Budget(terms.nanos(), terms.timeout() != null);
	}

	/** In nanoseconds; {@link Terms#FOREVER} if there is no limit. */
	long left() {
		return this.left;
	}

	void spend(long nanos) {
		if (this.counted) {
			this.left = Math.max(0, this.left - nanos);
		}
	}

}
