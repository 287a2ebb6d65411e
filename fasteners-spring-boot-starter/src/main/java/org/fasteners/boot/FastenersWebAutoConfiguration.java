package org.fasteners.boot;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.http.ProblemDetail;

/**
 * Auto-configuration for problem details as the response to a lock timeout. Off unless
 * {@code fasteners.web.problem-details} is set.
 */
@AutoConfiguration
@ConditionalOnClass(ProblemDetail.class)
@ConditionalOnWebApplication
@Conditional(ProblemDetailsCondition.class)
@EnableConfigurationProperties(FastenersProperties.class)
public final class FastenersWebAutoConfiguration {

	FastenersWebAutoConfiguration() {
	}

	@Bean
	LockTimeoutHandler fastenersLockTimeoutHandler(FastenersProperties properties) {
		return new LockTimeoutHandler(properties.getWeb().isShowHolder(), properties.getWeb().getRetryAfter());
	}

}
