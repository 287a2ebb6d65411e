package org.fasteners.process.file;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.fasteners.process.LockEngine;

/**
 * Keeps processes apart by record locks of the kernel on files in a lock directory
 * ({@code fcntl} on POSIX systems, {@code LockFileEx} on Windows). It excludes Python's
 * fasteners and {@code fcntl.lockf} on the same file; it does not see {@code flock}. No
 * promise is made for network file systems, which are refused unless they are allowed.
 * <p>
 * Thread-safe.
 *
 * @see <a href=
 * "https://man7.org/linux/man-pages/man2/fcntl_locking.2.html">fcntl_locking(2)</a>
 */
public final class FileLockEngine implements LockEngine {

	private final LockDirectory directory;

	private final Map<String, LockFile> files = new ConcurrentHashMap<>();

	/**
	 * Create an engine over a directory on a local file system, which is created if it is
	 * missing.
	 * @param directory the directory
	 * @param access who else may use it
	 * @throws org.fasteners.LockDirectoryException if the directory cannot be used safely
	 */
	public FileLockEngine(Path directory, LockDirectoryAccess access) {
		this(directory, access, false);
	}

	/**
	 * Create an engine over a directory, which is created if it is missing.
	 * @param directory the directory
	 * @param access who else may use it
	 * @param allowNetworkFileSystem whether it may be on a network file system, for which
	 * no promise is made
	 * @throws org.fasteners.LockDirectoryException if the directory cannot be used safely
	 */
	public FileLockEngine(Path directory, LockDirectoryAccess access, boolean allowNetworkFileSystem) {
		this.directory = LockDirectory.open(directory, access, allowNetworkFileSystem);
	}

	@Override
	public EngineLock lock(String path) {
		LockFile file = file(path);
		return new FileRangeLock(file, file.path(), 0);
	}

	@Override
	public EngineLock lock(String path, String key) {
		long first = KeyRange.first(key);
		LockFile file = file(path);
		return new FileRangeLock(file, file.path() + "[" + key + "]", first);
	}

	private LockFile file(String path) {
		LockFile file = this.files.get(path);
		return (file != null) ? file : this.files.computeIfAbsent(path,
				(given) -> new LockFile(this.directory, this.directory.resolve(given)));
	}

}
