package org.fasteners.boot;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

import org.fasteners.interceptor.LockAdvice;
import org.fasteners.interceptor.LockValidation;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.HierarchicalBeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers the lock advice as configured in the environment, and the check of the lock
 * directory. As everywhere in Spring Boot, proxies are subclasses unless
 * {@code spring.aop.proxy-target-class} is false.
 */
final class LockAdviceRegistrar implements ImportBeanDefinitionRegistrar {

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	/** Bean of the auto-configuration; absent if the application defines its own. */
	private static final String LOCK_REGISTRY = "fastenersLockRegistry";

	private final Binder binder;

	private final boolean locking;

	LockAdviceRegistrar(Environment environment) {
		this.binder = Binder.get(environment);
		this.locking = Switches.locksAnnotations(environment);
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata importingClass, BeanDefinitionRegistry registry) {
		register(registry);
	}

	void register(BeanDefinitionRegistry registry) {
		int order = this.binder.bind("fasteners.aop.order", Integer.class).orElse(LockAdvice.DEFAULT_ORDER);
		boolean proxyTargetClass = this.binder.bind("spring.aop.proxy-target-class", Boolean.class).orElse(true);
		LockValidation validation = this.binder.bind("fasteners.validation", LockValidation.class)
			.orElse(LockValidation.FAIL);
		if (!this.locking) {
			if (!isLoggedByParent(registry)) {
				LOGGER.log(Level.WARNING,
						"fasteners.enabled=false: annotated methods run without acquiring their locks; locks that code acquires through LockRegistry are not affected");
			}
			LockAdvice.registerSwitchedOff(registry, order, proxyTargetClass);
			return;
		}
		LockAdvice.register(registry, order, proxyTargetClass, validation);
		// after the advice, whose findings are reported first: callbacks run in this
		// order
		if (registry.containsBeanDefinition(LOCK_REGISTRY)) {
			registry.registerBeanDefinition("fastenersLockDirectoryCheck",
					BeanDefinitionBuilder.genericBeanDefinition(LockDirectoryCheck.class)
						.setRole(BeanDefinition.ROLE_INFRASTRUCTURE)
						.setLazyInit(false)
						.getBeanDefinition());
		}
	}

	private static boolean isLoggedByParent(BeanDefinitionRegistry registry) {
		BeanFactory parent = (registry instanceof HierarchicalBeanFactory factory) ? factory.getParentBeanFactory()
				: null;
		return parent != null && LockAdvice.isVisibleIn(parent)
				&& !Switches.locksAnnotations(parent.getBean(Environment.class));
	}

}
