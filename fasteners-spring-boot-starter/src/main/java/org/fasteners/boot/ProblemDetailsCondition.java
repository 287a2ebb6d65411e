package org.fasteners.boot;

import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches if {@code fasteners.web.problem-details} is true.
 */
final class ProblemDetailsCondition implements Condition {

	@Override
	public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
		return Switches.answersWithProblemDetails(context.getEnvironment());
	}

}
