/**
 * The box office: several processes sell the seats of the same shows, and never one
 * twice. Imports of the library only what its users do: annotations, registry, holds and
 * exceptions.
 */
@NullMarked
package org.fasteners.sample;

import org.jspecify.annotations.NullMarked;
