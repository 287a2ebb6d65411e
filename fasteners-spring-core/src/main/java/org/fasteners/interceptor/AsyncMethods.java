package org.fasteners.interceptor;

import java.lang.reflect.Method;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

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

	/**
	 * Refuse a future that is not done when the lock is released.
	 * @throws IllegalStateException if the method relies on a worker
	 */
	static void requireDone(@Nullable Object result, Method method, Class<?> type) {
		if (result instanceof Future<?> future && !future.isDone() && returnFuture(method, type)) {
			throw new IllegalStateException(String.format(Locale.ROOT,
					"%s ends with a future that is not done, so that its work goes on after its lock was released: return a completed one, as CompletableFuture.completedFuture(result) or the result of join(), and leave the order of @EnableAsync at its default",
					LockChecks.place(type, method)));
		}
	}

}
