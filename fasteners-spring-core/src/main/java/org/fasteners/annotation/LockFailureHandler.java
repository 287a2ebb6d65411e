package org.fasteners.annotation;

import java.lang.reflect.Method;

import org.fasteners.LockTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Decides for all annotated methods what to do when a lock was not had in time. A bean of
 * this type is asked wherever the annotation says neither {@link OnTimeout#SKIP} nor a
 * fallback; there may be one at most. Must be thread-safe.
 */
@FunctionalInterface
public interface LockFailureHandler {

	/**
	 * Decide what the call returns. Nothing is locked meanwhile.
	 * @param timeout which lock was not had, and who holds it
	 * @param method the annotated method
	 * @param arguments the arguments of the call
	 * @return what the call returns; must be of the type that the method returns, so not
	 * {@code null} for a primitive. Ignored for {@code void}
	 * @throws Throwable to fail the call with, for instance the given one
	 */
	@Nullable Object handle(LockTimeoutException timeout, Method method, Object[] arguments) throws Throwable;

}
