package org.fasteners.boot;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Properties that switch something on or off and are needed before they are bound. Read
 * as Spring Boot binds a {@code boolean}, unlike by {@code @ConditionalOnProperty}, so
 * that {@code off}, {@code no} and {@code 0} are false as well.
 */
final class Switches {

	private Switches() {
	}

	/** Whether lock annotations lock. */
	static boolean locksAnnotations(Environment environment) {
		return isOn(environment, "fasteners.enabled", true);
	}

	/** Whether a timeout becomes a response with problem details. */
	static boolean answersWithProblemDetails(Environment environment) {
		return isOn(environment, "fasteners.web.problem-details", false);
	}

	private static boolean isOn(Environment environment, String property, boolean otherwise) {
		return Binder.get(environment).bind(property, Boolean.class).orElse(otherwise);
	}

}
