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
		if (guard instanceof PermitGuard limit) {
			try (LockAttempt permit = limit.acquire()) {
				return proceed(invocation, guards, next + 1);
			}
		}
		LockGuard lock = (LockGuard) guard;
		int before = lock.acquire();
		Throwable failure = null;
		try {
			return proceed(invocation, guards, next + 1);
		}
		catch (Throwable ex) {
			failure = ex;
			throw ex;
		}
		finally {
			lock.release(before, failure);
		}
	}

}
