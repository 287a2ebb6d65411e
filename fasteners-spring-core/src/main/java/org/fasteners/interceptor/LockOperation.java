package org.fasteners.interceptor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * What has to be locked around a method, with everything resolved that can be resolved
 * ahead.
 */
final class LockOperation {

	/** Stands for what a call on a proxy needs: it is the object behind that says it. */
	static final LockOperation OF_PROXY = new LockOperation(List.of(), false, null);

	/** All guards, if they are the same on every call. */
	private final Guard @Nullable [] fixed;

	private final List<Step> steps;

	private final boolean untilCompletion;

	private final @Nullable DeferredResults results;

	/**
	 * @param steps what the annotations ask for
	 * @param untilCompletion whether any is to be kept until a transaction has ended
	 * @param results the check of what the method returns, if it needs one
	 */
	LockOperation(List<Step> steps, boolean untilCompletion, @Nullable DeferredResults results) {
		this.steps = List.copyOf(steps);
		this.untilCompletion = untilCompletion;
		this.results = results;
		this.fixed = steps.stream().allMatch(Fixed.class::isInstance)
				? sorted(steps.stream().map((step) -> ((Fixed) step).guard()).toList()) : null;
	}

	boolean untilCompletion() {
		return this.untilCompletion;
	}

	/**
	 * Check what the method returned.
	 * @return what it returned
	 */
	@Nullable Object checked(@Nullable Object result) {
		if (this.results != null) {
			this.results.check(result);
		}
		return result;
	}

	/**
	 * The guards of a call, in the order in which they are to be acquired.
	 */
	Guard[] guards(MethodInvocation invocation, Object target) {
		if (this.fixed != null) {
			return this.fixed;
		}
		if (this.steps.size() == 1) {
			return sorted(this.steps.get(0).guards(invocation, target));
		}
		List<Guard> guards = new ArrayList<>();
		this.steps.forEach((step) -> guards.addAll(step.guards(invocation, target)));
		return sorted(guards);
	}

	private static Guard[] sorted(List<Guard> guards) {
		Guard[] sorted = guards.toArray(Guard[]::new);
		if (sorted.length > 1) {
			Arrays.sort(sorted, Guard.ORDER);
		}
		return sorted;
	}

	/**
	 * What one annotation asks for.
	 */
	@FunctionalInterface
	interface Step {

		List<Guard> guards(MethodInvocation invocation, Object target);

	}

	/**
	 * Asks for the same lock on every call.
	 *
	 * @param guard the lock
	 */
	record Fixed(Guard guard) implements Step {

		@Override
		public List<Guard> guards(MethodInvocation invocation, Object target) {
			return List.of(this.guard);
		}

	}

}
