package org.fasteners.interceptor;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.aopalliance.aop.Advice;

import org.springframework.aop.Advisor;
import org.springframework.aop.PointcutAdvisor;
import org.springframework.aop.SpringProxy;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.interceptor.AsyncExecutionInterceptor;
import org.springframework.aop.support.AopUtils;

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
		// a proxy, and not the ProxyFactoryBean that makes one
		while (candidate instanceof SpringProxy && candidate instanceof Advised advised) {
			advisors.addAll(List.of(advised.getAdvisors()));
			candidate = NestedProxies.fixedTarget(advised.getTargetSource());
		}
		return new ProxyChain(advisors, candidate != null);
	}

	/** Whether our advice is sure to be missing. */
	boolean lacksLocks() {
		return this.complete && innermostLock() < 0;
	}

	/** Whether a method is handed to another thread when its lock is held already. */
	boolean isAsynchronousInsideTheLock(Method method, Class<?> type) {
		return insideTheLock(method, type).anyMatch(AsyncExecutionInterceptor.class::isInstance);
	}

	/** Whether a worker takes over before the lock of a method is acquired. */
	boolean isAsynchronousOutsideTheLock(Method method, Class<?> type) {
		int lock = innermostLock();
		return lock < 0 || adviceOf(this.advisors.subList(0, lock), method, type)
			.anyMatch(AsyncExecutionInterceptor.class::isInstance);
	}

	/** Whether a transaction has begun already when the lock of a method is taken. */
	boolean hasTransactionOutsideTheLock(Method method, Class<?> type) {
		int lock = innermostLock();
		return lock >= 0 && adviceOf(this.advisors.subList(0, lock), method, type)
			.anyMatch((advice) -> TRANSACTION.equals(advice.getClass().getName()));
	}

	/** What stands between the lock of a method and its body. */
	Stream<Advice> insideTheLock(Method method, Class<?> type) {
		int lock = innermostLock();
		return (lock >= 0) ? adviceOf(this.advisors.subList(lock + 1, this.advisors.size()), method, type)
				: Stream.empty();
	}

	private static Stream<Advice> adviceOf(List<Advisor> advisors, Method method, Class<?> type) {
		return advisors.stream()
			.filter((advisor) -> advisor instanceof PointcutAdvisor one && AopUtils.canApply(one.getPointcut(), type)
					&& one.getPointcut().getMethodMatcher().matches(method, type))
			.map(Advisor::getAdvice);
	}

	/** Whether the advice is there more than once. */
	boolean repeatsLocks() {
		return this.advisors.stream().filter(LockAdvisor.class::isInstance).count() > 1;
	}

	/** Whether there are advices that lock by different registries. */
	boolean mixesRegistries() {
		List<LockOperations> operations = this.advisors.stream()
			.filter(LockAdvisor.class::isInstance)
			.map((advisor) -> ((LockAdvisor) advisor).operations())
			.toList();
		return operations.stream().anyMatch((one) -> !one.locksLike(operations.get(0)));
	}

	/** Of several advices the innermost locks. */
	private int innermostLock() {
		int last = this.advisors.size() - 1;
		while (last >= 0 && !(this.advisors.get(last) instanceof LockAdvisor)) {
			last--;
		}
		return last;
	}

}
