/**
 * The box office: several processes sell the seats of the same shows, and no seat twice.
 * Imports from the library only what applications use: annotations, registry, holds and
 * exceptions.
 */
@NullMarked
package org.fasteners.sample;

import org.jspecify.annotations.NullMarked;
