package org.fasteners.interceptor;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.aopalliance.intercept.MethodInvocation;
import org.fasteners.LockTimeoutException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.util.ReflectionUtils;

/**
 * Calls another method of the bean instead.
 *
 * @param method the method
 * @param takesTimeout whether its last parameter is the exception
 */
record Fallback(Method method, boolean takesTimeout) implements TimeoutReaction {

	/**
	 * Find the method that an annotation names. Types are compared as the target class
	 * resolves them. If several methods fit, those that take the exception are meant, and
	 * among these the one with the nearest types.
	 * @throws IllegalArgumentException if there is none that can take the place of the
	 * other
	 */
	static Fallback find(String name, Method method, Class<?> targetClass) {
		List<Method> candidates = candidates(name, targetClass);
		if (candidates.isEmpty()) {
			throw new UnresolvableException(String.format(Locale.ROOT,
					"there is no method '%s' in %s that 'fallback' could mean", name, targetClass.getName()),
					"write the name of a method of that class");
		}
		Method generic = generic(method, targetClass);
		ResolvableType[] parameters = parameters(generic, targetClass);
		Method fallback = nearest(
				candidates.stream().filter((one) -> takesTimeout(one, parameters, targetClass)).toList(), targetClass)
			.or(() -> nearest(candidates.stream().filter((one) -> takes(one, parameters, targetClass)).toList(),
					targetClass))
			.orElseThrow(() -> misfit(name, "has not the parameters", method));
		if (fallback.equals(generic)) {
			throw new UnresolvableException(String.format(Locale.ROOT, "the fallback '%s' is the method itself", name),
					"write the name of another method");
		}
		if (!ResolvedTypes.returns(ResolvableType.forMethodReturnType(generic, targetClass),
				ResolvableType.forMethodReturnType(fallback, targetClass))) {
			throw misfit(name, "does not return what is returned by the method", method);
		}
		for (Class<?> thrown : fallback.getExceptionTypes()) {
			if (!ReflectionUtils.declaresException(method, thrown) && !isUnchecked(thrown)) {
				throw new UnresolvableException(
						String.format(Locale.ROOT, "the fallback '%s' throws %s, which %s does not declare", name,
								thrown.getSimpleName(), method.getName()),
						String.format(Locale.ROOT, "declare it there, or catch it in '%s'", name));
			}
		}
		ReflectionUtils.makeAccessible(fallback);
		return new Fallback(fallback, fallback.getParameterCount() > parameters.length);
	}

	/**
	 * The methods of a name. Those of a JDK proxy have lost the types of the interface,
	 * and its private methods, so the interfaces are searched instead.
	 */
	private static List<Method> candidates(String name, Class<?> targetClass) {
		Stream<Class<?>> types = Proxy.isProxyClass(targetClass) ? Arrays.stream(targetClass.getInterfaces())
				: Stream.of(targetClass);
		return types.flatMap((type) -> Arrays.stream(ReflectionUtils.getUniqueDeclaredMethods(type)))
			.filter((candidate) -> candidate.getName().equals(name) && !candidate.isBridge())
			.toList();
	}

	/** The method itself, or the one that a JDK proxy implements. */
	private static Method generic(Method method, Class<?> targetClass) {
		return Proxy.isProxyClass(targetClass)
				? LockDeclarations.declarations(method, targetClass).stream().findFirst().orElse(method) : method;
	}

	private static ResolvableType[] parameters(Method method, Class<?> targetClass) {
		return IntStream.range(0, method.getParameterCount())
			.mapToObj((i) -> ResolvableType.forMethodParameter(method, i, targetClass))
			.toArray(ResolvableType[]::new);
	}

	private static boolean isUnchecked(Class<?> thrown) {
		return RuntimeException.class.isAssignableFrom(thrown) || Error.class.isAssignableFrom(thrown);
	}

	private static boolean takesTimeout(Method candidate, ResolvableType[] given, Class<?> targetClass) {
		ResolvableType[] own = parameters(candidate, targetClass);
		if (own.length != given.length + 1 || !takesAll(own, given)) {
			return false;
		}
		Class<?> last = own[given.length].resolve(Object.class);
		return Throwable.class.isAssignableFrom(last) && last.isAssignableFrom(LockTimeoutException.class);
	}

	private static boolean takes(Method candidate, ResolvableType[] given, Class<?> targetClass) {
		return candidate.getParameterCount() == given.length && takesAll(parameters(candidate, targetClass), given);
	}

	private static boolean takesAll(ResolvableType[] parameters, ResolvableType[] given) {
		return IntStream.range(0, given.length).allMatch((i) -> ResolvedTypes.accepts(parameters[i], given[i]));
	}

	/** The one whose parameters all others would take as well. */
	private static Optional<Method> nearest(List<Method> fitting, Class<?> targetClass) {
		if (fitting.size() <= 1) {
			return fitting.stream().findFirst();
		}
		for (Method candidate : fitting) {
			ResolvableType[] own = parameters(candidate, targetClass);
			if (fitting.stream().allMatch((other) -> takesAll(parameters(other, targetClass), own))) {
				return Optional.of(candidate);
			}
		}
		throw new UnresolvableException(
				String.format(Locale.ROOT, "several methods '%s' fit, and none of them best", fitting.get(0).getName()),
				"give the fallback a name of its own");
	}

	private static UnresolvableException misfit(String name, String what, Method method) {
		return new UnresolvableException(String.format(Locale.ROOT, "the fallback '%s' %s", name, what), String.format(
				Locale.ROOT,
				"it has to take the parameters of %s, perhaps with a LockTimeoutException after them, and to return %s",
				method.getName(), method.getReturnType().getSimpleName()));
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
