package org.fasteners.interceptor;

import java.util.Arrays;
import java.util.stream.Stream;

import org.springframework.aop.config.AopConfigUtils;
import org.springframework.aop.framework.autoproxy.AbstractAdvisorAutoProxyCreator;
import org.springframework.aop.framework.autoproxy.InfrastructureAdvisorAutoProxyCreator;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * What is known of the auto-proxy creators of a context without making them.
 */
final class AutoProxyCreators {

	private AutoProxyCreators() {
	}

	/**
	 * Whether proxies extend classes. Set in one place by Spring Framework 6 and in
	 * another by 7.
	 */
	static boolean extendClasses(ConfigurableListableBeanFactory factory) {
		return Stream
			.of(AopConfigUtils.AUTO_PROXY_CREATOR_BEAN_NAME,
					"org.springframework.aop.framework.autoproxy.defaultProxyConfig")
			.filter(factory::containsBeanDefinition)
			.anyMatch((name) -> Boolean.TRUE
				.equals(factory.getBeanDefinition(name).getPropertyValues().get("proxyTargetClass")));
	}

	/** Whether one takes advisors of parent contexts: all but that of infrastructure. */
	static boolean takeAdvisorsOfParents(ConfigurableListableBeanFactory factory) {
		return Arrays.stream(factory.getBeanNamesForType(AbstractAdvisorAutoProxyCreator.class, true, false))
			.map((name) -> factory.getType(name, false))
			.anyMatch((type) -> type != null && !InfrastructureAdvisorAutoProxyCreator.class.isAssignableFrom(type));
	}

}
