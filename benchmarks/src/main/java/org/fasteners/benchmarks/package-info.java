/**
 * How fast and how large the locks are, beside those of the JDK. Nothing imports this
 * package.
 */
@NullMarked
package org.fasteners.benchmarks;

import org.jspecify.annotations.NullMarked;
