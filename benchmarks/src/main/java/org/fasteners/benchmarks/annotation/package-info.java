/**
 * The cost that an annotation adds to a call, compared with the cost of a proxy and of a
 * lock. The same source for each major version of Spring Boot. Does not depend on other
 * lock libraries.
 */
@NullMarked
package org.fasteners.benchmarks.annotation;

import org.jspecify.annotations.NullMarked;
