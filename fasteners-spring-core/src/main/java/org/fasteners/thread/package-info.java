/**
 * Locks between the threads of one JVM. Imports the root package; no Spring.
 */
@NullMarked
package org.fasteners.thread;

import org.jspecify.annotations.NullMarked;
