package org.fasteners.interceptor;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.Spliterator;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.stream.BaseStream;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;

/**
 * Methods that return before their work is done: a lock released on return would protect
 * nothing. Futures, publishers, callbacks of Spring MVC, and sequences that are read
 * lazily; by themselves or as a type argument of a wrapper.
 */
final class AsynchronousTypes {

	private static final List<Class<?>> OF_THE_JDK = List.of(Future.class, CompletionStage.class, Flow.Publisher.class,
			Callable.class, BaseStream.class, Iterator.class, Spliterator.class);

	/** By name, because these libraries need not be there. */
	private static final Set<String> OF_OTHERS = Set.of("org.springframework.web.context.request.async.DeferredResult",
			"org.springframework.web.context.request.async.WebAsyncTask",
			"org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter",
			"org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody",
			"jakarta.ws.rs.core.StreamingOutput", "kotlin.sequences.Sequence");

	/** No wrapper of a real method is deeper; type variables may refer to themselves. */
	private static final int DEEPEST = 6;

	private AsynchronousTypes() {
	}

	/** The type in what a method returns whose work is done later, if there is one. */
	static Optional<Class<?>> returnedBy(Method method, Class<?> targetClass) {
		ResolvableType type = ResolvableType.forMethodReturnType(method, targetClass);
		return isSuspending(method) ? Optional.of(type.resolve(method.getReturnType())) : within(type, 0);
	}

	/** What a method returns, in words. */
	static String describe(Method method, Class<?> targetClass, Class<?> asynchronous) {
		Class<?> type = ResolvableType.forMethodReturnType(method, targetClass).resolve(method.getReturnType());
		return (type == asynchronous) ? type.getSimpleName()
				: String.format(Locale.ROOT, "%s with %s inside", type.getSimpleName(), asynchronous.getSimpleName());
	}

	private static Optional<Class<?>> within(ResolvableType type, int depth) {
		Class<?> raw = type.resolve();
		if (raw == null || raw == Class.class || depth > DEEPEST) {
			return Optional.empty();
		}
		if (isAsynchronous(raw)) {
			return Optional.of(raw);
		}
		Stream<ResolvableType> parts = type.isArray() ? Stream.of(type.getComponentType()) : Stream
			.concat(Arrays.stream(type.getGenerics()), Arrays.stream(type.as(Iterable.class).getGenerics()));
		return parts.flatMap((part) -> within(part, depth + 1).stream()).findFirst();
	}

	static boolean isAsynchronous(Class<?> type) {
		return OF_THE_JDK.stream().anyMatch((asynchronous) -> asynchronous.isAssignableFrom(type)) || isOfOthers(type)
				|| ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) != null;
	}

	private static boolean isOfOthers(@Nullable Class<?> type) {
		return type != null && (OF_OTHERS.contains(type.getName()) || isOfOthers(type.getSuperclass())
				|| Arrays.stream(type.getInterfaces()).anyMatch(AsynchronousTypes::isOfOthers));
	}

	private static boolean isSuspending(Method method) {
		Class<?>[] parameters = method.getParameterTypes();
		return parameters.length > 0
				&& parameters[parameters.length - 1].getName().equals("kotlin.coroutines.Continuation");
	}

}
