package org.fasteners.boot;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Registers the lock advice in the child context that Spring Boot creates for a separate
 * management port.
 */
@Configuration(proxyBeanMethods = false)
@Import(LockAdviceRegistrar.class)
final class FastenersManagementContextConfiguration {

}
