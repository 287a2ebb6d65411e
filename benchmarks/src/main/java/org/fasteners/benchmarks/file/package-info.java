/**
 * Benchmarks of file locks between processes and of other implementations: commands that
 * start processes, measure, and print Markdown tables. Does not import the other
 * benchmarks.
 */
@NullMarked
package org.fasteners.benchmarks.file;

import org.jspecify.annotations.NullMarked;
