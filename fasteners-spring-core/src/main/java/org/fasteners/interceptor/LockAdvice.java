package org.fasteners.interceptor;

import org.springframework.aop.config.AopConfigUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.Ordered;

/**
 * Puts the advice behind the annotations into an application context. For configurations;
 * applications use {@code @EnableFasteners} or the Boot starter.
 */
public final class LockAdvice {

	/**
	 * The order of the advice unless another is set: outside the transaction, whose
	 * advice has the lowest precedence by default, so that the lock is released after the
	 * commit; and inside security.
	 */
	public static final int DEFAULT_ORDER = Ordered.LOWEST_PRECEDENCE - 100;

	static final String ADVISOR_BEAN_NAME = "org.fasteners.interceptor.internalLockAdvisor";

	static final String VALIDATOR_BEAN_NAME = "org.fasteners.interceptor.internalLockValidator";

	private LockAdvice() {
	}

	/**
	 * Register the advisor, the checks at start-up and Spring's auto-proxy creator,
	 * unless they are there already: whoever registers first sets the order. Needs a
	 * {@link org.fasteners.LockRegistry} bean as soon as there is an annotated bean.
	 * @param registry where to register
	 * @param order the order of the advice among others, as {@link Ordered} has it
	 * @param proxyTargetClass whether proxies extend the class of the bean rather than
	 * implement its interfaces; {@code true} applies to all auto-proxies of the context
	 * @param validation what happens if an annotation cannot lock
	 */
	public static void register(BeanDefinitionRegistry registry, int order, boolean proxyTargetClass,
			LockValidation validation) {
		// Without this an advisor is ignored in silence where nothing else asks for
		// proxies.
		AopConfigUtils.registerAutoProxyCreatorIfNecessary(registry);
		if (proxyTargetClass) {
			AopConfigUtils.forceAutoProxyCreatorToUseClassProxying(registry);
		}
		if (!registry.containsBeanDefinition(ADVISOR_BEAN_NAME)) {
			RootBeanDefinition advisor = infrastructure(LockAdvisor.class);
			advisor.getPropertyValues().add("order", order);
			registry.registerBeanDefinition(ADVISOR_BEAN_NAME, advisor);
			RootBeanDefinition validator = infrastructure(LockValidator.class);
			validator.getConstructorArgumentValues().addGenericArgumentValue(validation);
			registry.registerBeanDefinition(VALIDATOR_BEAN_NAME, validator);
		}
	}

	/**
	 * Return whether a context has the advice itself.
	 * @param factory the context or its bean factory
	 * @return {@code true} if it was registered there
	 */
	public static boolean isRegisteredIn(ListableBeanFactory factory) {
		return factory.containsBeanDefinition(ADVISOR_BEAN_NAME);
	}

	/**
	 * Return whether a context or one of its parents has the advice.
	 * @param factory the context or its bean factory
	 * @return {@code true} if it was registered in one of them
	 */
	public static boolean isVisibleIn(BeanFactory factory) {
		return factory.containsBean(ADVISOR_BEAN_NAME);
	}

	/**
	 * Register the advisor so that annotated methods run without their locks, but enter
	 * their sections, so that {@link org.fasteners.Locks#requireHeld(String)} holds in
	 * the beans of this context. Nothing is checked at start-up, and the registry is not
	 * used. An advisor that is there already is switched off.
	 * @param registry where to register
	 * @param order the order of the advice among others, as {@link Ordered} has it
	 * @param proxyTargetClass whether proxies extend the class of the bean rather than
	 * implement its interfaces; {@code true} applies to all auto-proxies of the context
	 */
	public static void registerSwitchedOff(BeanDefinitionRegistry registry, int order, boolean proxyTargetClass) {
		register(registry, order, proxyTargetClass, LockValidation.OFF);
		registry.getBeanDefinition(ADVISOR_BEAN_NAME).getPropertyValues().add("locking", false);
		registry.removeBeanDefinition(VALIDATOR_BEAN_NAME);
	}

	/** The role without which the auto-proxy creator does not see an advisor. */
	private static RootBeanDefinition infrastructure(Class<?> type) {
		RootBeanDefinition definition = new RootBeanDefinition(type);
		definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE);
		return definition;
	}

}
