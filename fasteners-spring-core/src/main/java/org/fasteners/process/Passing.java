package org.fasteners.process;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How often a JVM may pass an exclusive lock among its own writers before it has to ask
 * for it again, like any other.
 * <p>
 * Not thread-safe: used by who has the lock.
 */
final class Passing {

	/*
	 * To look at the clock takes a quarter of the time of a pass. So after a few short
	 * sections it is not looked at for the next few. Should these be long, all that can
	 * come late by their length is the end of passing: by UNTIMED sections.
	 */

	static final int MOST = 64;

	static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(1);

	static final int UNTIMED = 3;

	private static final long SHORT_SECTION = TimeUnit.MICROSECONDS.toNanos(5);

	private final LongSupplier clock;

	private int passes;

	private int untimed;

	private long since;

	/**
	 * @param clock the time in nanoseconds
	 */
	Passing(LongSupplier clock) {
		this.clock = clock;
	}

	/** The lock was asked for. */
	void begin() {
		this.passes = 0;
		this.untimed = 0;
	}

	/** Whether it may be passed now; if so, that counts. */
	boolean once() {
		if (this.passes >= MOST) {
			return false;
		}
		if (this.untimed > 0) {
			this.untimed--;
		}
		else if (isOver()) {
			return false;
		}
		this.passes++;
		return true;
	}

	private boolean isOver() {
		long now = this.clock.getAsLong();
		if (this.passes == 0) {
			this.since = now;
		}
		long lasted = now - this.since;
		if (this.passes > 0 && lasted < this.passes * SHORT_SECTION) {
			this.untimed = UNTIMED;
		}
		return lasted >= LONGEST;
	}

}
