package org.fasteners.interceptor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.lang.annotation.Repeatable;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.fasteners.annotation.Unlocked;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.Lifecycle;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.classreading.SimpleMetadataReaderFactory;
import org.springframework.util.ClassUtils;

/**
 * Finds the lock annotations that apply to a method: one piece of code for the pointcut,
 * the checks and the interceptor, so that none sees what another does not.
 * <p>
 * Looked for in this order, separately for thread locks and for inter-process locks: the
 * method of the target class, the target class, the method of an interface, the
 * interface. The first place that has annotations decides; {@link Unlocked} on a method
 * is one of them, and decides for none.
 * <p>
 * Thread-safe.
 */
final class LockDeclarations {

	private static final Set<Class<?>> CALLBACKS_OF_PROXIES = Set.of(SmartInitializingSingleton.class,
			FactoryBean.class);

	private final Map<MethodClassKey, List<LockDeclaration>> cache = new ConcurrentHashMap<>();

	private final Map<Class<?>, Boolean> mentions = new ConcurrentHashMap<>();

	/**
	 * Whether there is any lock annotation in a class, its superclasses or its
	 * interfaces. Asked of every bean, so it is quick: most have none.
	 */
	boolean concern(Class<?> type) {
		Class<?> superclass = type.getSuperclass();
		return this.mentions.computeIfAbsent(type, LockDeclarations::mentionedIn)
				|| (superclass != null && concern(superclass))
				|| Arrays.stream(type.getInterfaces()).anyMatch(this::concern);
	}

	private static boolean mentionedIn(Class<?> type) {
		if (type.getName().startsWith("java.")) {
			return false;
		}
		try {
			return mentionedOn(type)
					|| Arrays.stream(type.getDeclaredMethods()).anyMatch(LockDeclarations::mentionedOn);
		}
		catch (LinkageError ex) {
			return mentionedInFile(type);
		}
	}

	/**
	 * For a class whose methods have types that are not there, as configurations for
	 * optional libraries may have: it must not fail the start unless it concerns us.
	 */
	private static boolean mentionedInFile(Class<?> type) {
		try {
			AnnotationMetadata metadata = new SimpleMetadataReaderFactory(type.getClassLoader())
				.getMetadataReader(type.getName())
				.getAnnotationMetadata();
			return Arrays.stream(LockKind.values())
				.flatMap((kind) -> Stream.of(kind.annotation(), several(kind)))
				.map(Class::getName)
				.anyMatch((name) -> metadata.isAnnotated(name) || metadata.hasAnnotatedMethods(name));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(
					String.format(Locale.ROOT, "Class %s can neither be loaded completely nor read", type), ex);
		}
	}

	/** The annotation that the compiler puts around several. */
	private static Class<? extends Annotation> several(LockKind kind) {
		return Objects.requireNonNull(kind.annotation().getAnnotation(Repeatable.class)).value();
	}

	private static boolean mentionedOn(AnnotatedElement element) {
		MergedAnnotations annotations = MergedAnnotations.from(element);
		return Arrays.stream(LockKind.values()).anyMatch((kind) -> annotations.isPresent(kind.annotation()));
	}

	/**
	 * What applies to a method, thread locks first.
	 */
	List<LockDeclaration> find(Method method, Class<?> targetClass) {
		Class<?> userClass = ClassUtils.getUserClass(targetClass);
		if (!concern(userClass)) {
			return List.of();
		}
		return this.cache.computeIfAbsent(new MethodClassKey(method, userClass), (key) -> search(method, userClass));
	}

	private static List<LockDeclaration> search(Method method, Class<?> targetClass) {
		Method specific = AopUtils.getMostSpecificMethod(method, targetClass);
		List<LockDeclaration> found = new ArrayList<>();
		found.addAll(search(specific, targetClass, false));
		found.addAll(search(specific, targetClass, true));
		return List.copyOf(found);
	}

	private static List<LockDeclaration> search(Method method, Class<?> targetClass, boolean interProcess) {
		Place place = on(method, SearchStrategy.SUPERCLASS, interProcess);
		if (place.decides()) {
			return place.found();
		}
		List<LockDeclaration> found = covering(on(targetClass, SearchStrategy.SUPERCLASS, interProcess).found(), method,
				targetClass);
		return found.isEmpty() ? onInterfaces(method, targetClass, interProcess) : found;
	}

	/** The methods of interfaces that this one implements, then these interfaces. */
	private static List<LockDeclaration> onInterfaces(Method method, Class<?> targetClass, boolean interProcess) {
		Set<Class<?>> types = ClassUtils.getAllInterfacesForClassAsSet(targetClass);
		for (Class<?> type : types) {
			for (Method declared : implementedBy(method, targetClass, type)) {
				Place place = on(declared, SearchStrategy.TYPE_HIERARCHY, interProcess);
				if (place.decides()) {
					return place.found();
				}
			}
		}
		for (Class<?> type : types) {
			List<LockDeclaration> found = on(type, SearchStrategy.TYPE_HIERARCHY, interProcess).found();
			if (!found.isEmpty() && !implementedBy(method, targetClass, type).isEmpty()) {
				return covering(found, method, targetClass);
			}
		}
		return List.of();
	}

