package org.fasteners.interceptor;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.Advisor;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.interceptor.AsyncExecutionInterceptor;

/**
 * What stands in front of a finished bean.
 *
 * @param advisors all advisors from the outside in, through proxies of proxies
 * @param complete whether they are all; a target that changes, as with a scope, is a bean
 * that is looked at by itself
 */
record ProxyChain(List<Advisor> advisors, boolean complete) {

	/** By name, for it need not be there. */
	private static final String TRANSACTION = "org.springframework.transaction.interceptor.TransactionInterceptor";

	static ProxyChain of(Object bean) {
		List<Advisor> advisors = new ArrayList<>();
		Object candidate = bean;
		while (candidate instanceof Advised advised) {
			advisors.addAll(List.of(advised.getAdvisors()));
			candidate = AopProxyUtils.getSingletonTarget(candidate);
		}
		return new ProxyChain(advisors, candidate != null);
	}

	/** Whether our advice is sure to be missing. */
	boolean lacksLocks() {
		return this.complete && lockAdvisor() == null;
	}

	/** Whether a method is handed to another thread when its lock is held already. */
	boolean isAsynchronousInsideTheLock(Method method, Class<?> type) {
		Advisor lock = lockAdvisor();
		return lock != null && this.advisors.stream()
			.skip(this.advisors.indexOf(lock))
			.anyMatch((advisor) -> advisor.getAdvice() instanceof AsyncExecutionInterceptor
					&& advisor instanceof PointcutAdvisor async
					&& async.getPointcut().getMethodMatcher().matches(method, type));
	}

	/** Whether a transaction has begun already when the lock of a method is taken. */
	boolean hasTransactionOutsideTheLock(Method method, Class<?> type) {
		Advisor lock = lockAdvisor();
		return lock != null && this.advisors.stream()
			.limit(this.advisors.indexOf(lock))
			.anyMatch((advisor) -> TRANSACTION.equals(advisor.getAdvice().getClass().getName())
					&& advisor instanceof PointcutAdvisor transaction
					&& transaction.getPointcut().getMethodMatcher().matches(method, type));
	}

	private @Nullable Advisor lockAdvisor() {
		return this.advisors.stream().filter(LockAdvisor.class::isInstance).findFirst().orElse(null);
	}

}
