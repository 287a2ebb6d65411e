/**
 * Tests of the thread locks under Lincheck, and the bounded run of jcstress. Imports the
 * root package and the thread locks; no Spring.
 */
@NullMarked
package org.fasteners.stress;

import org.jspecify.annotations.NullMarked;
