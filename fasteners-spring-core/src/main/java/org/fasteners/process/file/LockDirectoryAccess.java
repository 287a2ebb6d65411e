package org.fasteners.process.file;

/**
 * Who else may be able to use, and so to disturb, the locks of a directory.
 */
public enum LockDirectoryAccess {

	/**
	 * The user of this process alone (and root). New files have mode 0600, new
	 * directories 0700. No other user may own a directory on the way to the lock
	 * directory, and only a sticky one (as {@code /tmp}) may be writable for all users.
	 */
	OWNER("rw-------", "rwx------"),

	/**
	 * The group of the directory as well: each of its members can hold up the others, or
	 * delete lock files and so break them. The directory is writable for its group, and
	 * has the set-group-ID bit unless its group is the primary group of each process. New
	 * files have its group and mode 0660, new directories its group and mode 2770.
	 */
	GROUP("rw-rw----", "rwxrwx---"),

	/**
	 * All users who can reach the directory, as on the volume of a container whose owner
	 * has a foreign number. New files have mode 0666, new directories 0777. A user who
	 * can write to the lock directory or to one above it can break its locks, and by
	 * replacing a directory at the right moment can make this process create an empty
	 * lock file elsewhere: not for a process with more rights than these users.
	 * <p>
	 * Symbolic links on the way to the lock directory are followed only if they and the
	 * directories that have them belong to this user or root, whatever the access.
	 */
	ANYONE("rw-rw-rw-", "rwxrwxrwx");

	private final String fileMode;

	private final String directoryMode;

	LockDirectoryAccess(String fileMode, String directoryMode) {
		this.fileMode = fileMode;
		this.directoryMode = directoryMode;
	}

	String fileMode() {
		return this.fileMode;
	}

	String directoryMode() {
		return this.directoryMode;
	}

	int fileBits() {
		return bits(this.fileMode);
	}

	int directoryBits() {
		return bits(this.directoryMode);
	}

	private static int bits(String mode) {
		return Integer.parseInt(mode.replaceAll("[rwx]", "1").replace('-', '0'), 2);
	}

}
