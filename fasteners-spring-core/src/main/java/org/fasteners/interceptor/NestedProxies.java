package org.fasteners.interceptor;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;

import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.SpringProxy;
import org.springframework.aop.TargetSource;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.target.AbstractBeanFactoryBasedTargetSource;
import org.springframework.aop.target.HotSwappableTargetSource;
import org.springframework.aop.target.SingletonTargetSource;

/**
 * Proxies whose target is a proxy again, as two auto-proxy creators make them, or one
 * around the product of a {@code ProxyFactoryBean}. Each of them may have the advice.
 * <p>
 * Rule: of several advices of one method that lock by one registry, the innermost locks,
 * and the others step aside. The innermost is the one that sees the object itself, whose
 * identity, fields and class say which lock is meant, and the one that no caller of the
 * inner bean can pass by. Where it is not known whether an inner one locks, the start is
 * refused.
 */
final class NestedProxies {

	private NestedProxies() {
	}

	/**
	 * Whether an advice on the target of a call locks the method, too.
	 * @param proxy the target, which is a proxy
	 * @param own the operations of the advice that asks
	 */
	static boolean lockFurtherIn(Object proxy, Method method, LockOperations own) {
		Object candidate = proxy;
		while (candidate instanceof Advised advised) {
			Class<?> type = LockChecks.userClass(candidate);
			if (Arrays.stream(advised.getAdvisors())
				.anyMatch((advisor) -> advisor instanceof LockAdvisor inner && inner.operations().locksLike(own)
						&& inner.getPointcut().getMethodMatcher().matches(method, type))) {
				return true;
			}
			TargetSource source = advised.getTargetSource();
			if (source instanceof AbstractBeanFactoryBasedTargetSource) {
				// its targets are beans, which have proxies of their own
				return true;
			}
			candidate = fixedTarget(source);
		}
		return false;
	}

	/** The object behind a proxy, as far as it is always the same. */
	static Object behind(Object proxy) {
		Object object = proxy;
		while (object instanceof Advised advised) {
			Object next = fixedTarget(advised.getTargetSource());
			if (next == null) {
				return object;
			}
			object = next;
		}
		return object;
	}

	/** The target, if asking for it does nothing. */
	static @Nullable Object fixedTarget(TargetSource source) {
		if (source instanceof SingletonTargetSource singleton) {
			return singleton.getTarget();
		}
		return (source instanceof HotSwappableTargetSource swappable) ? swappable.getTarget() : null;
	}

	/** Why it cannot be known whether an advice locks further in, if that is so. */
	static Optional<String> obstacle(Object bean) {
		boolean locks = false;
		Object candidate = bean;
		while (candidate instanceof Advised advised) {
			TargetSource source = advised.getTargetSource();
			Object next = fixedTarget(source);
			if (locks && next == null && !(source instanceof AbstractBeanFactoryBasedTargetSource)) {
				return Optional.of("it has a proxy within its proxy, whose target changes ("
						+ source.getClass().getSimpleName() + ")");
			}
			locks |= Arrays.stream(advised.getAdvisors()).anyMatch(LockAdvisor.class::isInstance);
			candidate = next;
		}
		return (candidate instanceof SpringProxy) ? Optional.of("one of its proxies is opaque") : Optional.empty();
	}

	/** A call as an advice on its real target would see it. */
	static MethodInvocation on(Object target, MethodInvocation invocation) {
		return new OnTarget(target, invocation);
	}

	/**
	 * A call with another target in what it tells.
	 */
	private record OnTarget(Object target, MethodInvocation invocation) implements MethodInvocation {

		@Override
		public Object getThis() {
			return this.target;
		}

		@Override
		public Method getMethod() {
			return this.invocation.getMethod();
		}

		@Override
		public @Nullable Object[] getArguments() {
			return this.invocation.getArguments();
		}

		@Override
		public AccessibleObject getStaticPart() {
			return this.invocation.getStaticPart();
		}

		@Override
		public @Nullable Object proceed() throws Throwable {
			return this.invocation.proceed();
		}

	}

}
