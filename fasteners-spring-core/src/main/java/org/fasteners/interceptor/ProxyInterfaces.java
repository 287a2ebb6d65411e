package org.fasteners.interceptor;

import java.util.Arrays;

import org.springframework.aop.framework.ProxyProcessorSupport;
import org.springframework.util.ClassUtils;

/**
 * Spring's own idea of which interfaces are worth a proxy.
 */
final class ProxyInterfaces extends ProxyProcessorSupport {

	private static final long serialVersionUID = 1L;

	private static final ProxyInterfaces RULES = new ProxyInterfaces();

	private ProxyInterfaces() {
	}

	/** Whether a proxy may implement interfaces of a class in place of extending it. */
	static boolean areThere(Class<?> type) {
		return Arrays.stream(ClassUtils.getAllInterfacesForClass(type))
			.anyMatch((candidate) -> !RULES.isConfigurationCallbackInterface(candidate)
					&& !RULES.isInternalLanguageInterface(candidate) && candidate.getMethods().length > 0);
	}

}
