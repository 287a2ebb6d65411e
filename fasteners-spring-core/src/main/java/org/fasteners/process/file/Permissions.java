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
import java.util.Locale;
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

	/** In such a directory one deletes and renames only what is one's own. */
	private static final int STICKY = 01000;

	private static final String SUBDIRECTORY = "subdirectory that does not exist yet";

	private static final String ELSEWHERE = "directory elsewhere that does not exist yet";

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
		Status status = Status.of(directory);
		if (this.access == LockDirectoryAccess.ANYONE) {
			LOGGER.log(Level.INFO,
					"fasteners.process.access=anyone: whoever can write to the lock directory (owner {0}, mode {1}) can break its locks",
					String.valueOf(status.owner), status.shownMode());
			return;
		}
		if (status.may(OTHERS_MAY_WRITE)) {
			throw refused(directory,
					String.format(Locale.ROOT, "is writable for everybody (mode %s)", status.shownMode()),
					"Run chmod o-w on it", status.may(STICKY) ? SUBDIRECTORY : ELSEWHERE);
		}
		if (this.access == LockDirectoryAccess.GROUP) {
			return;
		}
		if (status.may(GROUP_MAY_WRITE)) {
			throw refused(directory,
					String.format(Locale.ROOT, "is writable for its group (mode %s)", status.shownMode()),
					"Run chmod g-w on it");
		}
		Integer self = ownUserId();
		if (status.isOfAnother(self)) {
			throw refused(directory, status.ofAnother(self), "Make this user its owner", ELSEWHERE);
		}
		checkAncestors(directory, directory.getParent());
	}

	/**
	 * Whether nobody but this user and root can put another directory in the place of the
	 * lock directory, by renaming it or what it lies in. That the group of an ancestor
	 * may write is accepted: where each user has a group of its own (umask 002) that
	 * means nobody else.
	 * @param directory the lock directory, which need not exist
	 * @param nearest the real path of its nearest ancestor that does
	 * @throws LockDirectoryException if not
	 */
	void checkAncestors(Path directory, @Nullable Path nearest) throws IOException {
		if (!this.posix || areShared()) {
			return;
		}
		Integer self = ownUserId();
		for (Path ancestor = nearest; ancestor != null; ancestor = ancestor.getParent()) {
			Status status = Status.of(ancestor);
			if (status.may(OTHERS_MAY_WRITE) && !status.may(STICKY)) {
				throw refused(directory,
						String.format(Locale.ROOT,
								"lies below %s, which is writable for everybody and not sticky (mode %s)", ancestor,
								status.shownMode()),
						String.format(Locale.ROOT, "Run chmod o-w or chmod +t on %s", ancestor), ELSEWHERE);
			}
			if (status.isOfAnother(self)) {
				throw refused(directory,
						String.format(Locale.ROOT, "lies below %s, which %s", ancestor, status.ofAnother(self)),
						String.format(Locale.ROOT, "Make this user or root the owner of %s", ancestor), ELSEWHERE);
			}
		}
	}

	private static LockDirectoryException refused(Path directory, String problem, String firstWayOut) {
		return refused(directory, problem, firstWayOut, SUBDIRECTORY);
	}

	private static LockDirectoryException refused(Path directory, String problem, String firstWayOut, String place) {
		return new LockDirectoryException(directory,
				String.format(Locale.ROOT, "The lock directory %s %s", directory, problem),
				String.format(Locale.ROOT,
						"%s; or set fasteners.lock-directory to a %s, which is then created for this user alone; or, if others are meant to share it, set fasteners.process.access to group or anyone (LockRegistries.builder().access(...)).",
						firstWayOut, place),
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

	/**
	 * Owner and mode of a directory, by number.
	 */
	private record Status(int owner, int mode) {

		static Status of(Path directory) throws IOException {
			Map<String, Object> attributes = Files.readAttributes(directory, "unix:uid,mode");
			return new Status((int) Objects.requireNonNull(attributes.get("uid")),
					(int) Objects.requireNonNull(attributes.get("mode")));
		}

		boolean may(int bit) {
			return (this.mode & bit) != 0;
		}

		String shownMode() {
			return String.format(Locale.ROOT, "%04o", this.mode & 07777);
		}

		/** Neither root's nor one's own, as far as that is known. */
		boolean isOfAnother(@Nullable Integer self) {
			return self != null && this.owner != 0 && this.owner != self;
		}

		String ofAnother(@Nullable Integer self) {
			return String.format(Locale.ROOT, "is owned by another user (number %d, this process runs as %d)",
					this.owner, self);
		}

	}

}
