package org.fasteners.interceptor;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What stands in front of one method: a lock, or a permit of a semaphore.
 */
sealed interface Guard permits LockGuard, PermitGuard {

	/** The longest wait, or {@code null} to wait for ever. */
	@Nullable Duration timeout();

}
