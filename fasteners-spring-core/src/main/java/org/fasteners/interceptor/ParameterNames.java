package org.fasteners.interceptor;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.ParameterNameDiscoverer;

/**
 * By which names an expression may call the arguments of a method: {@code a0} and
 * {@code p0}, and the real ones as far as class files tell them. These are, in this
 * order:
 * <ol>
 * <li>the names where the annotation stands, because they are read beside it;
 * <li>the names of the method that is called. Methods of JDK proxies have none;
 * <li>the names of the interface methods that it implements.
 * </ol>
 * If two of them give one name to different arguments, the first decides.
 */
final class ParameterNames {

	private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

	private ParameterNames() {
	}

	/**
	 * The names for a method.
	 * @param method the most specific method
	 * @param targetClass the class of the bean
	 * @param source where the annotation stands: a method or a class
	 * @return the index of the argument for each name
	 */
	static Map<String, Integer> of(Method method, Class<?> targetClass, AnnotatedElement source) {
		List<Method> declared = LockDeclarations.declarations(method, targetClass);
		Stream<Method> first = (source instanceof Method annotated) ? Stream.of(annotated)
				: declared.stream().filter((one) -> one.getDeclaringClass().equals(source));
		Map<String, Integer> variables = new LinkedHashMap<>();
		Stream.of(first, Stream.of(method), declared.stream())
			.flatMap((methods) -> methods)
			.filter((one) -> one.getParameterCount() == method.getParameterCount())
			.forEach((one) -> add(variables, NAMES.getParameterNames(one)));
		for (int i = 0; i < method.getParameterCount(); i++) {
			variables.putIfAbsent("a" + i, i);
			variables.putIfAbsent("p" + i, i);
		}
		return Collections.unmodifiableMap(variables);
	}

	private static void add(Map<String, Integer> variables, @Nullable String @Nullable [] names) {
		if (names != null) {
			for (int i = 0; i < names.length; i++) {
				if (names[i] != null) {
					variables.putIfAbsent(names[i], i);
				}
			}
		}
	}

}
