package org.fasteners.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.fasteners.interceptor.LockAdvice;
import org.fasteners.interceptor.LockValidation;

import org.springframework.context.annotation.Import;

/**
 * Switches the lock annotations on, on a {@code @Configuration} class, in Spring without
 * Boot; the Boot starter does it by itself. Nothing else has to be enabled. The context
 * needs a {@link org.fasteners.LockRegistry} bean:
 *
 * <pre class="code">
 * &#064;Configuration
 * &#064;EnableFasteners
 * class LockConfiguration {
 *
 *     &#064;Bean
 *     LockRegistry lockRegistry() {
 *         return LockRegistries.builder().lockDirectory(Path.of("/var/lib/app/locks")).build();
 *     }
 *
 * }
 * </pre>
 * <p>
 * Applies to the beans of the context that it stands in, not to those of its children, as
 * all advice in Spring: a child whose beans have lock annotations needs its own, and does
 * not start without. It may take the registry of its parent.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Import(FastenersRegistrar.class)
public @interface EnableFasteners {

	/**
	 * The order of the advice among others. By default outside the transaction and inside
	 * security.
	 * @return the order, as {@link org.springframework.core.Ordered} has it
	 */
	int order() default LockAdvice.DEFAULT_ORDER;

	/**
	 * Whether proxies extend the class of the bean rather than implement its interfaces.
	 * {@code true} applies to all auto-proxies of the context.
	 * @return whether to proxy by class
	 */
	boolean proxyTargetClass() default false;

	/**
	 * What happens at start-up if a lock annotation cannot lock.
	 * @return by default the application does not start
	 */
	LockValidation validation() default LockValidation.FAIL;

}
