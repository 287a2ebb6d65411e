package org.fasteners.interceptor;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.stream.BaseStream;

import org.fasteners.LockMisuseException;
import org.fasteners.LockMisuseException.Finding;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.util.ReflectionUtils;

/**
 * Checks what a locked method returned, if its declared type does not show whether the
 * work is done: {@code Object}, a type parameter, a supertype of futures, or a wrapper of
 * these; or if it is a future that a worker waits for ({@link AsyncMethods}). Whether
 * that is necessary is decided once for each method. Looks into {@code Optional} and
 * {@code HttpEntity}, not into collections. Cancels nothing.
 *
 * @param place the method, as messages call it
 * @param fix what to do if the work is not done
 */
record DeferredResults(String place, String fix) {

	private static final List<Class<?>> HIDDEN = List.of(CompletableFuture.class, FutureTask.class, ForkJoinTask.class,
			ScheduledFuture.class, BaseStream.class);

	private static final String ENTITY = "org.springframework.http.HttpEntity";

	private static final int DONE = 0;

	private static final int LATER = 1;

	private static final int WRAPPER = 2;

	/** Of types of the JDK alone, so that no class keeps this library's class loader. */
	private static final ClassValue<Integer> SORTS = new ClassValue<>() {

		@Override
		protected Integer computeValue(Class<?> type) {
			return isEntity(type) ? WRAPPER : (AsynchronousTypes.isAsynchronous(type) ? LATER : DONE);
		}

	};

	/** The check of a method, or {@code null} if its declared type tells enough. */
	static @Nullable DeferredResults of(Method method, Class<?> targetClass) {
		if (AsyncMethods.returnFuture(method, targetClass)) {
			return new DeferredResults(LockChecks.place(targetClass, method),
					"Return a completed future, as CompletableFuture.completedFuture(result) or the result of join(), and leave the order of @EnableAsync at its default");
		}
		return (mayHide(ResolvableType.forMethodReturnType(method, targetClass), method.getReturnType())
				&& AsynchronousTypes.returnedBy(method, targetClass).isEmpty())
						? new DeferredResults(LockChecks.place(targetClass, method),
								"Return the plain result, or lock where the work is done")
						: null;
	}

	private static boolean mayHide(ResolvableType type, Class<?> declared) {
		Class<?> raw = type.resolve(declared);
		if (raw == Optional.class || isEntity(raw)) {
			return mayHide(type.getGeneric(), Object.class);
		}
		return HIDDEN.stream().anyMatch(raw::isAssignableFrom);
	}

	private static boolean isEntity(@Nullable Class<?> type) {
		return type != null && (type.getName().equals(ENTITY) || isEntity(type.getSuperclass()));
	}

	/**
	 * Check a result.
	 * @throws LockMisuseException if its work is not done
	 */
	void check(@Nullable Object result) {
		if (result == null || isDone(result)) {
			return;
		}
		throw new LockMisuseException(List.of(new Finding(null, this.place, String.format(Locale.ROOT,
				"it returned a %s whose work is not done, and goes on without the lock, which is released; nothing was cancelled",
				result.getClass().getName()), this.fix)));
	}

	private static boolean isDone(@Nullable Object result) {
		if (result == null) {
			return true;
		}
		if (result instanceof CompletionStage<?> stage) {
			// first: a minimal stage of the JDK is a future that does not say it
			return isDone(stage);
		}
		if (result instanceof Future<?> future) {
			return future.isDone();
		}
		if (result instanceof Optional<?> optional) {
			return optional.isEmpty() || isDone(optional.get());
		}
		int sort = SORTS.get(result.getClass());
		if (sort == WRAPPER) {
			return isDone(body(result));
		}
		return sort == DONE;
	}

	private static boolean isDone(CompletionStage<?> stage) {
		try {
			return stage.toCompletableFuture().isDone();
		}
		catch (UnsupportedOperationException ex) {
			// permitted by its contract: then nothing says that it is done
			return false;
		}
	}

	private static @Nullable Object body(Object entity) {
		Method getter = Objects.requireNonNull(ReflectionUtils.findMethod(entity.getClass(), "getBody"));
		ReflectionUtils.makeAccessible(getter);
		return ReflectionUtils.invokeMethod(getter, entity);
	}

}
