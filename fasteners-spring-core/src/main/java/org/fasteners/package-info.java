/**
 * What a user types: the lock interfaces, the registry, holds, attempts and exceptions.
 * Imports the JDK alone: no other package of the library, and no Spring.
 */
@NullMarked
package org.fasteners;

import org.jspecify.annotations.NullMarked;
