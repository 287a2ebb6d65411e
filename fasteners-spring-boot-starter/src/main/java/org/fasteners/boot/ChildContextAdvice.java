package org.fasteners.boot;

import org.fasteners.interceptor.LockAdvice;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Brings the advice into a child context whose parent has it: advice of a parent does not
 * apply to beans of its children, which may have no auto-configuration. Runs after the
 * configurations of the child, so that one of its own goes first.
 */
final class ChildContextAdvice implements ApplicationContextInitializer<ConfigurableApplicationContext> {

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		context.addBeanFactoryPostProcessor((beanFactory) -> register(context, beanFactory));
	}

	private static void register(ConfigurableApplicationContext context, ConfigurableListableBeanFactory beanFactory) {
		BeanFactory parent = context.getParent();
		if (parent != null && LockAdvice.isVisibleIn(parent) && !LockAdvice.isRegisteredIn(beanFactory)
				&& beanFactory instanceof BeanDefinitionRegistry registry) {
			new LockAdviceRegistrar(context.getEnvironment()).register(registry);
		}
	}

}
