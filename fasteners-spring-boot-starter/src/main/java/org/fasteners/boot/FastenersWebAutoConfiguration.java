package org.fasteners.boot;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.http.ProblemDetail;

/**
 * Lets web applications answer that a lock was not had in time, if that is wanted.
 */
@AutoConfiguration
@ConditionalOnClass(ProblemDetail.class)
@ConditionalOnWebApplication
@ConditionalOnProperty(prefix = "fasteners.web", name = "problem-details")
@EnableConfigurationProperties(FastenersProperties.class)
public final class FastenersWebAutoConfiguration {

	FastenersWebAutoConfiguration() {
	}

	@Bean
	LockTimeoutHandler fastenersLockTimeoutHandler(FastenersProperties properties) {
		return new LockTimeoutHandler(properties.getWeb().isShowHolder());
	}

}
