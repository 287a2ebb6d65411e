/**
 * The benchmark of annotations on Spring Boot 3, beside libraries that run there.
 */
@NullMarked
package org.fasteners.benchmarks.annotation.boot3;

import org.jspecify.annotations.NullMarked;
