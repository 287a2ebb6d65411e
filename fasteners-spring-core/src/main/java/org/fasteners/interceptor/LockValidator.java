package org.fasteners.interceptor;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.fasteners.LockMisuseException.Finding;
import org.fasteners.annotation.LockFailureHandler;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.SmartInstantiationAwareBeanPostProcessor;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * Looks at every bean while the application starts, and stops the start if an annotation
 * cannot lock. Twice: before any bean is made, by the declared types, so that nothing has
 * happened yet when it fails; and when all singletons are there, by their real classes,
 * when names, timeouts and paths are resolved as well. Makes no bean by itself.
 * <p>
 * After that it looks at each bean that the container makes late, and at the beans of
 * child contexts. A singleton that is put into the context past the container
 * ({@code registerSingleton}) after the start is seen by nothing.
 */
final class LockValidator implements BeanFactoryPostProcessor, SmartInitializingSingleton,
		SmartInstantiationAwareBeanPostProcessor, ApplicationListener<ContextRefreshedEvent> {

	private final LockChecks checks = new LockChecks(new LockDeclarations());

	private final LockFindings findings = new LockFindings();

	/** Beans of circular references that were handed out before they were finished. */
	private final Set<String> early = ConcurrentHashMap.newKeySet();

	/** Classes of beans that came late and were looked at. */
	private final Set<Class<?>> seen = ConcurrentHashMap.newKeySet();

	private final LockValidation validation;

	private volatile @Nullable ConfigurableListableBeanFactory beanFactory;

	/**
	 * Products of factories, made while the application starts: no look at singletons
	 * finds them.
	 */
	private final Map<String, Object> products = new ConcurrentHashMap<>();

	/** What is made later is looked at when it is made. */
	private volatile boolean started;

	LockValidator(LockValidation validation) {
		this.validation = validation;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
		if (this.validation == LockValidation.OFF) {
			return;
		}
		lookAtTypes(beanFactory, this.findings);
		this.findings.report(this.validation);
	}

	private void lookAtTypes(ConfigurableListableBeanFactory factory, LockFindings found) {
		boolean proxiesExtend = AutoProxyCreators.extendClasses(factory);
		for (String name : factory.getBeanNamesForType(Object.class, true, false)) {
			Class<?> type = factory.getType(name, false);
			if (type != null) {
				boolean byInterfaces = !proxiesExtend && ProxyInterfaces.areThere(type);
				Class<?> userClass = ClassUtils.getUserClass(type);
				BeanDefinition definition = BeanInspector.definition(factory, name);
				found.addAll(this.checks.findings(name, userClass, byInterfaces, userClass.getClassLoader()));
				found.addAll(this.checks.callbacks(name, userClass, definition));
				found.mention(name, userClass, byInterfaces, this.checks, definition);
			}
		}
	}

	@Override
	public void afterSingletonsInstantiated() {
		if (this.validation == LockValidation.OFF) {
			return;
		}
		ConfigurableListableBeanFactory factory = factory();
		BeanInspector inspector = new BeanInspector(this.checks, this.findings, factory, operations(), null);
		inspector.inspectAll();
		this.products.forEach(inspector::inspect);
		this.products.clear();
		checkHandlers(factory);
		this.findings.report(this.validation);
		inspector.report();
		this.started = true;
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
		BeanDefinition definition = BeanInspector.definition(factory, name);
		return definition != null && definition.isPrimary();
	}

	/** Whether a bean factory looks at its beans itself. */
	private static boolean isIn(BeanFactory factory) {
		return factory instanceof ListableBeanFactory listable
				&& listable.containsBeanDefinition(LockAdvice.VALIDATOR_BEAN_NAME);
	}

	/**
	 * Look at the beans of a child context that has started and that has no advice of its
	 * own: it may have got that of this context, or none. What is found stops its start.
	 */
	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		ApplicationContext context = event.getApplicationContext();
		if (this.validation == LockValidation.OFF || isLookedAtElsewhere(context)
				|| !(context.getAutowireCapableBeanFactory() instanceof ConfigurableListableBeanFactory child)) {
			return;
		}
		LockFindings found = new LockFindings();
		BeanInspector inspector = new BeanInspector(this.checks, found, child, operations(), context.getDisplayName());
		lookAtTypes(child, found);
		inspector.inspectAll();
		found.report(this.validation);
		inspector.report();
	}

	/** By the nearest context, from the started one upwards, that has a validator. */
	private boolean isLookedAtElsewhere(ApplicationContext started) {
		@Nullable ApplicationContext nearest = started;
		while (nearest != null && !isIn(nearest)) {
			nearest = nearest.getParent();
		}
		return nearest == started || nearest == null || nearest.getAutowireCapableBeanFactory() != this.beanFactory;
	}

	@Override
	public Object getEarlyBeanReference(Object bean, String beanName) {
		if (this.started && isConcerned(bean)) {
			// afterwards there comes the object without its proxy
			this.early.add(beanName);
			lookAtLate(beanName, bean);
		}
		return bean;
	}

	/**
	 * Look at a bean that is made after the start: a lazy one, one of a scope, one that
	 * was registered late. Its class is known now.
	 */
	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (this.validation != LockValidation.OFF && isConcerned(bean)) {
			if (!this.started) {
				rememberProduct(bean, beanName);
			}
			else if (!this.early.remove(beanName)) {
				lookAtLate(beanName, bean);
			}
		}
		return bean;
	}

	private void rememberProduct(Object bean, String beanName) {
		ConfigurableListableBeanFactory factory = factory();
		if (!(bean instanceof FactoryBean) && factory.containsSingleton(beanName)
				&& factory.getSingleton(beanName) instanceof FactoryBean) {
			this.products.put(beanName, bean);
		}
	}

	private boolean isConcerned(Object bean) {
		return !this.checks.lockedMethods(LockChecks.userClass(bean)).isEmpty();
	}

	private void lookAtLate(String name, Object bean) {
		// the class alone does not tell whether each of its objects has a proxy
		if (this.seen.contains(LockChecks.userClass(bean)) && !ProxyChain.of(bean).lacksLocks()) {
			return;
		}
		LockFindings found = new LockFindings();
		new BeanInspector(this.checks, found, factory(), operations(), null).inspect(name, bean);
		found.report(this.validation);
		this.seen.add(LockChecks.userClass(bean));
	}

	private LockOperations operations() {
		return factory().getBean(LockAdvice.ADVISOR_BEAN_NAME, LockAdvisor.class).operations();
	}

	private ConfigurableListableBeanFactory factory() {
		ConfigurableListableBeanFactory factory = this.beanFactory;
		Assert.state(factory != null, "Not called as a BeanFactoryPostProcessor");
		return factory;
	}

}
