package org.fasteners.interceptor;

import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/**
 * Methods with {@code @Async} that return a future: a worker runs the whole method, and
 * waits for the future that its body returns, if the asynchronous advice stands outside
 * of the locks. Whether it does is seen in the finished proxy, and again in the result of
 * each call, because proxies may be made late.
 */
final class AsyncMethods {

	private static final String ASYNC = "org.springframework.scheduling.annotation.Async";

	private AsyncMethods() {
	}

	/** Whether a worker may run a method that returns a future. */
	static boolean returnFuture(Method method, Class<?> type) {
		Class<?> result = method.getReturnType();
		return (result == Future.class || result == CompletableFuture.class) && Stream.of(method, type)
			.anyMatch((element) -> MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY).isPresent(ASYNC));
	}

}
