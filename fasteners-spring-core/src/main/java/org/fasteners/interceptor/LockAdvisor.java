package org.fasteners.interceptor;

import java.lang.reflect.Method;

import org.aopalliance.aop.Advice;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.Pointcut;
import org.springframework.aop.support.AbstractPointcutAdvisor;
import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * Brings the {@link LockInterceptor} to the methods that have lock annotations. Depends
 * on nothing but the bean factory, so that it can be made early without dragging other
 * beans along.
 */
final class LockAdvisor extends AbstractPointcutAdvisor implements BeanFactoryAware {

	private static final long serialVersionUID = 1L;

	private final transient LockDeclarations declarations = new LockDeclarations();

	private final transient Pointcut pointcut = new AnnotatedMethods();

	private boolean locking = true;

	private transient @Nullable LockOperations operations;

	private transient @Nullable Advice advice;

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.operations = new LockOperations(this.declarations, beanFactory);
		this.advice = this.locking ? new LockInterceptor(this.operations)
				: new SectionInterceptor(this.declarations, beanFactory);
	}

	/**
	 * Whether annotated methods are locked, or enter their sections without locking.
	 * @param locking {@code true} by default
	 */
	public void setLocking(boolean locking) {
		this.locking = locking;
	}

	LockOperations operations() {
		Assert.state(this.operations != null, "No BeanFactory set");
		return this.operations;
	}

	@Override
	public Pointcut getPointcut() {
		return this.pointcut;
	}

	@Override
	public Advice getAdvice() {
		Assert.state(this.advice != null, "No BeanFactory set");
		return this.advice;
	}

	/**
	 * The methods that have lock annotations.
	 */
	private final class AnnotatedMethods extends StaticMethodMatcherPointcut {

		AnnotatedMethods() {
			setClassFilter((type) -> isAdvised(ClassUtils.getUserClass(type)));
		}

		/**
		 * Without locking, what has no proxy is left alone instead of failing the start.
		 */
		private boolean isAdvised(Class<?> type) {
			return LockAdvisor.this.declarations.concern(type)
					&& (LockAdvisor.this.locking || SectionInterceptor.canEnter(type, LockAdvisor.this.declarations));
		}

		@Override
		public boolean matches(Method method, Class<?> targetClass) {
			return !LockAdvisor.this.declarations.find(method, targetClass).isEmpty();
		}

	}

}
