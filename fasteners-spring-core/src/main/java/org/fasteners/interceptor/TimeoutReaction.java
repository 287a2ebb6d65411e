package org.fasteners.interceptor;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * What a method does when a lock was not had in time.
 */
@FunctionalInterface
interface TimeoutReaction {

	/**
	 * Decide what the call returns.
	 * @throws Throwable what the call throws
	 */
	@Nullable Object react(TimedOut timedOut, MethodInvocation invocation) throws Throwable;

}
