/**
 * The engine over lock files: record locks of the operating system's kernel. Imports
 * {@code process} and the root package; no Spring.
 */
@NullMarked
package org.fasteners.process.file;

import org.jspecify.annotations.NullMarked;
