/**
 * From an annotated method to a held lock: finding the annotations, checking them, and
 * the advice that locks. Imports the annotations, the root package and Spring's AOP; no
 * lock implementation and no Spring Boot.
 */
@NullMarked
package org.fasteners.interceptor;

import org.jspecify.annotations.NullMarked;
