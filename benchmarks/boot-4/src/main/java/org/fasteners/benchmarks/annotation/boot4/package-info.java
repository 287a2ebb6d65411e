/**
 * The benchmark of annotations on Spring Boot 4, compared with Spring Framework 7.
 */
@NullMarked
package org.fasteners.benchmarks.annotation.boot4;

import org.jspecify.annotations.NullMarked;
