package org.fasteners.process.file;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

import org.fasteners.LockDirectoryException;
import org.fasteners.LockPathException;
import org.jspecify.annotations.Nullable;

/**
 * The one directory below which lock files live: checked once, resolved to its real path,
 * and recognised again later by its identity.
 */
final class LockDirectory {

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}");

	private static final int GROUP_MAY_WRITE = 0020;

	private static final int OTHERS_MAY_WRITE = 0002;

	/** As it was configured, made absolute. */
	private final Path configured;

	private final Path real;

	private final Object identity;

	private final LockDirectoryAccess access;

	private final boolean posix;

	private LockDirectory(Path configured, LockDirectoryAccess access) throws IOException {
		this.configured = configured;
		this.access = access;
		this.real = configured.toRealPath();
		this.identity = Objects.requireNonNullElse(FileIdentity.of(this.real), this.real);
		this.posix = Files.getFileStore(this.real).supportsFileAttributeView("posix");
	}

	static LockDirectory open(Path directory, LockDirectoryAccess access) {
		Path configured = directory.toAbsolutePath().normalize();
		create(configured, access);
		try {
			LockDirectory opened = new LockDirectory(configured, access);
			opened.check();
			LOGGER.log(Level.INFO, "Inter-process locks are files below {0}", opened.real);
			return opened;
		}
		catch (IOException ex) {
			throw new LockDirectoryException(configured,
					"The lock directory %s cannot be read (%s)".formatted(configured, ex),
					"Let the user of this process read, write and enter it, or set fasteners.lock-directory to another directory.",
					ex);
		}
	}

	private static void create(Path directory, LockDirectoryAccess access) {
		if (Files.isDirectory(directory)) {
			return;
		}
		try {
			Path existing = directory;
			while (existing.getParent() != null && !Files.exists(existing, LinkOption.NOFOLLOW_LINKS)) {
				existing = existing.getParent();
			}
			boolean posix = Files.getFileStore(existing).supportsFileAttributeView("posix");
			Files.createDirectories(directory, attributes(posix, access.directoryMode()));
			widen(posix, access, directory, access.directoryMode());
		}
		catch (FileAlreadyExistsException ex) {
			throw new LockDirectoryException(directory,
					"The lock directory %s is not a directory (%s is a file)".formatted(directory, ex.getFile()),
					"Set fasteners.lock-directory to a directory, or to a path where one can be created.", ex);
		}
		catch (IOException ex) {
			throw new LockDirectoryException(directory,
					"The lock directory %s does not exist and cannot be created (%s)".formatted(directory, ex),
					"Create it for the user of this process, or set fasteners.lock-directory to a path where this user may create it.",
					ex);
		}
	}

	private static FileAttribute<?>[] attributes(boolean posix, String mode) {
		return posix
				? new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)) }
				: new FileAttribute<?>[0];
	}

	/**
	 * The umask has taken away what others shall have: give it to them. Of something that
	 * was made just now: this opens and closes it, which would drop locks.
	 */
	private static void widen(boolean posix, LockDirectoryAccess access, Path created, String mode) throws IOException {
		if (posix && access != LockDirectoryAccess.OWNER) {
			Files.getFileAttributeView(created, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
				.setPermissions(PosixFilePermissions.fromString(mode));
		}
	}

	private void check() throws IOException {
		if (!Files.isWritable(this.real) || !Files.isExecutable(this.real)) {
			throw refused("is not writable for the user of this process", "Give that user write permission");
		}
		if (!this.posix) {
			LOGGER.log(Level.INFO,
					"The file system of the lock directory has no POSIX permissions: who else can write to it is not checked");
			return;
		}
		Map<String, Object> attributes = Files.readAttributes(this.real, "unix:uid,mode");
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
			throw refused("is writable for everybody (mode %s)".formatted(shown), "Run chmod o-w on it");
		}
		if (this.access == LockDirectoryAccess.GROUP) {
			return;
		}
		if ((mode & GROUP_MAY_WRITE) != 0) {
			throw refused("is writable for its group (mode %s)".formatted(shown), "Run chmod g-w on it");
		}
		Integer self = ownUserId();
		if (self != null && owner != 0 && owner != self) {
			throw refused("is owned by another user (number %d, this process runs as %d)".formatted(owner, self),
					"Make this user its owner");
		}
	}

	private LockDirectoryException refused(String problem, String firstWayOut) {
		return new LockDirectoryException(this.real, "The lock directory %s %s".formatted(this.real, problem),
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

	/**
	 * The lock path of what a user wrote, with its directories created: two spellings of
	 * one file give the same.
	 */
	Path resolve(String path) {
		Path file = this.real.resolve(relative(path));
		try {
			return createParents(file, path).resolve(Objects.requireNonNull(file.getFileName()));
		}
		catch (IOException ex) {
			throw new LockPathException(path,
					"its directory cannot be created or read (%s)".formatted(LockFile.reason(ex)), ex);
		}
	}

	/** The canonical file, relative to the directory. */
	String name(Path file) {
		return this.real.relativize(file).toString().replace('\\', '/');
	}

	private String relative(String path) {
		String relative = path;
		try {
			Path given = Path.of(path);
			if (given.isAbsolute()) {
				Path normal = given.normalize();
				Path base = normal.startsWith(this.real) ? this.real : this.configured;
				if (!normal.startsWith(base)) {
					throw new LockPathException(path, "it does not lie below the lock directory", null);
				}
				relative = base.relativize(normal).toString().replace('\\', '/');
			}
		}
		catch (InvalidPathException ex) {
			throw illegal(path, ex);
		}
		for (String segment : relative.split("/", -1)) {
			if (!SEGMENT.matcher(segment).matches()) {
				throw illegal(path, null);
			}
		}
		return relative;
	}

	private static LockPathException illegal(String path, @Nullable Exception cause) {
		return new LockPathException(path,
				"a lock path is one or more segments of letters, digits, '.', '_' and '-', separated by '/', each at most 200 characters long and none starting with a dot",
				cause);
	}

	/** The real path of the file's directory, which is created if it is missing. */
	private Path createParents(Path file, String path) throws IOException {
		requireUnchanged(path);
		Path directory = this.real;
		for (Path segment : this.real.relativize(Objects.requireNonNull(file.getParent()))) {
			if (!segment.toString().isEmpty()) {
				directory = directory.resolve(segment);
				if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
					createDirectory(directory);
				}
				// Before the next step: nothing may be created behind a link that leads
				// out.
				directory = directory.toRealPath();
				if (!Files.isDirectory(directory)) {
					throw new LockPathException(path, "there is something on the way that is not a directory", null);
				}
				if (!directory.startsWith(this.real)) {
					throw new LockPathException(path, "a symbolic link on the way leads out of the lock directory",
							null);
				}
			}
		}
		return directory;
	}

	private void createDirectory(Path directory) throws IOException {
		try {
			Files.createDirectory(directory, attributes(this.posix, this.access.directoryMode()));
			widen(this.posix, this.access, directory, this.access.directoryMode());
		}
		catch (FileAlreadyExistsException ex) {
			// a race with another process is fine; anything else shows
			if (!Files.isDirectory(directory)) {
				throw ex;
			}
		}
	}

	/**
	 * A directory that was deleted or replaced is not silently made again: processes that
	 * still use the old one would not be excluded.
	 */
	private void requireUnchanged(String path) throws IOException {
		Object now = FileIdentity.of(this.real);
		if (!this.identity.equals(now)) {
			throw new LockPathException(path,
					"the lock directory was deleted or replaced while it was in use; restart all processes that use it, and see to it that nothing cleans it up",
					null);
		}
	}

	/** Make sure that the directory of a file is there, and still the same place. */
	void prepare(Path file, String path) throws IOException {
		if (!createParents(file, path).equals(file.getParent())) {
			throw new LockPathException(path, "one of its directories was replaced by a symbolic link", null);
		}
	}

	/**
	 * What tells whether two lock files are one in this JVM: the real path, which
	 * survives that the file is replaced and is the same from a lock directory above or
	 * below; and the identity of the file's directory, so that a directory which was made
	 * anew is another one.
	 */
	Object identity(Path file) {
		Path parent = Objects.requireNonNull(file.getParent());
		try {
			return List.of(file, Objects.requireNonNullElse(FileIdentity.of(parent), parent));
		}
		catch (IOException ex) {
			throw new LockPathException(name(file), "its directory cannot be read (%s)".formatted(LockFile.reason(ex)),
					ex);
		}
	}

	/** Whether a file may belong to another user, who has yet to open it up for us. */
	boolean isShared() {
		return this.access != LockDirectoryAccess.OWNER;
	}

	FileAttribute<?>[] fileAttributes() {
		return attributes(this.posix, this.access.fileMode());
	}

	void widenFile(Path created) throws IOException {
		widen(this.posix, this.access, created, this.access.fileMode());
	}

}
