package org.fasteners.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The current generation of a worker process, and its process ID.
 *
 * @param generation the number of the life of the process, from 1
 * @param pid the process ID; 0 if none is known
 */
record Life(long generation, long pid) {

	private static final int PID_BITS = 32;

	/** The flag in {@code /proc/pid/stat} of a process that the kernel is terminating. */
	private static final long EXITING = 0x4;

	/** The index of the flags, counted from the state. */
	private static final int FLAGS = 6;

	static Life of(long word) {
		return new Life(word >>> PID_BITS, word & ((1L << PID_BITS) - 1));
	}

	long word() {
		return this.generation << PID_BITS | this.pid;
	}

	/**
	 * Return whether the process is alive. The kernel first marks all threads of a killed
	 * process as exiting, then releases its locks, and makes the process a zombie a
	 * little later. A process that is exiting therefore counts as dead.
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
