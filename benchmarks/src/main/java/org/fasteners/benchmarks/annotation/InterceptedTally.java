package org.fasteners.benchmarks.annotation;

import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.Advisor;
import org.springframework.aop.support.ComposablePointcut;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.RootClassFilter;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;

/**
 * The bean behind a Spring proxy whose interceptor does nothing: the base cost of any
 * annotation. It is advised like the locked bean, by an infrastructure advisor and a
 * proxy that extends the class.
 */
public class InterceptedTally extends BeanUnderTest<Tally> {

	/**
	 * Called by JMH.
	 */
	public InterceptedTally() {
		super(Tally.class, Application.class);
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(AopAutoConfiguration.class)
	@Import(DirectTally.Application.class)
	static class Application {

		@Bean
		@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
		static Advisor nothing() {
			return new DefaultPointcutAdvisor(new ComposablePointcut(new RootClassFilter(Tally.class)), new Nothing());
		}

	}

	private static final class Nothing implements MethodInterceptor {

		@Override
		public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
			return invocation.proceed();
		}

	}

}
