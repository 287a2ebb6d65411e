package org.fasteners.boot;

import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Brings the advice into the child context that Spring Boot makes for a management port
 * of its own.
 */
@Configuration(proxyBeanMethods = false)
@Import(LockAdviceRegistrar.class)
final class FastenersManagementContextConfiguration {

}
