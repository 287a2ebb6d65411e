package org.fasteners;

import org.fasteners.annotation.Locked;

/**
 * A superclass from another package than the bean's, with a method that no subclass there
 * can override.
 */
public class ForeignBase {

	@Locked("foreign")
	void packagePrivate() {
	}

}
