package org.fasteners.process.file;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import org.fasteners.LockDirectoryException;
import org.fasteners.LockPreference;
import org.fasteners.process.LockEngine;

/**
 * Keeps processes apart by locks of the operating system on files in a lock directory.
 * With record locks ({@link LockProtocol#FCNTL}) it excludes Python's fasteners and
 * {@code fcntl.lockf} on the same file; with {@link LockProtocol#FLOCK} the command
 * {@code flock(1)} and {@code fcntl.flock}, but then there are no update holds, no keys
 * and no order between processes. No promise is made for network file systems, which are
 * refused unless they are allowed.
 * <p>
 * Thread-safe.
 *
 * @see <a href=
 * "https://man7.org/linux/man-pages/man2/fcntl_locking.2.html">fcntl_locking(2)</a>
 * @see <a href="https://man7.org/linux/man-pages/man2/flock.2.html">flock(2)</a>
 */
public final class FileLockEngine implements LockEngine {

	private final LockDirectory directory;

	private final LockProtocol protocol;

	private final KeyFiles keyFiles;

	private final Map<String, LockFile> files = new ConcurrentHashMap<>();

	/** Those of paths that users may use. */
	private final Map<String, LockFile> userFiles = new ConcurrentHashMap<>();

	private final UsedDevices devices = new UsedDevices();

	private final OpenFlocks flocks = new OpenFlocks();

	/**
	 * Create an engine over a directory on a local file system, which is created if it is
	 * missing, with record locks.
	 * @param directory the directory
	 * @param access who else may use it
	 * @throws LockDirectoryException if the directory cannot be used safely
	 */
	public FileLockEngine(Path directory, LockDirectoryAccess access) {
		this(directory, FileLockSettings.DEFAULT.withAccess(access));
	}

	/**
	 * Create an engine over a directory, which is created if it is missing.
	 * @param directory the directory
	 * @param settings how it is used
	 * @throws LockDirectoryException if the directory cannot be used safely, or other
	 * processes use it with another protocol, or there is no {@code flock(2)} here
	 */
	public FileLockEngine(Path directory, FileLockSettings settings) {
		this.protocol = settings.protocol();
		if (this.protocol == LockProtocol.FLOCK) {
			requireFlock(directory);
		}
		requireTable(directory);
		this.directory = LockDirectory.open(directory, settings.access(), settings.allowNetworkFileSystem());
		this.keyFiles = new KeyFiles(this.directory, settings.keyFiles());
		ProtocolMark.require(this.directory, this.protocol);
		KernelLocks.rehearse(this.directory.real());
	}

	/**
	 * Check whether an engine could be created. Nothing is created or changed.
	 * @param directory the directory
	 * @param settings how it is used
	 * @throws LockDirectoryException if the directory cannot be used safely, or there is
	 * no {@code flock(2)} here
	 */
	public static void check(Path directory, FileLockSettings settings) {
		if (settings.protocol() == LockProtocol.FLOCK) {
			requireFlock(directory);
		}
		LockDirectory.check(directory, settings.access(), settings.allowNetworkFileSystem());
	}

	private static void requireFlock(Path directory) {
		try {
			Flock.require();
		}
		catch (UnsupportedOperationException ex) {
			throw new LockDirectoryException(directory,
					String.format(Locale.ROOT,
							"The locks in %s were to be taken with flock(2), and that is not possible: %s", directory,
							ex.getMessage()),
					"Or set fasteners.process.file.protocol=fcntl, for all processes that use the directory.", ex);
		}
	}

	private static void requireTable(Path directory) {
		try {
			Map<Object, Object> unused = JvmTable.get();
		}
		catch (IllegalStateException ex) {
			throw new LockDirectoryException(directory, Objects.requireNonNull(ex.getMessage()),
					"Until then no inter-process lock can be acquired through this copy.", ex);
		}
	}

	/** What to throw if something is asked for that flock(2) cannot do. */
	static UnsupportedOperationException needsRecordLocks(String what) {
		return new UnsupportedOperationException(String.format(Locale.ROOT,
				"%s needs fasteners.process.file.protocol=fcntl: flock(2) locks whole files, shared or exclusively, and nothing else",
				what));
	}

	@Override
	public EngineLock lock(String path, LockPreference preference) {
		LockFile file = userFile(path);
		return switch (this.protocol) {
			case FCNTL -> new FileRangeLock(file, file.path(), 0, preference, null);
			case FLOCK -> new FlockLock(file, this.flocks);
		};
	}

	@Override
	public EngineLock lock(String path, String key, LockPreference preference) {
		if (this.protocol == LockProtocol.FLOCK) {
			throw needsRecordLocks(String.format(Locale.ROOT, "A key of '%s'", path));
		}
		long first = KeyRange.first(key);
		LockFile whole = userFile(path);
		KeyFiles.Mark mark = this.keyFiles.mark(whole);
		mark.require(System.nanoTime());
		LockFile file = file(this.keyFiles.path(whole.path(), first));
		return new FileRangeLock(file, whole.path() + "[" + key + "]", first, preference, mark);
	}

	@Override
	public EnginePermits permits(String path, int permits) {
		if (this.protocol == LockProtocol.FLOCK) {
			throw needsRecordLocks(String.format(Locale.ROOT, "A semaphore at '%s'", path));
		}
		LockFile file = userFile(path);
		return new PermitBytes(file, file(file.path() + ".permits"), permits);
	}

	/**
	 * Checked before links are resolved, because nothing has been made yet, and after.
	 */
	private LockFile userFile(String path) {
		LockFile known = this.userFiles.get(path);
		if (known != null) {
			return known;
		}
		LockPaths.requireNotReserved(this.directory.relative(path), path);
		LockFile file = file(path);
		LockPaths.requireNotReserved(file.path(), path);
		this.userFiles.put(path, file);
		return file;
	}

	private LockFile file(String path) {
		LockFile file = this.files.get(path);
		if (file != null) {
			return file;
		}
		// Not within computeIfAbsent: this reads directories, which may take long.
		LockFile made = new LockFile(this.directory, this.directory.resolve(path), this.devices);
		LockFile other = this.files.putIfAbsent(path, made);
		return (other != null) ? other : made;
	}

	/**
	 * Close the engine. The files of its locks that are not held are closed, unless
	 * another engine of this JVM uses the device; the others follow when they are
	 * released. Its locks can be acquired all the same.
	 */
	@Override
	public void close() {
		this.flocks.close();
		this.devices.close();
	}

}
