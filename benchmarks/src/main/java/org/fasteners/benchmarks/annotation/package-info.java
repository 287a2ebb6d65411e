/**
 * What an annotation adds to a call, beside what Spring adds and what a lock costs. The
 * same source on each line of Spring Boot: nothing here knows other libraries of locks.
 */
@NullMarked
package org.fasteners.benchmarks.annotation;

import org.jspecify.annotations.NullMarked;
