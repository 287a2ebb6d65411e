package org.fasteners.torture;

import java.util.Locale;

/**
 * A bug that is planted to show that the referee detects it.
 */
enum PlantedBug {

	/** No bug: the locks are used as they are. */
	NONE,

	/** No worker acquires its locks. */
	NO_LOCK,

	/**
	 * Workers in Java acquire their locks, but at times also open and close the lock
	 * file, whereupon the kernel releases all locks of the process on that file.
	 */
	LOST_LOCK;

	/** The value of the option on the command line. */
	String option() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
