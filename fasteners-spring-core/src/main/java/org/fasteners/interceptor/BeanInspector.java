package org.fasteners.interceptor;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

import org.fasteners.LockMisuseException.Finding;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.autoproxy.AbstractAutoProxyCreator;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Looks at the beans of one bean factory as they are: the finished ones by their real
 * classes and their proxies, the others by their types. Makes no bean by itself.
 */
final class BeanInspector {

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	private final SortedSet<String> repeated = new TreeSet<>();

	private final Meetings meetings = new Meetings();

	private final LockChecks checks;

	private final LockFindings findings;

	private final ConfigurableListableBeanFactory factory;

	private final LockOperations operations;

	private final @Nullable String withoutAdvice;

	private @Nullable Boolean mockedRegistry;

	/**
	 * @param checks of classes
	 * @param findings where to put what is found
	 * @param factory whose beans
	 * @param operations of the advice that locks them
	 * @param withoutAdvice the name of the context, if it has no advice of its own
	 */
	BeanInspector(LockChecks checks, LockFindings findings, ConfigurableListableBeanFactory factory,
			LockOperations operations, @Nullable String withoutAdvice) {
		this.checks = checks;
		this.findings = findings;
		this.factory = factory;
		this.operations = operations;
		this.withoutAdvice = withoutAdvice;
	}

	/** Look at all beans. */
	void inspectAll() {
		for (String name : this.factory.getBeanNamesForType(Object.class, true, false)) {
			// Without making the bean: one that is lazy is known by its type.
			Object bean = this.factory.containsSingleton(name) ? this.factory.getSingleton(name) : null;
			if (bean instanceof FactoryBean && !name.startsWith(BeanFactory.FACTORY_BEAN_PREFIX)) {
				inspect(name, bean);
				bean = null;
			}
			if (bean != null) {
				inspect(name, bean);
			}
			else {
				Class<?> type = AutoProxyUtils.determineTargetClass(this.factory, name);
				if (type != null) {
					inspectType(name, ClassUtils.getUserClass(type));
				}
			}
		}
	}

	/** Tell what is worth a word and no fault. */
	void report() {
		this.meetings.report();
		mentionRepeated();
	}

	/** Look at a bean that is not made yet. */
	private void inspectType(String name, Class<?> type) {
		if (this.withoutAdvice != null && !this.checks.lockedMethods(type).isEmpty()
				&& !AutoProxyCreators.takeAdvisorsOfParents(this.factory)) {
			this.findings.add(withoutAdvice(name, type, this.withoutAdvice));
			return;
		}
		resolve(name, type);
		mentionManyInstances(name, type);
	}

	/** Look at a finished bean. */
	void inspect(String name, Object bean) {
		Class<?> type = LockChecks.userClass(bean);
		List<Method> locked = this.checks.lockedMethods(type);
		if (locked.isEmpty() || TestDoubles.isDouble(bean, definition(name), name)) {
			return;
		}
		ProxyChain proxies = ProxyChain.of(bean);
		NestedProxies.obstacle(bean)
			.ifPresent((obstacle) -> this.findings.add(new Finding(name, LockChecks.name(type),
					obstacle + ", so that it cannot be known whether its methods lock once, twice or not at all",
					"Let one auto-proxy creator make its proxy")));
		if (proxies.lacksLocks()) {
			this.findings
				.add((this.withoutAdvice != null) ? withoutAdvice(name, type, this.withoutAdvice) : new Finding(name,
						LockChecks.name(type),
						"it has lock annotations but was made before or outside of the automatic proxies, so that its methods would run without their locks",
						"Let nothing that the container needs early (a BeanPostProcessor, a BeanFactoryPostProcessor) depend on it, and let the container make it"));
			return;
		}
		if (proxies.mixesRegistries()) {
			this.findings.add(new Finding(name, LockChecks.name(type),
					"the advice of two contexts is on it, which lock by different registries, so that a permit would be acquired twice",
					"Let the bean have the advice of one context, or let both use one LockRegistry"));
		}
		if (proxies.repeatsLocks()) {
			this.repeated.add(name);
		}
		look(name, bean, type, locked, proxies);
	}

