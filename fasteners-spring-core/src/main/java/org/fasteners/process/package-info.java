/**
 * Locks between processes: the gate that keeps the threads of this JVM apart, and the
 * port to an engine that keeps the processes apart. Imports the root package and
 * {@code thread}; no engine and no Spring.
 */
@NullMarked
package org.fasteners.process;

import org.jspecify.annotations.NullMarked;
