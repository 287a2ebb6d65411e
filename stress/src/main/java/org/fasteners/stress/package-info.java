/**
 * The races of the locks between threads, for jcstress, which runs the actors of each
 * class at the same time, millions of times, and counts what comes out. Imports the root
 * package and the locks between threads; no Spring.
 */
@NullMarked
package org.fasteners.stress;

import org.jspecify.annotations.NullMarked;
