package org.fasteners.boot;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Boolean properties that are needed before the properties are bound. They are read as
 * Spring Boot binds a {@code boolean}, unlike by {@code @ConditionalOnProperty}, so that
 * {@code off}, {@code no} and {@code 0} are false as well.
 */
final class Switches {

	private Switches() {
	}

	/** Whether annotated methods acquire their locks. */
	static boolean locksAnnotations(Environment environment) {
		return isOn(environment, "fasteners.enabled", true);
	}

	/** Whether a lock timeout becomes a response with problem details. */
	static boolean answersWithProblemDetails(Environment environment) {
		return isOn(environment, "fasteners.web.problem-details", false);
	}

	private static boolean isOn(Environment environment, String property, boolean otherwise) {
		return Binder.get(environment).bind(property, Boolean.class).orElse(otherwise);
	}

}
