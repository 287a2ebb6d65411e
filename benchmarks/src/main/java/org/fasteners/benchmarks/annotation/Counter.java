package org.fasteners.benchmarks.annotation;

import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The body of a method under test, and the arguments of its calls. A call that does not
 * run the body causes an error instead of a time: some libraries skip the body if they
 * cannot acquire the lock.
 */
class Counter implements Runnable {

	/** The number of different keys. A power of two. */
	private static final int IDS = 64;

	private final String[] ids = IntStream.range(0, IDS).mapToObj((i) -> "order-" + i).toArray(String[]::new);

	private int calls;

	private int runs;

	/**
	 * Count a call.
	 * @return the argument of the call
	 */
	String nextId() {
		return this.ids[this.calls++ & (IDS - 1)];
	}

	@Override
	public void run() {
		this.runs++;
	}

	/**
	 * Compare the number of calls with the runs of the body.
	 * @throws IllegalStateException if they differ, or if there was no call
	 */
	void check() {
		if (this.runs != this.calls || this.calls == 0) {
			throw new IllegalStateException(
					String.format(Locale.ROOT, "%d calls ran the body %d times", this.calls, this.runs));
		}
	}

}
