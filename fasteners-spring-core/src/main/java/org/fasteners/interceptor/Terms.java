package org.fasteners.interceptor;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import org.fasteners.LockMode;
import org.jspecify.annotations.Nullable;

/**
 * On which terms an annotation wants its lock.
 *
 * @param place the method, as {@code Type.method()}
 * @param mode in which mode
 * @param timeout the longest wait, or {@code null} to wait for ever
 * @param reaction what to do when the wait was too long
 * @param untilCompletion whether the lock is kept until a transaction that is active has
 * ended
 */
record Terms(String place, LockMode mode, @Nullable Duration timeout, TimeoutReaction reaction,
		boolean untilCompletion) {

	/** Of waits in nanoseconds that have no limit. */
	static final long FOREVER = Long.MAX_VALUE;

	/** The longest wait in nanoseconds. */
	long nanos() {
		return (this.timeout != null) ? TimeUnit.NANOSECONDS.convert(this.timeout) : FOREVER;
	}

}
