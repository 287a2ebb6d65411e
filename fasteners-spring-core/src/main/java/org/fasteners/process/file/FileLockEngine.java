package org.fasteners.process.file;

import java.nio.file.Path;

import org.fasteners.process.LockEngine;

/**
 * Keeps processes apart by record locks of the kernel on files in a lock directory
 * ({@code fcntl} on POSIX systems, {@code LockFileEx} on Windows). It excludes Python's
 * fasteners and {@code fcntl.lockf} on the same file; it does not see {@code flock}. No
 * promise is made for network file systems.
 * <p>
 * Thread-safe.
 *
 * @see <a href=
 * "https://man7.org/linux/man-pages/man2/fcntl_locking.2.html">fcntl_locking(2)</a>
 */
public final class FileLockEngine implements LockEngine {

	private final LockDirectory directory;

	/**
	 * Create an engine over a directory, which is created if it is missing.
	 * @param directory the directory
	 * @param access who else may use it
	 * @throws org.fasteners.LockDirectoryException if the directory cannot be used safely
	 */
	public FileLockEngine(Path directory, LockDirectoryAccess access) {
		this.directory = LockDirectory.open(directory, access);
	}

	@Override
	public EngineLock lock(String path) {
		return new LockFile(this.directory, this.directory.resolve(path));
	}

}
