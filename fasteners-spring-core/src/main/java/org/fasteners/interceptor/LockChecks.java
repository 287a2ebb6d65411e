package org.fasteners.interceptor;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import org.fasteners.LockMisuseException.Finding;
import org.fasteners.annotation.Release;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.SpringProxy;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.core.DecoratingProxy;
import org.springframework.core.annotation.AliasFor;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Looks at a class for lock annotations that cannot lock. Sees the class alone: what the
 * annotations say is resolved elsewhere.
 */
final class LockChecks {

	static final String OPEN_KOTLIN = "Make it open, or let the Kotlin compiler plugin 'spring' (all-open) open all classes with annotations of Spring";

	/** Asked for several times in each look. */
	private final Map<Class<?>, List<Method>> lockedMethods = new ConcurrentHashMap<>();

	private final LockDeclarations declarations;

	LockChecks(LockDeclarations declarations) {
		this.declarations = declarations;
	}

	/** The methods of a class that are to be locked. */
	List<Method> lockedMethods(Class<?> type) {
		return this.declarations.concern(type) ? this.lockedMethods.computeIfAbsent(type, this::findLockedMethods)
				: List.of();
	}

	private List<Method> findLockedMethods(Class<?> type) {
		List<Method> methods = new ArrayList<>();
		ReflectionUtils.doWithMethods(type, (method) -> {
			if (!method.isSynthetic() && AopUtils.getMostSpecificMethod(method, type).equals(method)
					&& !this.declarations.find(method, type).isEmpty()) {
				methods.add(method);
			}
		}, (method) -> method.getDeclaringClass() != Object.class);
		return methods;
	}

	/** Whether a method of the class uses the lock of the bean instance. */
	boolean locksItself(Class<?> type) {
		return lockedMethods(type).stream()
			.flatMap((method) -> this.declarations.find(method, type).stream())
			.anyMatch(LockDeclaration::isOwn);
	}

	/** Whether a lock of a method is released on return, also within a transaction. */
	boolean releasesOnReturn(Method method, Class<?> type) {
		return this.declarations.find(method, type)
			.stream()
			.anyMatch((declaration) -> declaration.release() == Release.ON_RETURN
					&& declaration.kind() != LockKind.INTER_PROCESS_LIMITED);
	}

	/** What the container calls because of the definition of a bean. */
	List<Finding> callbacks(String beanName, Class<?> type, @Nullable BeanDefinition definition) {
		if (definition == null) {
			return List.of();
		}
		return lockedMethods(type).stream()
			.flatMap((method) -> ContainerCalls.byDefinition(method, type, definition)
				.filter((reason) -> reason != ContainerCalls.Reason.PROPERTY)
				.map((reason) -> calledOnTheObject(beanName, place(type, method), this.declarations.find(method, type),
						reason))
				.stream())
			.toList();
	}

	/** The setters by which the definition of a bean fills it in, without a lock. */
	List<String> setters(Class<?> type, @Nullable BeanDefinition definition) {
		return (definition == null) ? List.of()
				: lockedMethods(type).stream()
					.filter((method) -> ContainerCalls.byDefinition(method, type, definition)
						.filter(ContainerCalls.Reason.PROPERTY::equals)
						.isPresent())
					.map((method) -> place(type, method))
					.toList();
	}

	private static Finding calledOnTheObject(String beanName, String place, List<LockDeclaration> found,
			ContainerCalls.Reason reason) {
		return new Finding(beanName, place,
				String.format(Locale.ROOT,
						"%s cannot lock %s, because the container calls it on the object itself and not on its proxy",
						text(found), reason.text()),
				reason.fix());
	}

	private static String text(List<LockDeclaration> found) {
		return found.stream().map(LockDeclaration::toString).collect(Collectors.joining(", "));
	}

	/**
	 * What is wrong with a class.
	 * @param byInterfaces whether its proxy implements its interfaces instead of
	 * extending it
	 * @param loader the class loader of its proxy
	 */
	List<Finding> findings(String beanName, Class<?> type, boolean byInterfaces, @Nullable ClassLoader loader) {
		List<Method> locked = lockedMethods(type);
		List<Finding> findings = new ArrayList<>();
		if (!locked.isEmpty() && !byInterfaces) {
			Extensibility.obstacle(type)
				.ifPresent((obstacle) -> findings
					.add(new Finding(beanName, name(type), obstacle, Extensibility.fix(type, isKotlin(type)))));
		}
		locked.forEach((method) -> check(beanName, type, method, byInterfaces, loader, findings));
		return findings;
	}

