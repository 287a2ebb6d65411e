/**
 * From settings to a {@code LockRegistry}: what code without Spring starts from. Imports
 * the root package, {@code thread}, {@code process} and its engines; no Spring.
 */
@NullMarked
package org.fasteners.registry;

import org.jspecify.annotations.NullMarked;
