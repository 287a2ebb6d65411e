package org.fasteners.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * So many threads at a time run the method, or others that name the same path, in all
 * processes together that use the same lock directory. A call takes one permit of the
 * semaphore of that path, and gives it back at its end.
 * <p>
 * A semaphore is not re-entrant: a method that calls another one with the same path takes
 * a second permit, and if there is none it waits for ever, or until its timeout.
 * <p>
 * On a class it covers the methods that a proxy can intercept, except those of
 * {@link Object} and life-cycle callbacks; annotations of a method take the place of
 * those of its class. Several may stand in one place: their locks are acquired in a fixed
 * order, whatever that of the annotations, all or none. It may stand on an interface or
 * its methods, and on an annotation of one's own, with {@code @AliasFor} for its
 * attributes. A method that cannot be limited (private, final, static, asynchronous)
 * fails the start of the application, and so do two numbers for one path. A call within
 * the same object ({@code this.method()}) bypasses the proxy and with it the limit.
 */
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
@Repeatable(InterProcessLimited.List.class)
public @interface InterProcessLimited {

	/**
	 * The lock file, relative to {@code fasteners.lock-directory}: one or more segments
	 * of letters, digits, {@code .}, {@code _} and {@code -}, separated by {@code /},
	 * none starting with a dot; or an absolute path below that directory.
	 * <code>${...}</code> placeholders are replaced once, at start-up. The semaphore is
	 * independent of locks of the same path.
	 * @return the path
	 */
	String value();

	/**
	 * How many may be inside: from 1 to 1,000, the same wherever the path is named, in
	 * all processes. By default what is set for the path
	 * ({@code fasteners.process.locks.[path].permits}), which may be a placeholder. If
	 * both say a number, it must be the same.
	 * @return the number of permits
	 */
	int permits() default 0;

	/**
	 * The longest wait: a number with {@code ns}, {@code us}, {@code ms}, {@code s},
	 * {@code m}, {@code h} or {@code d} as in {@code 5s}, an ISO-8601 duration as
	 * {@code PT1M30S}, {@code 0} for a single attempt, or a <code>${...}</code>
	 * placeholder for one of these. Empty for what is set for this lock
	 * ({@code fasteners.process.locks.[name].timeout}) or for all
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
	 * When the permit is released.
	 * @return by default on return, because a semaphore limits how much goes on at once,
	 * and does not protect what a transaction writes. With {@link Release#AUTO} each call
	 * within a transaction keeps a permit of its own until that has ended
	 */
	Release release() default Release.ON_RETURN;

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
		InterProcessLimited[] value();

	}

}
