package org.fasteners.process.file;

/**
 * How a lock directory and the files in it are used: the same for all processes that are
 * to exclude one another.
 *
 * @param access who else may use the directory
 * @param allowNetworkFileSystem whether it may be on a network file system, for which no
 * promise is made
 * @param keyFiles over how many files the keys of a path are spread: a power of two from
 * 1 to 1024
 * @param protocol with which locks of the operating system files are locked
 */
public record FileLockSettings(LockDirectoryAccess access, boolean allowNetworkFileSystem, int keyFiles,
		LockProtocol protocol) {

	/**
	 * Record locks on a local file system, for the user alone; keys in one file.
	 */
	public static final FileLockSettings DEFAULT = new FileLockSettings(LockDirectoryAccess.OWNER, false, 1,
			LockProtocol.FCNTL);

	/**
	 * Create settings.
	 * @param access who else may use the directory
	 * @param allowNetworkFileSystem whether it may be on a network file system
	 * @param keyFiles over how many files the keys of a path are spread
	 * @param protocol with which locks files are locked
	 * @throws IllegalArgumentException if the number of files is no power of two from 1
	 * to 1024
	 */
	public FileLockSettings {
		KeyFiles.require(keyFiles);
	}

	/**
	 * The same with another access.
	 * @param value who else may use the directory
	 * @return new settings
	 */
	public FileLockSettings withAccess(LockDirectoryAccess value) {
		return new FileLockSettings(value, this.allowNetworkFileSystem, this.keyFiles, this.protocol);
	}

	/**
	 * The same with or without network file systems.
	 * @param value whether the directory may be on one
	 * @return new settings
	 */
	public FileLockSettings withAllowNetworkFileSystem(boolean value) {
		return new FileLockSettings(this.access, value, this.keyFiles, this.protocol);
	}

	/**
	 * The same with another number of files for keys.
	 * @param value a power of two from 1 to 1024
	 * @return new settings
	 * @throws IllegalArgumentException if it is none
	 */
	public FileLockSettings withKeyFiles(int value) {
		return new FileLockSettings(this.access, this.allowNetworkFileSystem, value, this.protocol);
	}

	/**
	 * The same with another protocol.
	 * @param value with which locks files are locked
	 * @return new settings
	 */
	public FileLockSettings withProtocol(LockProtocol value) {
		return new FileLockSettings(this.access, this.allowNetworkFileSystem, this.keyFiles, value);
	}

}
