package org.fasteners.interceptor;

import java.lang.reflect.Method;
import java.util.Locale;
import java.util.Objects;

import org.aopalliance.intercept.MethodInvocation;
import org.fasteners.LockTimeoutException;
import org.fasteners.annotation.LockFailureHandler;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Lets the application's handler decide, if it has one; otherwise the call fails.
 *
 * @param beans where the handler is looked for, when it is needed
 */
record HandledTimeout(BeanFactory beans) implements TimeoutReaction {

	@Override
	public @Nullable Object react(TimedOut timedOut, MethodInvocation invocation) throws Throwable {
		LockTimeoutException timeout = timedOut.exception();
		LockFailureHandler handler = handler(timeout);
		if (handler == null) {
			throw timeout;
		}
		Method method = AopUtils.getMostSpecificMethod(invocation.getMethod(),
				Objects.requireNonNull(invocation.getThis()).getClass());
		Object result = handler.handle(timeout, method, invocation.getArguments());
		Class<?> type = method.getReturnType();
		if (type == void.class) {
			return null;
		}
		if (!ClassUtils.isAssignableValue(type, result)) {
			throw new IllegalStateException(String.format(Locale.ROOT, "%s returned %s for %s, which returns %s",
					handler.getClass().getName(), (result != null) ? "a " + result.getClass().getName() : "null",
					timedOut.guard().terms().place(), type.getName()), timeout);
		}
		return result;
	}

	private @Nullable LockFailureHandler handler(LockTimeoutException timeout) {
		try {
			return this.beans.getBeanProvider(LockFailureHandler.class).getIfAvailable();
		}
		catch (BeansException ex) {
			timeout.addSuppressed(ex);
			throw new IllegalStateException(
					"The LockFailureHandler that is to decide cannot be had: " + ex.getMostSpecificCause().getMessage(),
					timeout);
		}
	}

}
