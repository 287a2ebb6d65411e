package org.fasteners.interceptor;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.fasteners.LockMisuseException.Finding;
import org.fasteners.annotation.LockFailureHandler;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.config.AopConfigUtils;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.ProxyProcessorSupport;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * Looks at every bean while the application starts, and stops the start if an annotation
 * cannot lock. Twice: before any bean is made, by the declared types, so that nothing has
 * happened yet when it fails; and when all singletons are there, by their real classes,
 * when names, timeouts and paths are resolved as well. Makes no bean by itself.
 */
final class LockValidator implements BeanFactoryPostProcessor, SmartInitializingSingleton {

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	private static final ProxyInterfaces PROXIES = new ProxyInterfaces();

	private final LockChecks checks = new LockChecks(new LockDeclarations());

	private final Meetings meetings = new Meetings();

	private final LockFindings findings = new LockFindings();

	private final LockValidation validation;

	private @Nullable ConfigurableListableBeanFactory beanFactory;

	LockValidator(LockValidation validation) {
		this.validation = validation;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
		if (this.validation == LockValidation.OFF) {
			return;
		}
		boolean proxiesExtend = proxiesExtendClasses(beanFactory);
		for (String name : beanFactory.getBeanNamesForType(Object.class, true, false)) {
			Class<?> type = beanFactory.getType(name, false);
			if (type != null) {
				boolean byInterfaces = !proxiesExtend && PROXIES.hasInterfacesToProxy(type);
				Class<?> userClass = ClassUtils.getUserClass(type);
				this.findings.addAll(this.checks.findings(name, userClass, byInterfaces, userClass.getClassLoader()));
				this.findings.addAll(this.checks.callbacks(name, userClass, definition(beanFactory, name)));
			}
		}
		this.findings.report(this.validation);
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (this.validation == LockValidation.OFF) {
			return;
		}
		ConfigurableListableBeanFactory factory = this.beanFactory;
		Assert.state(factory != null, "Not called as a BeanFactoryPostProcessor");
		LockOperations operations = factory.getBean(LockAdvice.ADVISOR_BEAN_NAME, LockAdvisor.class).operations();
		for (String name : factory.getBeanNamesForType(Object.class, true, false)) {
			// Without making the bean: one that is lazy is known by its type.
			Object bean = factory.containsSingleton(name) ? factory.getSingleton(name) : null;
			if (bean != null && !(bean instanceof FactoryBean)) {
				inspect(name, bean, operations);
			}
			else {
				Class<?> type = AutoProxyUtils.determineTargetClass(factory, name);
				if (type != null) {
					resolve(operations, name, ClassUtils.getUserClass(type));
					mentionManyInstances(factory, name, ClassUtils.getUserClass(type));
				}
			}
		}
		checkHandlers(factory);
		this.findings.report(this.validation);
		this.meetings.report();
	}

	/** Found by their types, for one may be lazy. */
	private void checkHandlers(ConfigurableListableBeanFactory factory) {
		List<String> handlers = List.of(factory.getBeanNamesForType(LockFailureHandler.class, true, false));
		if (handlers.size() > 1 && handlers.stream().noneMatch((name) -> isPrimary(factory, name))) {
			this.findings.add(new Finding(handlers.get(0), LockFailureHandler.class.getSimpleName(),
					"there are several, of which none can decide for all: " + String.join(", ", handlers),
					"Keep one, or mark one as @Primary"));
		}
	}

	private static boolean isPrimary(ConfigurableListableBeanFactory factory, String name) {
		BeanDefinition definition = definition(factory, name);
		return definition != null && definition.isPrimary();
	}

	private void inspect(String name, Object bean, LockOperations operations) {
		Class<?> type = ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(bean));
		List<Method> locked = this.checks.lockedMethods(type);
		if (locked.isEmpty() || TestDoubles.isMock(bean)) {
			return;
		}
		ProxyChain proxies = ProxyChain.of(bean);
		if (proxies.lacksLocks()) {
			this.findings.add(new Finding(name, type.getSimpleName(),
					"it has lock annotations but was made before or outside of the automatic proxies, so that its methods would run without their locks",
					"Let nothing that the container needs early (a BeanPostProcessor, a BeanFactoryPostProcessor) depend on it, and let the container make it"));
			return;
		}
		// What is final got through the creation of its proxy.
		boolean byInterfaces = AopUtils.isJdkDynamicProxy(bean) || Modifier.isFinal(type.getModifiers());
		this.findings.addAll(this.checks.findings(name, type, byInterfaces, bean.getClass().getClassLoader()));
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
		resolve(operations, name, type);
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

	private void resolve(LockOperations operations, String beanName, Class<?> type) {
		this.checks.lockedMethods(type)
			.forEach((method) -> operations.check(method, type,
					(problem) -> this.findings.add(beanName, LockChecks.place(type, method), problem)));
	}

	/** Worth a word: each instance has a lock to itself. */
	private void mentionManyInstances(ConfigurableListableBeanFactory factory, String beanName, Class<?> type) {
		BeanDefinition definition = definition(factory, beanName);
		if (definition != null && !definition.isSingleton() && this.checks.locksItself(type)) {
			LOGGER.log(Level.INFO,
					"Each instance of bean ''{0}'' (scope ''{1}'') has a lock of its own; name the lock if they shall share one",
					beanName, definition.getScope());
		}
	}

	private static @Nullable BeanDefinition definition(ConfigurableListableBeanFactory factory, String beanName) {
		return factory.containsBeanDefinition(beanName) ? factory.getMergedBeanDefinition(beanName) : null;
	}

	/** Set in one place by Spring Framework 6 and in another by 7. */
	private static boolean proxiesExtendClasses(ConfigurableListableBeanFactory factory) {
		return Stream
			.of(AopConfigUtils.AUTO_PROXY_CREATOR_BEAN_NAME,
					"org.springframework.aop.framework.autoproxy.defaultProxyConfig")
			.filter(factory::containsBeanDefinition)
			.anyMatch((name) -> Boolean.TRUE
				.equals(factory.getBeanDefinition(name).getPropertyValues().get("proxyTargetClass")));
	}

	/**
	 * Spring's own idea of which interfaces are worth a proxy.
	 */
	private static final class ProxyInterfaces extends ProxyProcessorSupport {

		private static final long serialVersionUID = 1L;

		boolean hasInterfacesToProxy(Class<?> type) {
			return Arrays.stream(ClassUtils.getAllInterfacesForClass(type))
				.anyMatch((candidate) -> !isConfigurationCallbackInterface(candidate)
						&& !isInternalLanguageInterface(candidate) && candidate.getMethods().length > 0);
		}

	}

}
