package org.fasteners.torture;

import java.util.List;
import java.util.Optional;

/**
 * A record lock that the kernel has granted, as listed in {@code /proc/locks}.
 *
 * @param pid the ID of the holding process
 * @param inode the inode number of the file
 * @param exclusive whether the lock is exclusive
 * @param first the first locked byte
 * @param last the last locked byte
 */
record KernelLock(long pid, long inode, boolean exclusive, long first, long last) {

	/**
	 * Parse a line, as {@code 3: POSIX  ADVISORY  WRITE 2371 08:01:1311 0 EOF}.
	 * @return nothing for a waiting request and for other kinds of locks
	 */
	static Optional<KernelLock> parse(String line) {
		List<String> fields = List.of(line.trim().split("\\s+"));
		if (fields.size() < 8 || !fields.get(1).equals("POSIX")) {
			return Optional.empty();
		}
		String file = fields.get(5);
		return Optional
			.of(new KernelLock(Long.parseLong(fields.get(4)), Long.parseLong(file.substring(file.lastIndexOf(':') + 1)),
					fields.get(3).equals("WRITE"), Long.parseLong(fields.get(6)),
					fields.get(7).equals("EOF") ? Long.MAX_VALUE : Long.parseLong(fields.get(7))));
	}

	boolean conflictsWith(KernelLock other) {
		return this.pid != other.pid && (this.exclusive || other.exclusive) && this.first <= other.last
				&& other.first <= this.last;
	}

	boolean covers(long position, boolean exclusively) {
		return this.first <= position && position <= this.last && (this.exclusive || !exclusively);
	}

}
