/**
 * Tests that the torture run detects failures of locks, and reports no others.
 */
@NullMarked
package org.fasteners.torture;

import org.jspecify.annotations.NullMarked;
