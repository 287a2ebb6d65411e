package org.fasteners.process.file;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;

import org.fasteners.LockDirectoryException;
import org.jspecify.annotations.Nullable;

/**
 * Who may use a lock directory: what is asked of one that exists, and what new
 * directories and files get.
 *
 * @param posix whether the file system has POSIX permissions
 * @param access who may use the directory
 */
record Permissions(boolean posix, LockDirectoryAccess access) {

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	private static final int GROUP_MAY_WRITE = 0020;

	private static final int OTHERS_MAY_WRITE = 0002;

	static Permissions at(Path existing, LockDirectoryAccess access) throws IOException {
		return new Permissions(Files.getFileStore(existing).supportsFileAttributeView("posix"), access);
	}

	/**
	 * Whether a lock directory is safe to use.
	 * @throws LockDirectoryException if not
	 */
	void check(Path directory) throws IOException {
		if (!Files.isWritable(directory) || !Files.isExecutable(directory)) {
			throw refused(directory, "is not writable for the user of this process", "Give that user write permission");
		}
		if (!this.posix) {
			LOGGER.log(Level.INFO,
					"The file system of the lock directory has no POSIX permissions: who else can write to it is not checked");
			return;
		}
		Map<String, Object> attributes = Files.readAttributes(directory, "unix:uid,mode");
		int mode = (int) Objects.requireNonNull(attributes.get("mode"));
		int owner = (int) Objects.requireNonNull(attributes.get("uid"));
		String shown = "%04o".formatted(mode & 07777);
		if (this.access == LockDirectoryAccess.ANYONE) {
			LOGGER.log(Level.INFO,
					"fasteners.process.access=anyone: whoever can write to the lock directory (owner {0}, mode {1}) can break its locks",
					owner, shown);
			return;
		}
		if ((mode & OTHERS_MAY_WRITE) != 0) {
			throw refused(directory, "is writable for everybody (mode %s)".formatted(shown), "Run chmod o-w on it");
		}
		if (this.access == LockDirectoryAccess.GROUP) {
			return;
		}
		if ((mode & GROUP_MAY_WRITE) != 0) {
			throw refused(directory, "is writable for its group (mode %s)".formatted(shown), "Run chmod g-w on it");
		}
		Integer self = ownUserId();
		if (self != null && owner != 0 && owner != self) {
			throw refused(directory,
					"is owned by another user (number %d, this process runs as %d)".formatted(owner, self),
					"Make this user its owner");
		}
	}

	private static LockDirectoryException refused(Path directory, String problem, String firstWayOut) {
		return new LockDirectoryException(directory, "The lock directory %s %s".formatted(directory, problem),
				"%s; or set fasteners.lock-directory to a subdirectory that does not exist yet, which is then created for this user alone; or, if others are meant to share it, set fasteners.process.access to group or anyone (LockRegistries.builder().access(...))."
					.formatted(firstWayOut),
				null);
	}

	/** The effective user, by number: names can lie. Unknown where there is no /proc. */
	private static @Nullable Integer ownUserId() {
		try {
			return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
		}
		catch (IOException | UnsupportedOperationException ex) {
			LOGGER.log(Level.INFO, "The owner of the lock directory is not checked, because there is no /proc/self");
			return null;
		}
	}

	/** Whether a file may belong to another user, who has yet to open it up for us. */
	boolean areShared() {
		return this.access != LockDirectoryAccess.OWNER;
	}

	FileAttribute<?>[] ofDirectory() {
		return attributes(this.access.directoryMode());
	}

	FileAttribute<?>[] ofFile() {
		return attributes(this.access.fileMode());
	}

	private FileAttribute<?>[] attributes(String mode) {
		return this.posix
				? new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)) }
				: new FileAttribute<?>[0];
	}

	void widenDirectory(Path created) throws IOException {
		widen(created, this.access.directoryMode());
	}

	void widenFile(Path created) throws IOException {
		widen(created, this.access.fileMode());
	}

	/**
	 * The umask has taken away what others shall have: give it to them. Of something that
	 * was made just now: this opens and closes it, which would drop locks.
	 */
	private void widen(Path created, String mode) throws IOException {
		if (this.posix && areShared()) {
			Files.getFileAttributeView(created, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
				.setPermissions(PosixFilePermissions.fromString(mode));
		}
	}

}
