package org.fasteners.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Threads of this JVM run the method together with other readers of the lock, but not
 * while somebody writes under it ({@link WriteLocked}, {@link Locked}). What
 * {@code @read_locked} of Python's fasteners does.
 * <p>
 * On a class it covers the methods that a proxy can intercept, except those of
 * {@link Object} and life-cycle callbacks; an annotation of a method takes the place of
 * that of its class. It may stand on an interface or its methods, and on an annotation of
 * one's own, with {@code @AliasFor} for its attributes. A method that cannot be locked
 * (private, final, static, asynchronous) fails the start of the application. A call
 * within the same object ({@code this.method()}) bypasses the proxy and with it the lock.
 */
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface ReadLocked {

	/**
	 * The name of the lock: all methods that name it share it, whatever their beans.
	 * <code>${...}</code> placeholders are replaced once, at start-up. Empty for the bean
	 * instance's own lock, which its methods without a name share.
	 * @return the name
	 */
	String value() default "";

	/**
	 * A field or property of the bean instance that holds a
	 * {@link java.util.concurrent.locks.ReadWriteLock ReadWriteLock} or a collection of
	 * them, acquired in order and released in reverse, read on every call. Instead of a
	 * name. {@code null} in it is an error.
	 * @return the name of the field or property
	 */
	String using() default "";

	/**
	 * The longest wait: a number with {@code ns}, {@code us}, {@code ms}, {@code s},
	 * {@code m}, {@code h} or {@code d} as in {@code 5s}, an ISO-8601 duration as
	 * {@code PT1M30S}, {@code 0} for a single attempt, or a <code>${...}</code>
	 * placeholder for one of these. Empty for {@code fasteners.default-timeout}, and
	 * without that for ever. A wait that is too long ends with
	 * {@link org.fasteners.LockTimeoutException}.
	 * @return the timeout
	 */
	String timeout() default "";

}
