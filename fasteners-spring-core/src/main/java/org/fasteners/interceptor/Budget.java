package org.fasteners.interceptor;

/**
 * How long may still be waited. One annotation may need several locks, which share its
 * timeout.
 */
interface Budget {

	/** In nanoseconds; {@link Terms#FOREVER} if there is no limit. */
	long left();

	void spend(long nanos);

	/** Of an annotation with one lock: need not be counted. */
	static Budget of(Terms terms) {
		return new Whole(terms.nanos());
	}

	/** For one call with several locks. */
	static Budget shared(Terms terms) {
		return (terms.timeout() == null) ? of(terms) : new Shared(terms.nanos());
	}

	/**
	 * The same for each call.
	 *
	 * @param left the timeout
	 */
	record Whole(long left) implements Budget {

		@Override
		public void spend(long nanos) {
			// for one lock alone
		}

	}

	/**
	 * Becomes less.
	 */
	final class Shared implements Budget {

		private long left;

		Shared(long left) {
			this.left = left;
		}

		@Override
		public long left() {
			return this.left;
		}

		@Override
		public void spend(long nanos) {
			this.left = Math.max(0, this.left - nanos);
		}

	}

}