	/** Whether a method implements one of an interface. */
	static boolean implementsInterface(Method method, Class<?> targetClass) {
		return ClassUtils.getAllInterfacesForClassAsSet(targetClass)
			.stream()
			.anyMatch((type) -> !implementedBy(method, targetClass, type).isEmpty());
	}

	/** The methods of all interfaces that a method implements. */
	static List<Method> declarations(Method method, Class<?> targetClass) {
		return ClassUtils.getAllInterfacesForClassAsSet(targetClass)
			.stream()
			.flatMap((type) -> implementedBy(method, targetClass, type).stream())
			.toList();
	}

	/**
	 * The methods of an interface that a method implements, also if the class that has
	 * the method does not know the interface and only a subclass brings them together.
	 */
	private static List<Method> implementedBy(Method method, Class<?> targetClass, Class<?> type) {
		return Arrays.stream(type.getMethods())
			.filter((declared) -> declared.getName().equals(method.getName())
					&& AopUtils.getMostSpecificMethod(declared, targetClass).equals(method))
			.toList();
	}

	private static List<LockDeclaration> covering(List<LockDeclaration> ofType, Method method, Class<?> targetClass) {
		return (ofType.isEmpty() || isCoverable(method, targetClass)) ? ofType : List.of();
	}

	/** The annotations of the nearest element that has any. */
	private static Place on(AnnotatedElement element, SearchStrategy strategy, boolean interProcess) {
		MergedAnnotations annotations = MergedAnnotations.from(element, strategy);
		Set<LockDeclaration> found = new LinkedHashSet<>();
		int nearest = Integer.MAX_VALUE;
		for (LockKind kind : LockKind.values()) {
			if (kind.interProcess() == interProcess) {
				for (MergedAnnotation<?> annotation : annotations.stream(kind.annotation()).toList()) {
					if (annotation.getAggregateIndex() < nearest) {
						nearest = annotation.getAggregateIndex();
						found.clear();
					}
					if (annotation.getAggregateIndex() == nearest) {
						found.add(LockDeclaration.of(kind, annotation));
					}
				}
			}
		}
		int unlocked = annotations.stream(Unlocked.class)
			.mapToInt(MergedAnnotation::getAggregateIndex)
			.min()
			.orElse(Integer.MAX_VALUE);
		return (unlocked < nearest) ? new Place(List.of(), true) : new Place(List.copyOf(found), !found.isEmpty());
	}

	/** Whether a method both asks for locks and opts out of them. */
	static boolean contradictsItself(LockDeclaration declaration) {
		return declaration.source() instanceof Method method
				&& MergedAnnotations.from(method).isPresent(Unlocked.class);
	}

	/** Whether an annotation of the class means this method too. */
	private static boolean isCoverable(Method method, Class<?> targetClass) {
		int modifiers = method.getModifiers();
		return !Modifier.isPrivate(modifiers) && !Modifier.isStatic(modifiers) && !method.isSynthetic()
				&& !isInheritedFinal(method, targetClass) && !isMethodOfObject(method)
				&& !isCallback(method, targetClass);
	}

	/** A superclass that knows nothing of locks may have methods that nobody can open. */
	private static boolean isInheritedFinal(Method method, Class<?> targetClass) {
		return Modifier.isFinal(method.getModifiers()) && method.getDeclaringClass() != targetClass
				&& !mentionedOn(method.getDeclaringClass());
	}

	private static boolean isMethodOfObject(Method method) {
		return Arrays.stream(Object.class.getDeclaredMethods())
			.anyMatch((candidate) -> candidate.getName().equals(method.getName())
					&& Arrays.equals(candidate.getParameterTypes(), method.getParameterTypes()));
	}

	/** Called by the container, while it starts and stops. */
	private static boolean isCallback(Method method, Class<?> targetClass) {
		return ContainerCalls.byClass(method, targetClass).isPresent() || isOfInterface(method, targetClass,
				(type) -> CALLBACKS_OF_PROXIES.contains(type) || Lifecycle.class.isAssignableFrom(type));
	}

	private static boolean isOfInterface(Method method, Class<?> targetClass, Predicate<Class<?>> which) {
		return ClassUtils.getAllInterfacesForClassAsSet(targetClass)
			.stream()
			.filter(which)
			.anyMatch((type) -> ClassUtils.hasMethod(type, method.getName(), method.getParameterTypes()));
	}

	/**
	 * What stands in one place.
	 *
	 * @param found the lock annotations
	 * @param decides whether no other place is asked
	 */
	private record Place(List<LockDeclaration> found, boolean decides) {
	}

}
