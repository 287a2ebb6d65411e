package org.fasteners.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The method runs without the locks of its class: annotations of the class, its
 * superclasses and its interfaces, and of the methods that it overrides or implements, do
 * not cover it.
 *
 * <pre class="code">
 * &#064;Service
 * &#064;Locked("catalog")
 * class Catalog {
 *
 *     void reload() { }
 *
 *     &#064;Unlocked
 *     int size() { return 0; }
 *
 * }
 * </pre>
 * <p>
 * On a method of an interface it opts out of annotations of interfaces alone. Together
 * with a lock annotation on one method it fails the start of the application. It may
 * stand on an annotation of one's own.
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface Unlocked {

}