	private void look(String name, Object bean, Class<?> type, List<Method> locked, ProxyChain proxies) {
		// What is final got through the creation of its proxy.
		boolean byInterfaces = AopUtils.isJdkDynamicProxy(bean) || Modifier.isFinal(type.getModifiers());
		this.findings.addAll(this.checks.findings(name, type, byInterfaces, bean.getClass().getClassLoader()));
		this.findings.addAll(this.checks.callbacks(name, type, definition(name)));
		this.findings.mention(name, type, byInterfaces, this.checks, definition(name));
		locked.stream()
			.filter((method) -> proxies.isAsynchronousInsideTheLock(method, type))
			.forEach((method) -> this.findings.add(new Finding(name, LockChecks.place(type, method),
					"its proxy for @Async stands inside the one for locks, so that the lock would be released before the work is done",
					"Leave the order of @EnableAsync at its default, or otherwise let its proxies be made later")));
		locked.stream()
			.filter((method) -> AsyncMethods.returnFuture(method, type)
					&& !proxies.isAsynchronousOutsideTheLock(method, type))
			.forEach((method) -> this.findings.add(new Finding(name, LockChecks.place(type, method),
					"it returns a future and has @Async, but no worker runs it under its lock, because no advice for @Async stands outside of the one for locks",
					"Enable @Async by @EnableAsync, at its default order")));
		locked.stream()
			.filter((method) -> proxies.hasTransactionOutsideTheLock(method, type))
			.forEach((method) -> meetTransaction(name, type, method));
		locked.forEach((method) -> this.meetings.look(type, method, proxies));
		resolve(name, type);
	}

	private void meetTransaction(String beanName, Class<?> type, Method method) {
		String place = LockChecks.place(type, method);
		if (this.checks.releasesOnReturn(method, type)) {
			this.findings.add(new Finding(beanName, place,
					"its transaction begins outside of its lock, which is released before the commit (release = ON_RETURN), so that the next one who has the lock does not see what was written",
					"Leave fasteners.aop.order below the order of @EnableTransactionManagement, or let it be released after the transaction (release = AUTO)"));
		}
		else {
			LOGGER.log(Level.INFO,
					"The transaction of {0} begins outside of its lock: the lock is kept until it has ended, but what the transaction has read before may be out of date (fasteners.aop.order)",
					place);
		}
	}

	private void resolve(String beanName, Class<?> type) {
		List<Method> locked = this.checks.lockedMethods(type);
		if (!locked.isEmpty() && !hasMockedRegistry()) {
			locked.forEach((method) -> this.operations.check(method, type,
					(problem) -> this.findings.add(beanName, LockChecks.place(type, method), problem)));
		}
	}

	/** What a mock answers may be told to it later, so nothing is resolved now. */
	private boolean hasMockedRegistry() {
		Boolean mocked = this.mockedRegistry;
		if (mocked == null) {
			mocked = this.operations.haveMockedRegistry();
			this.mockedRegistry = mocked;
			if (mocked) {
				LOGGER.log(Level.WARNING,
						"The LockRegistry bean is a mock: calls of methods with lock annotations fail where it returns null. LockRegistries.builder().build() is a registry that locks");
			}
		}
		return mocked;
	}

	/** Worth a word: each instance has a lock to itself. */
	private void mentionManyInstances(String beanName, Class<?> type) {
		BeanDefinition definition = definition(beanName);
		if (definition != null && !definition.isSingleton() && this.checks.locksItself(type)) {
			LOGGER.log(Level.INFO,
					"Each instance of bean ''{0}'' (scope ''{1}'') has a lock of its own; name the lock if they shall share one",
					beanName, definition.getScope());
		}
	}

	private void mentionRepeated() {
		if (!this.repeated.isEmpty()) {
			LOGGER.log(Level.INFO,
					"Beans with several proxies that lock: {0}. Their methods lock once, in the innermost proxy, so that other advice of the outer ones (transactions, retries) is outside of the lock and applies more than once. Auto-proxy creators: {1}; one is enough",
					String.join(", ", this.repeated),
					String.join(", ", this.factory.getBeanNamesForType(AbstractAutoProxyCreator.class, true, false)));
		}
	}

	private static Finding withoutAdvice(String name, Class<?> type, String context) {
		return new Finding(name, LockChecks.name(type), "it has lock annotations, but its context '" + context
				+ "' has no lock advice: that of a parent context does not apply to it, so that its methods would run without their locks",
				"Add @EnableFasteners, or with Spring Boot the auto-configuration, to that context");
	}

	private @Nullable BeanDefinition definition(String beanName) {
		return definition(this.factory, beanName);
	}

	static @Nullable BeanDefinition definition(ConfigurableListableBeanFactory factory, String beanName) {
		return factory.containsBeanDefinition(beanName) ? factory.getMergedBeanDefinition(beanName) : null;
	}

}
