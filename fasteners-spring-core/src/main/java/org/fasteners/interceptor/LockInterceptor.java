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

	/** In place of where a guard entered: a transaction had kept its lock before. */
	private static final int KEPT_BEFORE = -1;

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
		Object result = (guards.length == 1) ? proceedUnder(guards[0], guards, invocation, keeping)
				: proceedUnderAll(guards, invocation, keeping);
		return (result instanceof TimedOut timedOut) ? timedOut.guard().terms().reaction().react(timedOut, invocation)
				: operation.checked(result);
	}

	/** All locks are acquired. */
	private static @Nullable Object proceed(Guard[] guards, MethodInvocation invocation, @Nullable Keeping keeping)
			throws Throwable {
		if (keeping != null && keeping.wanted) {
			keeping.kept = TransactionHolds.keep(guards);
		}
		return invocation.proceed();
	}

	/**
	 * With one lock, which needs no bookkeeping. Returns a {@link TimedOut} if it was not
	 * acquired in time: then nothing has run.
	 */
	private static @Nullable Object proceedUnder(Guard guard, Guard[] guards, MethodInvocation invocation,
			@Nullable Keeping keeping) throws Throwable {
		if (keeping != null && TransactionHolds.haveKept(guard)) {
			// even a lock that cannot be entered again
			return proceed(guards, invocation, keeping);
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
			return proceed(guards, invocation, keeping);
		}
		catch (Throwable ex) {
			failure = ex;
			throw ex;
		}
		finally {
			leave(guard, before, place, sections, keeping != null && keeping.has(0), failure);
		}
	}

	/**
	 * With any number of locks, in a loop: a list of keys may have thousands, and a frame
	 * for each would use up the stack. Returns a {@link TimedOut} if one was not acquired
	 * in time: then nothing has run, and those before it are released.
	 */
	private static @Nullable Object proceedUnderAll(Guard[] guards, MethodInvocation invocation,
			@Nullable Keeping keeping) throws Throwable {
		LockSections sections = LockSections.ofThread();
		int[] before = new int[guards.length];
		int[] places = new int[guards.length];
		int next = 0;
		Throwable failure = null;
		try {
			while (next < guards.length) {
				Guard guard = guards[next];
				if (keeping != null && TransactionHolds.haveKept(guard)) {
					places[next++] = KEPT_BEFORE;
					continue;
				}
				int place = sections.next();
				int count = guard.count();
				if (count <= 0) {
					guard.requireStack();
				}
				long waited = guard.acquire();
				if (waited < 0) {
					return new TimedOut(guard, ~waited);
				}
				// from here on it is released, whatever happens
				before[next] = count;
				places[next++] = place;
				sections.enter(guard, waited);
			}
			return proceed(guards, invocation, keeping);
		}
		catch (Throwable ex) {
			failure = ex;
			throw ex;
		}
		finally {
			leaveAll(guards, next, before, places, sections, keeping, failure);
		}
	}

	/** In reverse, each of them even if others cannot be released. */
	private static void leaveAll(Guard[] guards, int next, int[] before, int[] places, LockSections sections,
			@Nullable Keeping keeping, @Nullable Throwable failure) throws Throwable {
		Throwable known = failure;
		for (int i = next - 1; i >= 0; i--) {
			if (places[i] != KEPT_BEFORE) {
				try {
					leave(guards[i], before[i], places[i], sections, keeping != null && keeping.has(i), known);
				}
				catch (Throwable ex) {
					// only if there was no failure before: that takes the others with it
					known = ex;
				}
			}
		}
		if (known != null && failure == null) {
			throw known;
		}
	}

	private static void leave(Guard guard, int before, int place, LockSections sections, boolean kept,
			@Nullable Throwable failure) {
		sections.leave(place);
		int count = before;
		if (count >= 0 && failure instanceof Error) {
			// what a transaction keeps from within the body is not to be repaired
			count += sections.kept(place + 1, guard);
		}
		if (kept) {
			guard.repair(count, failure);
		}
		else {
			guard.release(count, failure);
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
