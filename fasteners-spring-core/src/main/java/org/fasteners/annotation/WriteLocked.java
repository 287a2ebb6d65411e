package org.fasteners.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * One thread of this JVM at a time runs the method, and no reader of the lock
 * ({@link ReadLocked}) meanwhile. The counterpart of {@link ReadLocked}; the same lock as
 * {@link Locked} of that name. What {@code @write_locked} of Python's fasteners does.
 * <p>
 * On a class it covers the methods that a proxy can intercept, except those of
 * {@link Object} and life-cycle callbacks; annotations of a method take the place of
 * those of its class. Several may stand in one place: their locks are acquired in a fixed
 * order, whatever that of the annotations, all or none. It may stand on an interface or
 * its methods, and on an annotation of one's own, with {@code @AliasFor} for its
 * attributes. A method that cannot be locked (private, final, static, asynchronous) fails
 * the start of the application. A call within the same object ({@code this.method()})
 * bypasses the proxy and with it the lock.
 */
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
@Repeatable(WriteLocked.List.class)
public @interface WriteLocked {

	/**
	 * The name of the lock: all methods that name it share it, whatever their beans.
	 * <code>${...}</code> placeholders are replaced once, at start-up. Empty for the bean
	 * instance's own lock, which its methods without a name share.
	 * @return the name
	 */
	String value() default "";

	/**
	 * A field or property of the bean instance that holds a
	 * {@link java.util.concurrent.locks.ReadWriteLock ReadWriteLock}, a
	 * {@link java.util.concurrent.locks.Lock Lock} or a collection of them, acquired in
	 * order and released in reverse, read on every call. Instead of a name. {@code null}
	 * in it is an error.
	 * @return the name of the field or property
	 */
	String using() default "";

	/**
	 * One lock for each value of these SpEL expressions, instead of one for all: over the
	 * arguments ({@code #id}, {@code #p0}, {@code #order.id}), the call
	 * ({@code #root.target}, {@code #root.method}) and beans ({@code @clock}). Evaluated
	 * once, before the body. A key is a text, number, boolean, enum constant, UUID or
	 * value of {@code java.time}, or a record of these; several expressions make one key
	 * of several parts. A collection means the locks of all its elements, acquired in a
	 * fixed order within one timeout, all or none; an empty one means none. {@code null},
	 * arrays and other objects are refused with {@link IllegalArgumentException} before
	 * anything is locked.
	 * @return the expressions
	 */
	String[] key() default {};

	/**
	 * The longest wait: a number with {@code ns}, {@code us}, {@code ms}, {@code s},
	 * {@code m}, {@code h} or {@code d} as in {@code 5s}, an ISO-8601 duration as
	 * {@code PT1M30S}, {@code 0} for a single attempt, or a <code>${...}</code>
	 * placeholder for one of these. Empty for what is set for this lock
	 * ({@code fasteners.locks.[name].timeout}) or for all
	 * ({@code fasteners.default-timeout}), and without these for ever. A wait that is too
	 * long ends as {@link #onTimeout()} and {@link #fallback()} say.
	 * @return the timeout
	 */
	String timeout() default "";

	/**
	 * What to do when the wait was too long. Anything but {@link OnTimeout#THROW} needs a
	 * timeout.
	 * @return what to do
	 */
	OnTimeout onTimeout() default OnTimeout.THROW;

	/**
	 * A method of the same class to call instead when the wait was too long, with nothing
	 * locked: with the same parameters, or with these and a
	 * {@link org.fasteners.LockTimeoutException} after them, and the same result. It may
	 * be private.
	 * @return the name of the method
	 */
	String fallback() default "";

	/**
	 * When the lock is released.
	 * @return by default after the transaction, if one is active when the lock is asked
	 * for
	 */
	Release release() default Release.AUTO;

	/**
	 * Several of them in one place.
	 */
	@Target({ ElementType.METHOD, ElementType.TYPE })
	@Retention(RetentionPolicy.RUNTIME)
	@Inherited
	@Documented
	@interface List {

		/**
		 * The annotations.
		 * @return the annotations, in any order
		 */
		WriteLocked[] value();

	}

}
