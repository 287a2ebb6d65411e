package org.fasteners.torture;

import java.util.Locale;

/**
 * What a worker does most of the time: which locks it uses, and in which modes.
 */
enum Behaviour {

	/** Reads and writes under the lock of the path. */
	PATH(Locks.PATH, 50, 10),

	/** Reads and writes under the locks of keys. */
	KEYED(Locks.KEYS, 50, 10),

	/** Mostly reads, under all locks, and sometimes writes. */
	READERS(Locks.ALL, 95, 2),

	/** Mostly updates and upgrades, under all locks. */
	UPGRADER(Locks.ALL, 20, 70),

	/** Waits with short timeouts, and is interrupted while it waits. */
	IMPATIENT(Locks.ALL, 40, 20),

	/** Uses Python's fasteners, which lock the whole file and so all locks at once. */
	PYTHON_PATH(Locks.ALL, 50, 0),

	/** Uses Python's {@code fcntl} on the bytes of a key. */
	PYTHON_KEYED(Locks.KEYS, 50, 0);

	private final Locks locks;

	private final int readPercent;

	private final int updatePercent;

	Behaviour(Locks locks, int readPercent, int updatePercent) {
		this.locks = locks;
		this.readPercent = readPercent;
		this.updatePercent = updatePercent;
	}

	/** The number of the first lock that the worker uses. */
	int firstResource() {
		return (this.locks == Locks.KEYS) ? 1 : 0;
	}

	/** The number after that of the last lock that the worker uses. */
	int endOfResources() {
		return (this.locks == Locks.PATH) ? 1 : Resources.NUMBER;
	}

	/** The percentage of sections that read. */
	int readPercent() {
		return this.readPercent;
	}

	/** The percentage of sections that update; all others write. */
	int updatePercent() {
		return this.updatePercent;
	}

	boolean isPython() {
		return this == PYTHON_PATH || this == PYTHON_KEYED;
	}

	/** The name in reports. */
	String title() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	private enum Locks {

		PATH, KEYS, ALL

	}

}
