package org.fasteners.torture;

import java.util.Locale;

/**
 * A planted bug, to see that the referee finds it.
 */
enum Sabotage {

	/** The locks are used as they are. */
	NONE,

	/** Nobody locks. */
	NO_LOCK,

	/**
	 * Java locks, and now and then opens and closes the lock file besides, whereupon the
	 * kernel drops all locks that the process has in it.
	 */
	LOST_LOCK;

	/** As it is written on the command line. */
	String option() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
