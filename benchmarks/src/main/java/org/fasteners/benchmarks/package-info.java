/**
 * Benchmarks of the speed and size of the locks, compared with the locks of the JDK. No
 * other package of this library imports it.
 */
@NullMarked
package org.fasteners.benchmarks;

import org.jspecify.annotations.NullMarked;
