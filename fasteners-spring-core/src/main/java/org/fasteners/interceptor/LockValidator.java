package org.fasteners.interceptor;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

import org.fasteners.LockMisuseException;
import org.fasteners.LockMisuseException.Finding;
import org.fasteners.LockPathException;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.config.AopConfigUtils;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
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

	private final LockChecks checks = new LockChecks(new LockDeclarations());

	private @Nullable ConfigurableListableBeanFactory beanFactory;

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
		List<Finding> findings = new ArrayList<>();
		boolean proxiesExtend = proxiesExtendClasses(beanFactory);
		eachClass(beanFactory, (name) -> beanFactory.getType(name, false), (name, type) -> {
			boolean interfacesSuffice = !proxiesExtend && ClassUtils.getAllInterfacesForClass(type).length > 0;
			findings.addAll(this.checks.findings(name, type, interfacesSuffice));
		});
		refuse(findings);
	}

	@Override
	public void afterSingletonsInstantiated() {
		ConfigurableListableBeanFactory factory = this.beanFactory;
		Assert.state(factory != null, "Not called as a BeanFactoryPostProcessor");
		LockOperations operations = factory.getBean(LockAdvice.ADVISOR_BEAN_NAME, LockAdvisor.class).operations();
		List<Finding> findings = new ArrayList<>();
		eachClass(factory, (name) -> realClass(factory, name), (name, type) -> {
			// Whatever is final got through the creation of its proxy.
			findings.addAll(this.checks.findings(name, type, true));
			this.checks.lockedMethods(type).forEach((method) -> resolve(operations, name, type, method, findings));
			mentionManyInstances(factory, name, type);
		});
		refuse(findings);
	}

	private static void resolve(LockOperations operations, String beanName, Class<?> type, Method method,
			List<Finding> findings) {
		try {
			operations.get(method, type);
		}
		catch (IllegalArgumentException | LockPathException ex) {
			findings.add(new Finding(beanName, "%s.%s()".formatted(type.getSimpleName(), method.getName()),
					"its lock annotation cannot be resolved: " + ex.getMessage(), "Correct the annotation"));
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

	private static void eachClass(ConfigurableListableBeanFactory factory, ClassOfBean classOf,
			BiConsumer<String, Class<?>> visitor) {
		Set<Class<?>> seen = new HashSet<>();
		for (String name : factory.getBeanNamesForType(Object.class, true, false)) {
			Class<?> type = classOf.get(name);
			if (type != null && seen.add(ClassUtils.getUserClass(type))) {
				visitor.accept(name, ClassUtils.getUserClass(type));
			}
		}
	}

	/** The class behind the proxy, without making the bean. */
	private static @Nullable Class<?> realClass(ConfigurableListableBeanFactory factory, String name) {
		Object singleton = factory.containsSingleton(name) ? factory.getSingleton(name) : null;
		return (singleton != null && !(singleton instanceof FactoryBean)) ? AopProxyUtils.ultimateTargetClass(singleton)
				: AutoProxyUtils.determineTargetClass(factory, name);
	}

	private static boolean proxiesExtendClasses(ConfigurableListableBeanFactory factory) {
		String creator = AopConfigUtils.AUTO_PROXY_CREATOR_BEAN_NAME;
		return factory.containsBeanDefinition(creator)
				&& Boolean.TRUE.equals(factory.getBeanDefinition(creator).getPropertyValues().get("proxyTargetClass"));
	}

	/**
	 * How the class of a bean is found.
	 */
	@FunctionalInterface
	private interface ClassOfBean {

		@Nullable Class<?> get(String beanName);

	}

}
