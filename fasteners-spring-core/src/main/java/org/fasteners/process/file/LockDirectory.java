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

	/**
	 * The directory as it was configured, made absolute, or its real path if the two
	 * cannot be compared by name.
	 */
	private final Path configured;

	private final Path real;

	private final Object identity;

	private final Permissions permissions;

	private LockDirectory(Path configured, Path real, Permissions permissions) throws IOException {
		Path normal = configured.normalize();
		this.configured = (Files.exists(normal) && Files.isSameFile(normal, real)) ? normal : real;
		this.real = real;
		this.identity = Objects.requireNonNullElse(FileIdentity.of(real), real);
		this.permissions = permissions;
	}

	/**
	 * Open the directory, which is created if it is missing.
	 * @throws LockDirectoryException if it cannot be used safely
	 */
	static LockDirectory open(Path directory, LockDirectoryAccess access, boolean allowNetworkFileSystem) {
		Path configured = directory.toAbsolutePath();
		LockPaths.requireShort(configured);
		return explain(configured, () -> {
			LockDirectory opened = isUnix(configured) ? openUnix(configured, access, allowNetworkFileSystem)
					: openOther(configured, access, allowNetworkFileSystem);
			LOGGER.log(Level.INFO, "Inter-process locks are files below {0}", opened.real);
			return opened;
		});
	}

	/**
	 * Check whether the directory can be used, or created if it is missing. Nothing is
	 * changed.
	 * @throws LockDirectoryException if it cannot be used safely
	 */
	static void check(Path directory, LockDirectoryAccess access, boolean allowNetworkFileSystem) {
		Path configured = directory.toAbsolutePath();
		LockPaths.requireShort(configured);
		explain(configured, () -> {
			if (isUnix(configured)) {
				walk(configured, access, allowNetworkFileSystem);
			}
			return configured;
		});
	}

	private static boolean isUnix(Path path) {
		return path.getFileSystem().supportedFileAttributeViews().contains("unix");
	}

	/*
	 * What is used later is what was walked: the walk after the last creation leads to an
	 * existing directory by a path without links, and the identity of its real path is
	 * compared with what the walk has seen there. (The real path may be spelled otherwise
	 * where the file system ignores case.)
	 */
	private static LockDirectory openUnix(Path configured, LockDirectoryAccess access, boolean allowNetworkFileSystem)
			throws IOException {
		DirectoryWalk walk = walk(configured, access, allowNetworkFileSystem);
		if (!walk.isComplete()) {
			create(configured, walk, Permissions.at(walk, access));
			walk = walk(configured, access, allowNetworkFileSystem);
		}
		Path real = walk.directory().toRealPath();
		if (!walk.isComplete() || !FileStatus.of(real).isSameFile(walk.end())) {
			throw new LockDirectoryException(configured,
					String.format(Locale.ROOT, "The lock directory %s was replaced while it was opened", configured),
					"Start again when no other program changes the directories on the way to it.", null);
		}
		Permissions permissions = Permissions.at(walk, access);
		permissions.report(walk);
		return new LockDirectory(configured, real, permissions);
	}

	private static DirectoryWalk walk(Path configured, LockDirectoryAccess access, boolean allowNetworkFileSystem)
			throws IOException {
		DirectoryWalk walk = DirectoryWalk.along(configured);
		NetworkFileSystems.check(configured, walk.end().path(), allowNetworkFileSystem);
		Permissions.at(walk, access).check(configured, walk);
		return walk;
	}

	private static void create(Path configured, DirectoryWalk walk, Permissions permissions) {
		Path directory = walk.end().path();
		try {
			for (Path name : walk.missing()) {
				directory = directory.resolve(name);
				createDirectory(directory, permissions);
			}
		}
		catch (IOException ex) {
			throw cannotCreate(configured, ex);
		}
	}

	private static LockDirectory openOther(Path configured, LockDirectoryAccess access, boolean allowNetworkFileSystem)
			throws IOException {
		Path normal = configured.normalize();
		Path existing = normal;
		while (existing.getParent() != null && !Files.exists(existing)) {
			existing = existing.getParent();
		}
		NetworkFileSystems.check(normal, existing, allowNetworkFileSystem);
		try {
			Files.createDirectories(normal);
		}
		catch (FileAlreadyExistsException ex) {
			throw notADirectory(configured, normal, ex);
		}
		catch (IOException ex) {
			throw cannotCreate(configured, ex);
		}
		if (!Files.isWritable(normal)) {
			throw new LockDirectoryException(configured,
					String.format(Locale.ROOT, "The lock directory %s is not writable for the user of this process",
							configured),
					"Give that user write permission, or set fasteners.lock-directory to another directory.", null);
		}
		LOGGER.log(Level.INFO,
				"The file system of the lock directory has no POSIX permissions: which other users can write to it is not checked");
		return new LockDirectory(configured, normal.toRealPath(), Permissions.none(access));
	}

	private static <T> T explain(Path configured, Opening<T> opening) {
		try {
			return opening.run();
		}
		catch (DirectoryWalk.NotADirectory ex) {
			throw ex.isLast() ? notADirectory(configured, ex.file(), ex) : cannotCreate(configured, ex);
		}
		catch (IOException ex) {
			throw new LockDirectoryException(configured,
					String.format(Locale.ROOT, "The lock directory %s cannot be read (%s)", configured, ex),
					"Let the user of this process read, write and enter it, or set fasteners.lock-directory to another directory.",
					ex);
		}
	}

	private static LockDirectoryException notADirectory(Path configured, Path file, IOException cause) {
		return new LockDirectoryException(configured,
				String.format(Locale.ROOT, "The lock directory %s is not a directory (%s is a file)", configured, file),
				"Set fasteners.lock-directory to a directory, or to a path where one can be created.", cause);
	}

	private static LockDirectoryException cannotCreate(Path configured, IOException cause) {
		return new LockDirectoryException(configured,
				String.format(Locale.ROOT, "The lock directory %s does not exist and cannot be created (%s)",
						configured, cause),
				"Create it for the user of this process, or set fasteners.lock-directory to a path where this user may create it.",
				cause);
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
					String.format(Locale.ROOT, "its directory cannot be created or read (%s)", LockFile.reason(ex)),
					ex);
		}
	}

	/** What a user wrote, relative to the directory. */
	String relative(String path) {
		return LockPaths.relative(path, this.real, this.configured);
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
					createDirectory(directory, this.permissions);
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
				requireSafe(directory, path);
			}
		}
		return directory;
	}

	private void requireSafe(Path directory, String path) throws IOException {
		String problem = this.permissions.problemOfSubdirectory(directory);
		if (problem != null) {
			throw new LockPathException(path, String.format(Locale.ROOT,
					"the directory '%s' in the lock directory %s; delete it while no process uses its locks, or give it the owner and mode of the lock directory",
					name(directory), problem), null);
		}
	}

	private static void createDirectory(Path directory, Permissions permissions) throws IOException {
		try {
			Files.createDirectory(directory, permissions.ofDirectory());
			permissions.widenDirectory(directory);
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

	/**
	 * Create an empty file, unless it is there, that is a mark by its name. No lock is in
	 * it, so its descriptor may be closed at once.
	 */
	void createMark(Path mark) throws IOException {
		try {
			Files.createFile(mark, this.permissions.ofFile());
			this.permissions.widenFile(mark, Objects.requireNonNullElse(FileIdentity.of(mark), mark));
		}
		catch (FileAlreadyExistsException ex) {
			// another process has created it
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

	/**
	 * What opens or checks a directory.
	 *
	 * @param <T> type of the result
	 */
	private interface Opening<T> {

		T run() throws IOException;

	}

}
