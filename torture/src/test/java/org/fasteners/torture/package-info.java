/**
 * Tests of the torture run: that it finds what it is to find, and nothing else.
 */
@NullMarked
package org.fasteners.torture;

import org.jspecify.annotations.NullMarked;
