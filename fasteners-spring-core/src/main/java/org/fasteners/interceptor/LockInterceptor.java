package org.fasteners.interceptor;

import java.lang.reflect.Method;
import java.util.Locale;
import java.util.Objects;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.fasteners.LockSections;
import org.jspecify.annotations.Nullable;

/**
 * Runs a method under its locks: acquires all in their order or none, and releases in
 * reverse what no transaction keeps.
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
		return (operation == LockOperation.OF_PROXY) ? invokeOnProxy(invocation, target)
				: run(invocation, target, operation);
	}

	private @Nullable Object invokeOnProxy(MethodInvocation invocation, Object proxy) throws Throwable {
		Method method = invocation.getMethod();
		if (NestedProxies.lockFurtherIn(proxy, method, this.operations)) {
			return invocation.proceed();
		}
		Object target = NestedProxies.behind(proxy);
		LockOperation operation = this.operations.get(method, LockChecks.userClass(target));
		if (operation == LockOperation.OF_PROXY) {
			throw new IllegalStateException(
					String.format(Locale.ROOT, "%s cannot be locked: the object behind its proxies is not known",
							LockChecks.place(method.getDeclaringClass(), method)));
		}
		return run(NestedProxies.on(target, invocation), target, operation);
	}

	private static @Nullable Object run(MethodInvocation invocation, Object target, LockOperation operation)
			throws Throwable {
		Guard[] guards = operation.guards(invocation, target);
		Keeping keeping = Transactions.areActive() ? new Keeping(operation.untilCompletion()) : null;
		Object result = proceed(invocation, guards, 0, keeping);
		return (result instanceof TimedOut timedOut) ? timedOut.guard().terms().reaction().react(timedOut, invocation)
				: operation.checked(result);
	}

	/** Returns a {@link TimedOut} if a lock was not had in time: then nothing has run. */
	private static @Nullable Object proceed(MethodInvocation invocation, Guard[] guards, int next,
			@Nullable Keeping keeping) throws Throwable {
		if (next < guards.length) {
			return proceedUnder(guards[next], invocation, guards, next, keeping);
		}
		if (keeping != null && keeping.wanted) {
			keeping.kept = TransactionHolds.keep(guards);
		}
		return invocation.proceed();
	}

	private static @Nullable Object proceedUnder(Guard guard, MethodInvocation invocation, Guard[] guards, int next,
			@Nullable Keeping keeping) throws Throwable {
		if (keeping != null && TransactionHolds.haveKept(guard)) {
			// even a lock that cannot be entered again
			return proceed(invocation, guards, next + 1, keeping);
		}
		LockSections sections = LockSections.ofThread();
		int place = sections.next();
		int before = guard.count();
		if (before <= 0) {
			guard.requireStack();
		}
		long waited = guard.acquire();
		if (waited < 0) {
			return new TimedOut(guard, ~waited);
		}
		Throwable failure = null;
		try {
			sections.enter(guard, waited);
			return proceed(invocation, guards, next + 1, keeping);
		}
		catch (Throwable ex) {
			failure = ex;
			throw ex;
		}
		finally {
			sections.leave(place);
			if (before >= 0 && failure instanceof Error) {
				// what a transaction keeps from within the body is not to be repaired
				before += sections.kept(place + 1, guard);
			}
			if (keeping != null && keeping.has(next)) {
				guard.repair(before, failure);
			}
			else {
				guard.release(before, failure);
			}
		}
	}

	/**
	 * Which guards of a call a transaction keeps; none before the body begins.
	 */
	private static final class Keeping {

		private final boolean wanted;

		private boolean @Nullable [] kept;

		Keeping(boolean wanted) {
			this.wanted = wanted;
		}

		boolean has(int guard) {
			return this.kept != null && this.kept[guard];
		}

	}

}
