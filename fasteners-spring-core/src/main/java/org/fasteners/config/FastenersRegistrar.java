package org.fasteners.config;

import org.fasteners.interceptor.LockAdvice;
import org.fasteners.interceptor.LockValidation;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.type.AnnotationMetadata;

/**
 * What {@link EnableFasteners} imports.
 */
final class FastenersRegistrar implements ImportBeanDefinitionRegistrar {

	@Override
	public void registerBeanDefinitions(AnnotationMetadata importingClass, BeanDefinitionRegistry registry) {
		MergedAnnotation<EnableFasteners> enable = importingClass.getAnnotations().get(EnableFasteners.class);
		LockAdvice.register(registry, enable.getInt("order"), enable.getBoolean("proxyTargetClass"),
				enable.getEnum("validation", LockValidation.class));
	}

}
