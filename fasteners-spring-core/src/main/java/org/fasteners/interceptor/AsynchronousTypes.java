package org.fasteners.interceptor;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;

/**
 * Methods that return before their work is done: a lock released on return would protect
 * nothing.
 */
final class AsynchronousTypes {

	private static final List<Class<?>> OF_THE_JDK = List.of(Future.class, CompletionStage.class, Flow.Publisher.class,
			Callable.class);

	/** By name, because Spring MVC need not be there. */
	private static final List<String> OF_SPRING_MVC = List.of(
			"org.springframework.web.context.request.async.DeferredResult",
			"org.springframework.web.context.request.async.WebAsyncTask",
			"org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter",
			"org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody");

	private AsynchronousTypes() {
	}

	/** What a method returns, if that is such a type. */
	static Optional<Class<?>> returnedBy(Method method, Class<?> targetClass) {
		Class<?> type = ResolvableType.forMethodReturnType(method, targetClass).resolve(method.getReturnType());
		return (isAsynchronous(type) || isSuspending(method)) ? Optional.of(type) : Optional.empty();
	}

	private static boolean isAsynchronous(Class<?> type) {
		return OF_THE_JDK.stream().anyMatch((asynchronous) -> asynchronous.isAssignableFrom(type))
				|| isOfSpringMvc(type) || ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) != null;
	}

	private static boolean isOfSpringMvc(@Nullable Class<?> type) {
		return type != null && (OF_SPRING_MVC.contains(type.getName()) || isOfSpringMvc(type.getSuperclass()));
	}

	private static boolean isSuspending(Method method) {
		Class<?>[] parameters = method.getParameterTypes();
		return parameters.length > 0
				&& parameters[parameters.length - 1].getName().equals("kotlin.coroutines.Continuation");
	}

}
