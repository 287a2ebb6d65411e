package org.fasteners.interceptor;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.Aware;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.Lifecycle;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

/**
 * Finds the lock annotations that apply to a method: one piece of code for the pointcut,
 * the checks and the interceptor, so that none sees what another does not.
 * <p>
 * Looked for in this order, separately for thread locks and for inter-process locks: the
 * method of the target class, the target class, the method of an interface, the
 * interface. The first place that has annotations decides.
 * <p>
 * Thread-safe.
 */
final class LockDeclarations {

	private static final Set<Class<?>> CALLBACKS = Set.of(InitializingBean.class, DisposableBean.class,
			SmartInitializingSingleton.class, FactoryBean.class);

	private final Map<MethodClassKey, List<LockDeclaration>> cache = new ConcurrentHashMap<>();

	/**
	 * What applies to a method, thread locks first. More than one of a sort is a
	 * contradiction, which the checks report.
	 */
	List<LockDeclaration> find(Method method, Class<?> targetClass) {
		return this.cache.computeIfAbsent(new MethodClassKey(method, targetClass),
				(key) -> search(method, ClassUtils.getUserClass(targetClass)));
	}

	private static List<LockDeclaration> search(Method method, Class<?> targetClass) {
		Method specific = AopUtils.getMostSpecificMethod(method, targetClass);
		List<LockDeclaration> found = new ArrayList<>();
		found.addAll(search(specific, targetClass, false));
		found.addAll(search(specific, targetClass, true));
		return List.copyOf(found);
	}

	private static List<LockDeclaration> search(Method method, Class<?> targetClass, boolean interProcess) {
		List<LockDeclaration> found = on(method, SearchStrategy.SUPERCLASS, interProcess);
		if (found.isEmpty()) {
			found = covering(on(targetClass, SearchStrategy.SUPERCLASS, interProcess), method, targetClass);
		}
		if (found.isEmpty()) {
			found = on(method, SearchStrategy.TYPE_HIERARCHY, interProcess);
		}
		if (found.isEmpty()) {
			found = onInterfaceOf(method, targetClass, interProcess);
		}
		return found;
	}

	private static List<LockDeclaration> onInterfaceOf(Method method, Class<?> targetClass, boolean interProcess) {
		for (Class<?> type : ClassUtils.getAllInterfacesForClassAsSet(targetClass)) {
			List<LockDeclaration> found = on(type, SearchStrategy.TYPE_HIERARCHY, interProcess);
			if (!found.isEmpty() && Arrays.stream(type.getMethods())
				.anyMatch((declared) -> declared.getName().equals(method.getName())
						&& AopUtils.getMostSpecificMethod(declared, targetClass).equals(method))) {
				return covering(found, method, targetClass);
			}
		}
		return List.of();
	}

	private static List<LockDeclaration> covering(List<LockDeclaration> ofType, Method method, Class<?> targetClass) {
		return (ofType.isEmpty() || isCoverable(method, targetClass)) ? ofType : List.of();
	}

	/** The annotations of the nearest element that has any. */
	private static List<LockDeclaration> on(AnnotatedElement element, SearchStrategy strategy, boolean interProcess) {
		MergedAnnotations annotations = MergedAnnotations.from(element, strategy);
		List<LockDeclaration> found = new ArrayList<>();
		int nearest = Integer.MAX_VALUE;
		for (LockKind kind : LockKind.values()) {
			MergedAnnotation<?> annotation = annotations.get(kind.annotation());
			if (annotation.isPresent() && kind.interProcess() == interProcess) {
				if (annotation.getAggregateIndex() < nearest) {
					nearest = annotation.getAggregateIndex();
					found.clear();
				}
				if (annotation.getAggregateIndex() == nearest) {
					found.add(LockDeclaration.of(kind, annotation));
				}
			}
		}
		return found;
	}

	/** Whether an annotation of the class means this method too. */
	private static boolean isCoverable(Method method, Class<?> targetClass) {
		int modifiers = method.getModifiers();
		return !Modifier.isPrivate(modifiers) && !Modifier.isStatic(modifiers) && !method.isSynthetic()
				&& !isMethodOfObject(method) && !isCallback(method, targetClass);
	}

	private static boolean isMethodOfObject(Method method) {
		for (Method candidate : Object.class.getDeclaredMethods()) {
			if (candidate.getName().equals(method.getName())
					&& List.of(candidate.getParameterTypes()).equals(List.of(method.getParameterTypes()))) {
				return true;
			}
		}
		return false;
	}

	/** Called by the container on the object itself, or while it starts and stops. */
	private static boolean isCallback(Method method, Class<?> targetClass) {
		MergedAnnotations annotations = MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY);
		if (annotations.isPresent("jakarta.annotation.PostConstruct")
				|| annotations.isPresent("jakarta.annotation.PreDestroy")) {
			return true;
		}
		return ClassUtils.getAllInterfacesForClassAsSet(targetClass)
			.stream()
			.filter((type) -> CALLBACKS.contains(type) || Aware.class.isAssignableFrom(type)
					|| Lifecycle.class.isAssignableFrom(type))
			.anyMatch((type) -> ClassUtils.hasMethod(type, method.getName(), method.getParameterTypes()));
	}

}
