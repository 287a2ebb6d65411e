package org.fasteners.interceptor;

import org.fasteners.config.EnableFasteners;

import org.springframework.aop.support.AopUtils;
import org.springframework.context.annotation.Configuration;

/**
 * The annotations lock through proxies that extend the class of the bean.
 */
class ClassProxyIntegrationTests extends LockedPlacesContract {

	ClassProxyIntegrationTests() {
		super(ProxiesOfClasses.class);
	}

	@Override
	boolean isExpected(Object proxy) {
		return AopUtils.isCglibProxy(proxy);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners(proxyTargetClass = true)
	static class ProxiesOfClasses {

	}

}
