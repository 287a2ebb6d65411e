package org.fasteners.process.file;

/**
 * Who else may be able to use, and so to disturb, the locks of a directory.
 */
public enum LockDirectoryAccess {

	/**
	 * The user of this process alone (and root). New files have mode 0600, new
	 * directories 0700. Nobody else may own a directory on the way to the lock directory,
	 * and only a sticky one (as {@code /tmp}) may be writable for everybody.
	 */
	OWNER("rw-------", "rwx------"),

	/**
	 * The group of the directory as well: each of its members can hold up the others, or
	 * delete lock files and so break them. New files have mode 0660, new directories
	 * 0770.
	 */
	GROUP("rw-rw----", "rwxrwx---"),

	/**
	 * Everybody who can reach the directory, as on the volume of a container whose owner
	 * has a foreign number. New files have mode 0666, new directories 0777.
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

}
