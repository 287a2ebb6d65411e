package org.fasteners.torture;

import java.util.Locale;

/**
 * What a worker does most of the time.
 */
enum Behaviour {

	/** Reads and writes with the lock of the path. */
	PATH(Locks.PATH, 50, 10),

	/** Reads and writes with the locks of keys. */
	KEYED(Locks.KEYS, 50, 10),

	/** Reads with all locks, and writes now and then. */
	READERS(Locks.ALL, 95, 2),

	/** Updates and upgrades with all locks. */
	UPGRADER(Locks.ALL, 20, 70),

	/** Waits briefly, and is interrupted while it waits. */
	IMPATIENT(Locks.ALL, 40, 20),

	/** Python's fasteners, which lock the whole file, and so all locks at once. */
	PYTHON_PATH(Locks.ALL, 50, 0),

	/** Python's {@code fcntl} on the bytes of a key. */
	PYTHON_KEYED(Locks.KEYS, 50, 0);

	private final Locks locks;

	private final int readPercent;

	private final int updatePercent;

	Behaviour(Locks locks, int readPercent, int updatePercent) {
		this.locks = locks;
		this.readPercent = readPercent;
		this.updatePercent = updatePercent;
	}

	/** The first lock it uses. */
	int firstResource() {
		return (this.locks == Locks.KEYS) ? 1 : 0;
	}

	/** The lock after the last that it uses. */
	int endOfResources() {
		return (this.locks == Locks.PATH) ? 1 : Resources.NUMBER;
	}

	/** How many of a hundred sections read. */
	int readPercent() {
		return this.readPercent;
	}

	/** How many of a hundred sections update; the others write. */
	int updatePercent() {
		return this.updatePercent;
	}

	boolean isPython() {
		return this == PYTHON_PATH || this == PYTHON_KEYED;
	}

	/** As reports name it. */
	String title() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	private enum Locks {

		PATH, KEYS, ALL

	}

}
