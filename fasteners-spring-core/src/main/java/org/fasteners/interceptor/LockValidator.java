package org.fasteners.interceptor;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.fasteners.LockDirectoryException;
import org.fasteners.LockMisuseException;
import org.fasteners.LockMisuseException.Finding;
import org.fasteners.LockPathException;
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

	private @Nullable ConfigurableListableBeanFactory beanFactory;

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
		List<Finding> findings = new ArrayList<>();
		boolean proxiesExtend = proxiesExtendClasses(beanFactory);
		for (String name : beanFactory.getBeanNamesForType(Object.class, true, false)) {
			Class<?> type = beanFactory.getType(name, false);
			if (type != null) {
				boolean byInterfaces = !proxiesExtend && PROXIES.hasInterfacesToProxy(type);
				findings.addAll(this.checks.findings(name, ClassUtils.getUserClass(type), byInterfaces));
			}
		}
		refuse(findings);
	}

	@Override
	public void afterSingletonsInstantiated() {
		ConfigurableListableBeanFactory factory = this.beanFactory;
		Assert.state(factory != null, "Not called as a BeanFactoryPostProcessor");
		LockOperations operations = factory.getBean(LockAdvice.ADVISOR_BEAN_NAME, LockAdvisor.class).operations();
		List<Finding> findings = new ArrayList<>();
		List<LockDirectoryException> withoutDirectory = new ArrayList<>();
		for (String name : factory.getBeanNamesForType(Object.class, true, false)) {
			// Without making the bean: one that is lazy is known by its type.
			Object bean = factory.containsSingleton(name) ? factory.getSingleton(name) : null;
			if (bean != null && !(bean instanceof FactoryBean)) {
				inspect(name, bean, operations, findings, withoutDirectory);
			}
			else {
				Class<?> type = AutoProxyUtils.determineTargetClass(factory, name);
				if (type != null) {
					resolve(operations, name, ClassUtils.getUserClass(type), findings, withoutDirectory);
					mentionManyInstances(factory, name, ClassUtils.getUserClass(type));
				}
			}
		}
		// with a message of its own, unless there is more to tell
		if (!withoutDirectory.isEmpty() && findings.size() == withoutDirectory.size()) {
			throw withoutDirectory.get(0);
		}
		refuse(findings);
		this.meetings.report();
	}

	private void inspect(String name, Object bean, LockOperations operations, List<Finding> findings,
			List<LockDirectoryException> withoutDirectory) {
		Class<?> type = ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(bean));
		if (this.checks.lockedMethods(type).isEmpty() || TestDoubles.isMock(bean)) {
			return;
		}
		ProxyChain proxies = ProxyChain.of(bean);
		if (proxies.lacksLocks()) {
			findings.add(new Finding(name, type.getSimpleName(),
					"it has lock annotations but was made before or outside of the automatic proxies, so that its methods would run without their locks",
					"Let nothing that the container needs early (a BeanPostProcessor, a BeanFactoryPostProcessor) depend on it, and let the container make it"));
			return;
		}
		// What is final got through the creation of its proxy.
		boolean byInterfaces = AopUtils.isJdkDynamicProxy(bean) || Modifier.isFinal(type.getModifiers());
		findings.addAll(this.checks.findings(name, type, byInterfaces));
		this.checks.lockedMethods(type)
			.stream()
			.filter((method) -> proxies.isAsynchronousInsideTheLock(method, type))
			.forEach((method) -> findings.add(new Finding(name, LockChecks.place(type, method),
					"its proxy for @Async stands inside the one for locks, so that the lock would be released before the work is done",
					"Leave the order of @EnableAsync at its default, or otherwise let its proxies be made later")));
		this.checks.lockedMethods(type).forEach((method) -> this.meetings.look(type, method, proxies));
		resolve(operations, name, type, findings, withoutDirectory);
	}

	private void resolve(LockOperations operations, String beanName, Class<?> type, List<Finding> findings,
			List<LockDirectoryException> withoutDirectory) {
		this.checks.lockedMethods(type)
			.forEach((method) -> resolve(operations, beanName, type, method, findings, withoutDirectory));
	}

	private static void resolve(LockOperations operations, String beanName, Class<?> type, Method method,
			List<Finding> findings, List<LockDirectoryException> withoutDirectory) {
		try {
			operations.get(method, type);
		}
		catch (IllegalArgumentException | LockPathException ex) {
			findings.add(new Finding(beanName, LockChecks.place(type, method),
					"its lock annotation cannot be resolved: " + ex.getMessage(), "Correct the annotation"));
		}
		catch (LockDirectoryException ex) {
			findings.add(new Finding(beanName, LockChecks.place(type, method), "it has no lock: " + ex.problem(),
					ex.remedy()));
			withoutDirectory.add(ex);
		}
	}

	/** Worth a word: each instance has a lock to itself. */
	private void mentionManyInstances(ConfigurableListableBeanFactory factory, String beanName, Class<?> type) {
		BeanDefinition definition = factory.containsBeanDefinition(beanName) ? factory.getMergedBeanDefinition(beanName)
				: null;
		if (definition != null && !definition.isSingleton() && this.checks.locksItself(type)) {
			LOGGER.log(Level.INFO,
					"Each instance of bean ''{0}'' (scope ''{1}'') has a lock of its own; name the lock if they shall share one",
					beanName, definition.getScope());
		}
	}

	private static void refuse(List<Finding> findings) {
		if (!findings.isEmpty()) {
			throw new LockMisuseException(findings.stream().distinct().toList());
		}
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