	private void check(String beanName, Class<?> type, Method method, boolean byInterfaces,
			@Nullable ClassLoader loader, List<Finding> findings) {
		String place = place(type, method);
		List<LockDeclaration> found = this.declarations.find(method, type);
		String annotations = text(found);
		String obstacle = obstacle(method, type, loader);
		if (!obstacle.isEmpty() && !(byInterfaces && isReachedByInterface(method, type))) {
			findings.add(new Finding(beanName, place,
					String.format(Locale.ROOT, "%s cannot lock a method that is %s, because no proxy can intercept it",
							annotations, obstacle),
					(obstacle.equals("final") && isKotlin(type)) ? OPEN_KOTLIN
							: "Make it a public method that is neither static nor final, or use LockRegistry in its body"));
		}
		AsynchronousTypes.returnedBy(method, type)
			.filter((asynchronous) -> !AsyncMethods.returnFuture(method, type))
			.ifPresent((asynchronous) -> findings.add(new Finding(beanName, place, String.format(Locale.ROOT,
					"%s cannot lock a method that returns %s, because its work would go on after the lock was released",
					annotations, AsynchronousTypes.describe(method, type, asynchronous)),
					"Return the plain result, or lock where the work is done")));
		ContainerCalls.byClass(method, type)
			.ifPresent((reason) -> findings.add(calledOnTheObject(beanName, place, found, reason)));
		LockDeclaration.contradictions(found)
			.forEach((contradiction) -> findings
				.add(new Finding(beanName, place, contradiction, "Keep the one that is meant")));
		found.stream()
			.filter(LockDeclarations::contradictsItself)
			.forEach((declaration) -> findings.add(new Finding(beanName, place,
					String.format(Locale.ROOT, "%s and @Unlocked contradict one another", declaration),
					"Keep the one that is meant")));
		found.forEach((declaration) -> checkComposed(beanName, place, declaration, findings));
	}

	/**
	 * Spring Framework 7 does not take attributes of the same name for aliases any more,
	 * so that such an annotation would lock something else than on 6, and say nothing.
	 */
	private static void checkComposed(String beanName, String place, LockDeclaration declaration,
			List<Finding> findings) {
		for (Class<? extends Annotation> composed : declaration.composed()) {
			Arrays.stream(composed.getDeclaredMethods())
				.filter((attribute) -> ClassUtils.hasMethod(declaration.kind().annotation(), attribute.getName())
						&& !attribute.isAnnotationPresent(AliasFor.class)
						// one that is never taken for ours, where ours is given
						&& (declaration.value().isEmpty() || !attribute.getName().equals("value")))
				.forEach((attribute) -> findings.add(new Finding(beanName, place,
						String.format(Locale.ROOT,
								"the attribute '%s' of @%s has no effect on its %s, from Spring Framework 7 on",
								attribute.getName(), composed.getSimpleName(), declaration),
						String.format(Locale.ROOT,
								"Say what it means, by @AliasFor(annotation = %s.class) on it, or give it another name",
								declaration.kind().annotation().getSimpleName()))));
		}
	}

	private static boolean isKotlin(Class<?> type) {
		return Arrays.stream(type.getAnnotations())
			.anyMatch((annotation) -> annotation.annotationType().getName().equals("kotlin.Metadata"));
	}

	private static boolean isReachedByInterface(Method method, Class<?> type) {
		return Proxy.isProxyClass(type) || LockDeclarations.implementsInterface(method, type);
	}

	private static String obstacle(Method method, Class<?> type, @Nullable ClassLoader loader) {
		int modifiers = method.getModifiers();
		if (Modifier.isPrivate(modifiers)) {
			return "private";
		}
		if (Modifier.isStatic(modifiers)) {
			return "static";
		}
		if (Modifier.isFinal(modifiers)) {
			return "final";
		}
		boolean packagePrivate = !Modifier.isPublic(modifiers) && !Modifier.isProtected(modifiers);
		if (!packagePrivate) {
			return "";
		}
		if (!method.getDeclaringClass().getPackageName().equals(type.getPackageName())) {
			return "package-private in another package";
		}
		return (method.getDeclaringClass().getClassLoader() != loader) ? "package-private in another class loader" : "";
	}

	/** How messages call a method. */
	static String place(Class<?> type, Method method) {
		return String.format(Locale.ROOT, "%s.%s()", name(type), method.getName());
	}

	/** How messages call a class, which may have no name of its own. */
	static String name(Class<?> type) {
		String simple = type.getSimpleName();
		return simple.isEmpty() ? type.getName().substring(type.getName().lastIndexOf('.') + 1) : simple;
	}

	/** The class that the application has written, behind all proxies. */
	static Class<?> userClass(Object bean) {
		if (!(bean instanceof SpringProxy)) {
			// not of a TargetSource or ProxyFactoryBean, which tell that of others
			return ClassUtils.getUserClass(bean);
		}
		Class<?> type = AopProxyUtils.ultimateTargetClass(bean);
		return ClassUtils.getUserClass((Proxy.isProxyClass(type) && bean instanceof DecoratingProxy opaque)
				? opaque.getDecoratedClass() : type);
	}

}
