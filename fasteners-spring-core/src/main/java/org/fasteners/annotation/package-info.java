/**
 * The annotations. Imports the root package at most, and no Spring.
 */
@NullMarked
package org.fasteners.annotation;

import org.jspecify.annotations.NullMarked;
