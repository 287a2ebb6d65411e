package org.fasteners.process.file;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.fasteners.LockPreference;
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

	private final KeyFiles keyFiles;

	private final Map<String, LockFile> files = new ConcurrentHashMap<>();

	/**
	 * Create an engine over a directory on a local file system, which is created if it is
	 * missing.
	 * @param directory the directory
	 * @param access who else may use it
	 * @throws org.fasteners.LockDirectoryException if the directory cannot be used safely
	 */
	public FileLockEngine(Path directory, LockDirectoryAccess access) {
		this(directory, access, false, 1);
	}

	/**
	 * Create an engine over a directory, which is created if it is missing.
	 * @param directory the directory
	 * @param access who else may use it
	 * @param allowNetworkFileSystem whether it may be on a network file system, for which
	 * no promise is made
	 * @param keyFiles over how many files the keys of a path are spread: a power of two
	 * from 1 to 1024, the same for all processes
	 * @throws org.fasteners.LockDirectoryException if the directory cannot be used safely
	 * @throws IllegalArgumentException if the number of files is none of these
	 */
	public FileLockEngine(Path directory, LockDirectoryAccess access, boolean allowNetworkFileSystem, int keyFiles) {
		this.keyFiles = new KeyFiles(keyFiles);
		this.directory = LockDirectory.open(directory, access, allowNetworkFileSystem);
	}

	/**
	 * Check a number of files over which keys are to be spread.
	 * @param files the number
	 * @return the number
	 * @throws IllegalArgumentException if it is no power of two from 1 to 1024
	 */
	public static int requireKeyFiles(int files) {
		return KeyFiles.require(files);
	}

	@Override
	public EngineLock lock(String path, LockPreference preference) {
		LockFile file = file(path);
		return new FileRangeLock(file, file.path(), 0, preference);
	}

	@Override
	public EngineLock lock(String path, String key, LockPreference preference) {
		long first = KeyRange.first(key);
		LockFile whole = file(path);
		this.keyFiles.check(whole.file(), whole.path());
		LockFile file = file(this.keyFiles.path(whole.path(), first));
		return new FileRangeLock(file, whole.path() + "[" + key + "]", first, preference);
	}

	@Override
	public EnginePermits permits(String path, int permits) {
		LockFile file = file(path);
		return new PermitBytes(file, file(file.path() + ".permits"), permits);
	}

	private LockFile file(String path) {
		LockFile file = this.files.get(path);
		return (file != null) ? file : this.files.computeIfAbsent(path,
				(given) -> new LockFile(this.directory, this.directory.resolve(given)));
	}

}
