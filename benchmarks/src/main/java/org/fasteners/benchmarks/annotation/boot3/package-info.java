/**
 * The benchmark of annotations on Spring Boot 3, compared with libraries that support it.
 */
@NullMarked
package org.fasteners.benchmarks.annotation.boot3;

import org.jspecify.annotations.NullMarked;
