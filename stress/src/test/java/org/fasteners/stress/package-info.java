/**
 * The same promises under Lincheck, and the bounded run of jcstress. Imports the root
 * package and the locks between threads; no Spring.
 */
@NullMarked
package org.fasteners.stress;

import org.jspecify.annotations.NullMarked;
