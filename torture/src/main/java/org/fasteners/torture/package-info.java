/**
 * A run of many processes that use the same locks while they are killed, stopped and
 * interrupted, and a referee who tells whether a lock failed. Imports the root package
 * and the registry, as a user does; no Spring. Nothing imports this package.
 */
@NullMarked
package org.fasteners.torture;

import org.jspecify.annotations.NullMarked;
