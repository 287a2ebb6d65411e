package org.fasteners.boot;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

import org.fasteners.interceptor.LockAdvice;
import org.fasteners.interceptor.LockValidation;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers the advice as the environment says. As everywhere in Spring Boot, proxies
 * extend classes unless {@code spring.aop.proxy-target-class} is false.
 */
final class LockAdviceRegistrar implements ImportBeanDefinitionRegistrar {

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	private final Binder binder;

	private final boolean locking;

	LockAdviceRegistrar(Environment environment) {
		this.binder = Binder.get(environment);
		this.locking = Switches.locksAnnotations(environment);
	}

	@Override
	public void registerBeanDefinitions(AnnotationMetadata importingClass, BeanDefinitionRegistry registry) {
		int order = this.binder.bind("fasteners.aop.order", Integer.class).orElse(LockAdvice.DEFAULT_ORDER);
		boolean proxyTargetClass = this.binder.bind("spring.aop.proxy-target-class", Boolean.class).orElse(true);
		LockValidation validation = this.binder.bind("fasteners.validation", LockValidation.class)
			.orElse(LockValidation.FAIL);
		if (this.locking) {
			LockAdvice.register(registry, order, proxyTargetClass, validation);
		}
		else {
			LOGGER.log(Level.WARNING,
					"fasteners.enabled=false: lock annotations do not lock, their methods run without their locks; locks that code acquires by LockRegistry do");
			LockAdvice.registerSwitchedOff(registry, order, proxyTargetClass);
		}
	}

}
