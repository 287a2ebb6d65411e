/**
 * Race tests of the thread locks for jcstress, which runs the actors of each class at the
 * same time, millions of times, and counts the outcomes. Imports the root package and the
 * thread locks; no Spring.
 */
@NullMarked
package org.fasteners.stress;

import org.jspecify.annotations.NullMarked;
