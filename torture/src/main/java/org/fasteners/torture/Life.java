package org.fasteners.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which generation of a worker process lives, and under which pid.
 *
 * @param generation counts the lives of a process, from 1
 * @param pid the process, 0 if none is known
 */
record Life(long generation, long pid) {

	private static final int PID_BITS = 32;

	/** In the flags of {@code /proc/pid/stat}: the kernel is taking it down. */
	private static final long EXITING = 0x4;

	/** Where the flags are, counted from the state. */
	private static final int FLAGS = 6;

	static Life of(long word) {
		return new Life(word >>> PID_BITS, word & ((1L << PID_BITS) - 1));
	}

	long word() {
		return this.generation << PID_BITS | this.pid;
	}

	/**
	 * Whether the process lives. The kernel releases the locks of a killed process a
	 * little before the process is a zombie, but after all its threads are marked as
	 * exiting: so such a one does not live any more.
	 */
	boolean isAlive() {
		try {
			String stat = Files.readString(Path.of("/proc/" + this.pid + "/stat"));
			String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
			boolean ended = fields[0].equals("Z") || fields[0].equals("X");
			return !ended && (Long.parseLong(fields[FLAGS]) & EXITING) == 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
