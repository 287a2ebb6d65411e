package org.fasteners.process.file;

/**
 * Which locks of the operating system a file is locked with. On a local file system of
 * Linux the two know nothing of each other: who locks a file with one does not exclude
 * who locks it with the other. So all who use a file have to use the same one.
 */
public enum LockProtocol {

	/**
	 * Record locks: {@code fcntl(2)} on POSIX systems, {@code LockFileEx} on Windows.
	 * They exclude Python's fasteners and {@code fcntl.lockf}, and they can do all that
	 * this library offers.
	 */
	FCNTL,

	/**
	 * Locks of whole files with {@code flock(2)}, which exclude the command
	 * {@code flock(1)}, Python's {@code fcntl.flock}, flockcontext, filelock and
	 * portalocker (2.2.1). There are exclusive and shared locks of files, and nothing
	 * else. Needs the library JNA ({@code net.java.dev.jna:jna}) on the class path; on
	 * Linux and macOS alone.
	 */
	FLOCK

}
