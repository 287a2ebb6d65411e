package org.fasteners.interceptor;

import java.util.List;
import java.util.Objects;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.fasteners.LockAttempt;
import org.jspecify.annotations.Nullable;

/**
 * Runs a method under its locks.
 * <p>
 * Thread-safe.
 */
final class LockInterceptor implements MethodInterceptor {

	private final LockOperations operations;

	LockInterceptor(LockOperations operations) {
		this.operations = operations;
	}

	@Override
	public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
		Object target = Objects.requireNonNull(invocation.getThis(), "target");
		LockOperation operation = this.operations.get(invocation.getMethod(), target.getClass());
		return proceed(invocation, operation.guards(target), 0);
	}

	private static @Nullable Object proceed(MethodInvocation invocation, List<Guard> guards, int next)
			throws Throwable {
		if (next == guards.size()) {
			return invocation.proceed();
		}
		Guard guard = guards.get(next);
		return (guard instanceof PermitGuard limit) ? proceedWithPermit(invocation, guards, next, limit)
				: proceedUnderLock(invocation, guards, next, (LockGuard) guard);
	}

	private static @Nullable Object proceedWithPermit(MethodInvocation invocation, List<Guard> guards, int next,
			PermitGuard guard) throws Throwable {
		try (LockAttempt permit = guard.acquire()) {
			return proceed(invocation, guards, next + 1);
		}
	}

	private static @Nullable Object proceedUnderLock(MethodInvocation invocation, List<Guard> guards, int next,
			LockGuard guard) throws Throwable {
		int before = guard.acquire();
		Throwable failure = null;
		try {
			return proceed(invocation, guards, next + 1);
		}
		catch (Throwable ex) {
			failure = ex;
			throw ex;
		}
		finally {
			guard.release(before, failure);
		}
	}

}
