package org.fasteners.interceptor;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What has to be locked around a method, with everything resolved that can be resolved
 * ahead.
 */
final class LockOperation {

	/** All guards, if they are the same on every call. */
	private final @Nullable List<Guard> fixed;

	private final List<Step> steps;

	LockOperation(List<Step> steps) {
		this.steps = steps;
		this.fixed = steps.stream().allMatch(FixedStep.class::isInstance)
				? steps.stream().flatMap((step) -> step.guards(step).stream()).toList() : null;
	}

	/**
	 * The locks of a call, in the order in which they are to be acquired.
	 * @param target the bean instance
	 */
	List<Guard> guards(Object target) {
		if (this.fixed != null) {
			return this.fixed;
		}
		List<Guard> guards = new ArrayList<>();
		this.steps.forEach((step) -> guards.addAll(step.guards(target)));
		return guards;
	}

	/**
	 * What one annotation asks for.
	 */
	@FunctionalInterface
	interface Step {

		List<Guard> guards(Object target);

	}

	/**
	 * Asks for the same lock on every call.
	 *
	 * @param guard the lock
	 */
	record FixedStep(Guard guard) implements Step {

		@Override
		public List<Guard> guards(Object target) {
			return List.of(this.guard);
		}

	}

}
