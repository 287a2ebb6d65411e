package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What {@code lstat(2)} returns for a path: owner, group and mode by number, and the
 * identity. A symbolic link is not followed, and nothing is opened.
 *
 * @param path the path
 * @param owner number of the owner
 * @param group number of the group
 * @param mode type and permissions
 * @param device device number
 * @param inode inode number
 * @param links number of names
 */
record FileStatus(Path path, int owner, int group, int mode, long device, long inode, int links) {

	static final int OTHERS_MAY_WRITE = 0002;

	static final int GROUP_MAY_WRITE = 0020;

	static final int GROUP_MAY_ENTER = 0010;

	/** In such a directory a user deletes and renames only what that user owns. */
	static final int STICKY = 01000;

	/** What is created in such a directory gets the group of the directory. */
	static final int SET_GROUP_ID = 02000;

	static final int PERMISSIONS = 07777;

	private static final int TYPE = 0170000;

	private static final int DIRECTORY = 0040000;

	private static final int REGULAR_FILE = 0100000;

	private static final int LINK = 0120000;

	static FileStatus of(Path path) throws IOException {
		Map<String, Object> attributes = Files.readAttributes(path, "unix:uid,gid,mode,dev,ino,nlink",
				LinkOption.NOFOLLOW_LINKS);
		return new FileStatus(path, (int) value(attributes, "uid"), (int) value(attributes, "gid"),
				(int) value(attributes, "mode"), (long) value(attributes, "dev"), (long) value(attributes, "ino"),
				(int) value(attributes, "nlink"));
	}

	/**
	 * The status, if there is anything.
	 * @return {@code null} if there is nothing at the path
	 */
	static @Nullable FileStatus find(Path path) throws IOException {
		try {
			return of(path);
		}
		catch (NoSuchFileException ex) {
			return null;
		}
	}

	private static Object value(Map<String, Object> attributes, String name) {
		return Objects.requireNonNull(attributes.get(name), name);
	}

	boolean isDirectory() {
		return (this.mode & TYPE) == DIRECTORY;
	}

	boolean isRegularFile() {
		return (this.mode & TYPE) == REGULAR_FILE;
	}

	boolean isLink() {
		return (this.mode & TYPE) == LINK;
	}

	/** Whether all of these bits are set. */
	boolean has(int bits) {
		return (this.mode & bits) == bits;
	}

	/** Whether every user may replace every entry of this directory. */
	boolean isOpenToAll() {
		return has(OTHERS_MAY_WRITE) && !has(STICKY);
	}

	boolean isSameFile(FileStatus other) {
		return this.device == other.device && this.inode == other.inode;
	}

	String shownMode() {
		return String.format(Locale.ROOT, "%04o", this.mode & PERMISSIONS);
	}

	String shownOwner() {
		return Integer.toUnsignedString(this.owner);
	}

	String shownGroup() {
		return Integer.toUnsignedString(this.group);
	}

}
