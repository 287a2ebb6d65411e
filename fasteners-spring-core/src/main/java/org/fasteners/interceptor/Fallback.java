package org.fasteners.interceptor;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.aopalliance.intercept.MethodInvocation;
import org.fasteners.LockTimeoutException;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Calls another method of the bean instead.
 *
 * @param method the method
 * @param takesTimeout whether its last parameter is the exception
 */
record Fallback(Method method, boolean takesTimeout) implements TimeoutReaction {

	/**
	 * Find the method that an annotation names. If there are several, the one that takes
	 * the exception is meant, by its nearest type.
	 * @throws IllegalArgumentException if there is none that can take the place of the
	 * other
	 */
	static Fallback find(String name, Method method, Class<?> targetClass) {
		List<Method> candidates = Arrays.stream(ReflectionUtils.getUniqueDeclaredMethods(targetClass))
			.filter((candidate) -> candidate.getName().equals(name) && !candidate.isBridge())
			.toList();
		if (candidates.isEmpty()) {
			throw new IllegalArgumentException(String.format(Locale.ROOT,
					"there is no method '%s' in %s that 'fallback' could mean", name, targetClass.getName()));
		}
		Class<?>[] parameters = method.getParameterTypes();
		Set<Method> fitting = new LinkedHashSet<>();
		candidates.stream()
			.filter((candidate) -> takesTimeout(candidate, parameters))
			.sorted(Comparator.comparing(Fallback::lastParameter, Fallback::nearestFirst))
			.forEach(fitting::add);
		candidates.stream()
			.filter((candidate) -> Arrays.equals(candidate.getParameterTypes(), parameters))
			.forEach(fitting::add);
		Method fallback = fitting.stream()
			.findFirst()
			.orElseThrow(() -> misfit(name, "has not the parameters", method));
		if (fallback.equals(method)) {
			throw new IllegalArgumentException(
					String.format(Locale.ROOT, "the fallback '%s' is the method itself", name));
		}
		if (method.getReturnType() != void.class
				&& !ClassUtils.isAssignable(method.getReturnType(), fallback.getReturnType())) {
			throw misfit(name, "does not return what is returned by the method", method);
		}
		for (Class<?> thrown : fallback.getExceptionTypes()) {
			if (!ReflectionUtils.declaresException(method, thrown) && !isUnchecked(thrown)) {
				throw new IllegalArgumentException(
						String.format(Locale.ROOT, "the fallback '%s' throws %s, which %s does not declare", name,
								thrown.getSimpleName(), method.getName()));
			}
		}
		ReflectionUtils.makeAccessible(fallback);
		return new Fallback(fallback, fallback.getParameterCount() > parameters.length);
	}

	private static boolean isUnchecked(Class<?> thrown) {
		return RuntimeException.class.isAssignableFrom(thrown) || Error.class.isAssignableFrom(thrown);
	}

	private static boolean takesTimeout(Method candidate, Class<?>[] parameters) {
		Class<?>[] own = candidate.getParameterTypes();
		return own.length == parameters.length + 1
				&& Arrays.equals(own, 0, parameters.length, parameters, 0, parameters.length)
				&& Throwable.class.isAssignableFrom(own[parameters.length])
				&& own[parameters.length].isAssignableFrom(LockTimeoutException.class);
	}

	private static Class<?> lastParameter(Method method) {
		return method.getParameterTypes()[method.getParameterCount() - 1];
	}

	/** Of superclasses of one exception, which are superclasses of one another. */
	private static int nearestFirst(Class<?> one, Class<?> other) {
		return Boolean.compare(one.isAssignableFrom(other), other.isAssignableFrom(one));
	}

	private static IllegalArgumentException misfit(String name, String what, Method method) {
		return new IllegalArgumentException(String.format(Locale.ROOT,
				"the fallback '%s' %s: it has to take the parameters of %s, perhaps with a LockTimeoutException after them, and to return %s",
				name, what, method.getName(), method.getReturnType().getSimpleName()));
	}

	@Override
	public @Nullable Object react(TimedOut timedOut, MethodInvocation invocation) throws Throwable {
		Object[] arguments = invocation.getArguments();
		if (this.takesTimeout) {
			arguments = Arrays.copyOf(arguments, arguments.length + 1, Object[].class);
			arguments[arguments.length - 1] = timedOut.exception();
		}
		try {
			return this.method.invoke(invocation.getThis(), arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

}
