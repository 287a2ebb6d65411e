/**
 * A run of many processes that use the same locks while they are killed, stopped and
 * interrupted, with referees that detect a failure of a lock. Imports the root package
 * and the registry, as an application does, but no Spring. No other package imports it.
 */
@NullMarked
package org.fasteners.torture;

import org.jspecify.annotations.NullMarked;
