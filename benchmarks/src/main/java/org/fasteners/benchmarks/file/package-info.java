/**
 * File locks as they behave between processes and beside other implementations: commands
 * that start processes, measure and print Markdown tables. Imports nothing of the other
 * benchmarks.
 */
@NullMarked
package org.fasteners.benchmarks.file;

import org.jspecify.annotations.NullMarked;
