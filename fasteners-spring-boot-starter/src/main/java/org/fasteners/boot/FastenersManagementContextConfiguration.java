package org.fasteners.boot;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Brings the advice into the child context that Spring Boot makes for a management port
 * of its own.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(prefix = "fasteners", name = "enabled", matchIfMissing = true)
@Import(LockAdviceRegistrar.class)
final class FastenersManagementContextConfiguration {

}
