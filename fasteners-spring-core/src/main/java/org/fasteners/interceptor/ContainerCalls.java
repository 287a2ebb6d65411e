package org.fasteners.interceptor;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.Aware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * The methods that the container calls on the object itself: before the object has its
 * proxy (injection, initialization), or past the proxy (destruction). All other calls of
 * the container go to the bean, which is the proxy: listeners, schedules, factory
 * methods, {@code Lifecycle}, {@code SmartInitializingSingleton}.
 */
final class ContainerCalls {

	/** By name, because none of these libraries need be there. */
	private static final List<String> CALLBACKS = List.of("jakarta.annotation.PostConstruct",
			"jakarta.annotation.PreDestroy", "javax.annotation.PostConstruct", "javax.annotation.PreDestroy");

	private static final List<String> INJECTIONS = List.of("org.springframework.beans.factory.annotation.Autowired",
			"org.springframework.beans.factory.annotation.Value", "jakarta.inject.Inject", "javax.inject.Inject",
			"jakarta.annotation.Resource", "javax.annotation.Resource", "jakarta.ejb.EJB", "javax.ejb.EJB",
			"jakarta.persistence.PersistenceContext", "jakarta.persistence.PersistenceUnit",
			"jakarta.xml.ws.WebServiceRef", "javax.xml.ws.WebServiceRef");

	private static final String CLOSE = "close";

	private static final String SHUTDOWN = "shutdown";

	private ContainerCalls() {
	}

	/** Whether a method is called on the object because of what its class says. */
	static Optional<Reason> byClass(Method method, Class<?> targetClass) {
		MergedAnnotations annotations = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
		if (INJECTIONS.stream().anyMatch(annotations::isPresent)) {
			return Optional.of(Reason.INJECTION);
		}
		boolean callback = CALLBACKS.stream().anyMatch(annotations::isPresent) || isOfInterface(method, targetClass);
		return callback ? Optional.of(Reason.CALLBACK) : Optional.empty();
	}

	/** By the interface that declares the method, which may extend others. */
	private static boolean isOfInterface(Method method, @Nullable Class<?> type) {
		return type != null && ((isCallbackInterface(type, method) && Arrays.stream(type.getDeclaredMethods())
			.anyMatch((declared) -> declared.getName().equals(method.getName())
					&& Arrays.equals(declared.getParameterTypes(), method.getParameterTypes())))
				|| Arrays.stream(type.getInterfaces()).anyMatch((parent) -> isOfInterface(method, parent))
				|| isOfInterface(method, type.getSuperclass()));
	}

	/** What is aware of something has one method for it, with one parameter. */
	private static boolean isCallbackInterface(Class<?> type, Method method) {
		return type == InitializingBean.class || type == DisposableBean.class
				|| (type.isInterface() && Aware.class.isAssignableFrom(type) && method.getParameterCount() == 1);
	}

	/**
	 * Whether a method is called on the object because of what the definition of the bean
	 * says.
	 */
	static Optional<Reason> byDefinition(Method method, Class<?> targetClass, BeanDefinition definition) {
		String name = method.getName();
		if (method.getParameterCount() == 0) {
			if (names(definition, true).anyMatch(name::equals)) {
				return Optional.of(Reason.CALLBACK);
			}
			if (!definition.isPrototype()) {
				String inferred = inferredDestroyMethod(targetClass, definition);
				if (name.equals(inferred)) {
					return Optional.of(Reason.INFERRED);
				}
				if (names(definition, false).anyMatch(name::equals)) {
					return Optional.of(Reason.CALLBACK);
				}
			}
		}
		boolean property = method.getParameterCount() == 1 && definition.getPropertyValues()
			.stream()
			.anyMatch((value) -> name.equals("set" + StringUtils.capitalize(value.getName())));
		return property ? Optional.of(Reason.PROPERTY) : Optional.empty();
	}

	private static Stream<String> names(BeanDefinition definition, boolean init) {
		String[] several = null;
		if (definition instanceof AbstractBeanDefinition full) {
			several = init ? full.getInitMethodNames() : full.getDestroyMethodNames();
		}
		String one = init ? definition.getInitMethodName() : definition.getDestroyMethodName();
		return Stream.concat(Stream.ofNullable(one), Stream.ofNullable(several).flatMap(Arrays::stream))
			.filter(Objects::nonNull);
	}

	/** The rule of Spring's {@code DisposableBeanAdapter}. */
	private static @Nullable String inferredDestroyMethod(Class<?> type, BeanDefinition definition) {
		String named = definition.getDestroyMethodName();
		boolean closeable = AutoCloseable.class.isAssignableFrom(type);
		if (DisposableBean.class.isAssignableFrom(type)
				|| !(AbstractBeanDefinition.INFER_METHOD.equals(named) || (named == null && closeable))) {
			return null;
		}
		if (closeable) {
			return CLOSE;
		}
		return Stream.of(CLOSE, SHUTDOWN).filter((name) -> isPublic(type, name)).findFirst().orElse(null);
	}

	private static boolean isPublic(Class<?> type, String name) {
		Method method = ClassUtils.getMethodIfAvailable(type, name, new Class<?>[0]);
		return method != null && Modifier.isPublic(method.getModifiers());
	}

	/**
	 * Why the container calls a method on the object itself.
	 */
	enum Reason {

		CALLBACK("a life-cycle callback", ""),

		INFERRED("a method that the container calls when the bean is destroyed, inferred from its name",
				"Say @Bean(destroyMethod = \"\") and call it yourself, through the bean; or "),

		INJECTION("an injection method", "Inject by the constructor or a field; or "),

		PROPERTY("a setter of a property that the definition of the bean gives", "");

		private final String text;

		private final String fix;

		Reason(String text, String fix) {
			this.text = text;
			this.fix = fix;
		}

		/** Of which kind the method is. */
		String text() {
			return this.text;
		}

		/** What to do instead. */
		String fix() {
			return this.fix + (this.fix.isEmpty() ? "Lock" : "lock")
					+ " in a method of another bean that it calls, or use LockRegistry in its body";
		}

	}

}
