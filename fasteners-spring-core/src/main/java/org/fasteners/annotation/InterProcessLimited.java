package org.fasteners.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
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
 * {@link Object} and life-cycle callbacks; an annotation of a method takes the place of
 * that of its class. It may stand on an interface or its methods, and on an annotation of
 * one's own, with {@code @AliasFor} for its attributes. A method that cannot be limited
 * (private, final, static, asynchronous) fails the start of the application, and so do
 * two numbers for one path. A call within the same object ({@code this.method()})
 * bypasses the proxy and with it the limit.
 */
@Target({ ElementType.METHOD, ElementType.TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
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
	 * all processes.
	 * @return the number of permits
	 */
	int permits();

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
