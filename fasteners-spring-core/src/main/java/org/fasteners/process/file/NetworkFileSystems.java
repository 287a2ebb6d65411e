package org.fasteners.process.file;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

import org.fasteners.LockDirectoryException;

/**
 * File systems whose record locks may end while they are held (when a server restarts or
 * a lease runs out) or be unknown to other machines.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/nfs.5.html">nfs(5), on lock
 * recovery</a>
 */
final class NetworkFileSystems {

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	/** As Linux calls them, macOS and Windows where that differs. */
	private static final Set<String> TYPES = Set.of("nfs", "nfs3", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs",
			"smbfuse", "ncpfs", "afp", "afpfs", "afs", "9p", "virtiofs", "ceph", "coda", "davfs", "davfs2", "webdav",
			"lustre", "gpfs", "beegfs", "orangefs", "pvfs2", "glusterfs", "ocfs2", "gfs2", "panfs", "acfs", "vboxsf",
			"prl_fs", "vmhgfs");

	private NetworkFileSystems() {
	}

	/**
	 * Whether a file system of that type is one of those. One in user space
	 * ({@code fuse.sshfs}) may be anything, so it counts as one, but for those on a disk
	 * ({@code fuseblk}).
	 * @param type as in {@link java.nio.file.FileStore#type()}
	 */
	static boolean includes(String type) {
		String lower = type.toLowerCase(Locale.ROOT);
		return TYPES.contains(lower) || lower.equals("fuse") || lower.startsWith("fuse.");
	}

	/**
	 * Refuse to lock a file on one of those.
	 * @throws FileSystemException if it is on one
	 */
	static void refuse(Path file) throws IOException {
		Path parent = file.toAbsolutePath().getParent();
		Path existing = (parent != null && !Files.exists(file)) ? parent : file;
		String type = Files.getFileStore(existing).type();
		if (includes(type)) {
			throw new FileSystemException(file.toString(), null, String.format(Locale.ROOT,
					"it is on a network file system (%s), which may lose locks while they are held. If you know that this one keeps its locks, add LockOption.ALLOW_NETWORK_FILE_SYSTEM",
					type));
		}
	}

	/**
	 * Refuse a lock directory on one of those, or say so in the log if it is allowed.
	 * @param existing the directory, or that in which it is about to be made
	 * @throws LockDirectoryException if it is not allowed
	 */
	static void check(Path directory, Path existing, boolean allowed) throws IOException {
		String type = Files.getFileStore(existing).type();
		if (!includes(type)) {
			return;
		}
		if (!allowed) {
			throw new LockDirectoryException(directory, String.format(Locale.ROOT,
					"The lock directory %s is on a network file system (%s), which may lose locks while they are held",
					directory, type),
					"Set fasteners.lock-directory to a directory on a local disk; or, if you know that this one keeps its locks, set fasteners.process.allow-network-file-system=true (LockRegistries.builder().allowNetworkFileSystem(true)). Locks between machines want another engine than files.",
					null);
		}
		LOGGER.log(Level.WARNING,
				"fasteners.process.allow-network-file-system=true: the lock directory {0} is on {1}, where no promise is made",
				directory, type);
	}

}
