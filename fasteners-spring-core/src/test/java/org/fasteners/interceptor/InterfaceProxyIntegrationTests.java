package org.fasteners.interceptor;

import org.fasteners.config.EnableFasteners;

import org.springframework.aop.support.AopUtils;
import org.springframework.context.annotation.Configuration;

/**
 * The annotations lock through proxies that implement the interfaces of the bean.
 */
class InterfaceProxyIntegrationTests extends LockedPlacesContract {

	InterfaceProxyIntegrationTests() {
		super(ProxiesOfInterfaces.class);
	}

	@Override
	boolean isExpected(Object proxy) {
		return AopUtils.isJdkDynamicProxy(proxy);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class ProxiesOfInterfaces {

	}

}
