package org.fasteners.process.file;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import org.fasteners.LockDirectoryException;
import org.fasteners.LockPathException;

/**
 * The one directory below which lock files live: checked once, resolved to its real path,
 * and recognised again later by its identity.
 */
final class LockDirectory {

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	/** As it was configured, made absolute. */
	private final Path configured;

	private final Path real;

	private final Object identity;

	private final Permissions permissions;

	private LockDirectory(Path configured, LockDirectoryAccess access) throws IOException {
		this.configured = configured;
		this.real = configured.toRealPath();
		this.identity = Objects.requireNonNullElse(FileIdentity.of(this.real), this.real);
		this.permissions = Permissions.at(this.real, access);
	}

	static LockDirectory open(Path directory, LockDirectoryAccess access, boolean allowNetworkFileSystem) {
		Path configured = directory.toAbsolutePath().normalize();
		LockPaths.requireShort(configured);
		try {
			if (Files.isDirectory(configured)) {
				NetworkFileSystems.check(configured, configured, allowNetworkFileSystem);
			}
			else {
				create(configured, access, allowNetworkFileSystem);
			}
			LockDirectory opened = new LockDirectory(configured, access);
			opened.permissions.check(opened.real);
			LOGGER.log(Level.INFO, "Inter-process locks are files below {0}", opened.real);
			return opened;
		}
		catch (IOException ex) {
			throw new LockDirectoryException(configured,
					String.format(Locale.ROOT, "The lock directory %s cannot be read (%s)", configured, ex),
					"Let the user of this process read, write and enter it, or set fasteners.lock-directory to another directory.",
					ex);
		}
	}

	private static void create(Path directory, LockDirectoryAccess access, boolean allowNetworkFileSystem) {
		try {
			Path existing = directory;
			while (existing.getParent() != null && !Files.exists(existing, LinkOption.NOFOLLOW_LINKS)) {
				existing = existing.getParent();
			}
			NetworkFileSystems.check(directory, existing, allowNetworkFileSystem);
			Permissions permissions = Permissions.at(existing, access);
			if (Files.isDirectory(existing)) {
				permissions.checkAncestors(directory, existing.toRealPath());
			}
			Files.createDirectories(directory, permissions.ofDirectory());
			permissions.widenDirectory(directory);
		}
		catch (FileAlreadyExistsException ex) {
			throw new LockDirectoryException(directory,
					String.format(Locale.ROOT, "The lock directory %s is not a directory (%s is a file)", directory,
							ex.getFile()),
					"Set fasteners.lock-directory to a directory, or to a path where one can be created.", ex);
		}
		catch (IOException ex) {
			throw new LockDirectoryException(directory,
					String.format(Locale.ROOT, "The lock directory %s does not exist and cannot be created (%s)",
							directory, ex),
					"Create it for the user of this process, or set fasteners.lock-directory to a path where this user may create it.",
					ex);
		}
	}

	/**
	 * The lock path of what a user wrote, with its directories created: two spellings of
	 * one file give the same.
	 */
	Path resolve(String path) {
		Path file = this.real.resolve(LockPaths.relative(path, this.real, this.configured));
		try {
			return createParents(file, path).resolve(Objects.requireNonNull(file.getFileName()));
		}
		catch (IOException ex) {
			throw new LockPathException(path,
					String.format(Locale.ROOT, "its directory cannot be created or read (%s)", LockFile.reason(ex)),
					ex);
		}
	}

	/** The canonical file, relative to the directory. */
	String name(Path file) {
		return this.real.relativize(file).toString().replace('\\', '/');
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
			Files.createDirectory(directory, this.permissions.ofDirectory());
			this.permissions.widenDirectory(directory);
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
			throw new LockPathException(name(file),
					String.format(Locale.ROOT, "its directory cannot be read (%s)", LockFile.reason(ex)), ex);
		}
	}

	Path real() {
		return this.real;
	}

	Permissions permissions() {
		return this.permissions;
	}

}
