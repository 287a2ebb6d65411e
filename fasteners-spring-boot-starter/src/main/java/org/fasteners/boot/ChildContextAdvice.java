package org.fasteners.boot;

import org.fasteners.interceptor.LockAdvice;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Registers the lock advice in a child context if its parent has it. The advice of a
 * parent does not apply to beans of its children, and a child may have no
 * auto-configuration. Runs after the configuration classes of the child, so that advice
 * that the child registers itself takes precedence.
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
