package org.fasteners.process.file;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.fasteners.LockDirectoryException;

/**
 * File systems whose locks may end while they are held (when a server restarts or a lease
 * runs out), or may be unknown to other machines that use the same files.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/nfs.5.html">nfs(5), on lock
 * recovery</a>
 */
final class NetworkFileSystems {

	/*-
	 * A file system is known by its type, as mount(8) and FileStore.type() give it. No list
	 * of bad types is complete, so there are three kinds:
	 *
	 *   LOCAL    keeps its locks in the kernel of this machine, for all that use the files.
	 *   NETWORK  is served by another machine, by the host of a virtual machine, or by a
	 *            process (FUSE): refused unless it is allowed.
	 *   UNKNOWN  is used, with one warning.
	 *
	 * The types of other machines are those that gnulib (mountlist.c, ME_REMOTE) and
	 * coreutils (stat.c, human_fstype) call remote, and those of the manuals of the vendors.
	 * Some that need a reason:
	 *
	 *   9p, drvfs, virtiofs, vboxsf,   Directories of the host of a virtual machine. The
	 *   prl_fs, vmhgfs, fakeowner      guest may keep the locks for itself, as with
	 *                                  virtiofsd, which passes them on only if it is told
	 *                                  so (gitlab.com/virtio-fs/virtiofsd, merge request 4).
	 *                                  fakeowner is a bind mount of Docker Desktop, drvfs
	 *                                  and 9p are the disks of Windows below WSL.
	 *   gfs2, ocfs2, acfs, csvfs       Cluster file systems over a shared disk: locks
	 *                                  depend on a lock manager of the cluster (none with
	 *                                  the mount option localflocks of gfs2(5)).
	 *   beegfs, dvs, panfs, wekafs,    Clients of file servers: locks of clients may be
	 *   quobyte, lustre, gpfs          local to them, by the options of the mount.
	 *   fuse, fuse.*                   A process serves it, which may be sshfs. Without
	 *                                  FUSE_POSIX_LOCKS the kernel keeps the locks, so that
	 *                                  other machines know nothing of them; with it they
	 *                                  end with the process.
	 *   fuseblk                        FUSE over a block device (NTFS-3G): a local disk.
	 *   overlay, aufs, ecryptfs        Layers over other file systems. Their locks are those
	 *                                  of this kernel, whatever is below.
	 */

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	private static final Path MOUNTS = Path.of("/proc/mounts");

	private static final Set<String> NETWORK = Set.of(
			// file servers
			"nfs", "nfs3", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "smbfuse", "ncp", "ncpfs", "afp", "afpfs",
			"afs", "kafs", "openafs", "auristorfs", "coda", "davfs", "davfs2", "webdav", "sshfs", "s3fs",
			// hosts of virtual machines and containers
			"9p", "v9fs", "virtiofs", "drvfs", "fakeowner", "grpcfuse", "osxfs", "vboxsf", "prl_fs", "vmhgfs", "hgfs",
			// parallel and cluster file systems
			"ceph", "lustre", "lustre_lite", "gpfs", "mmfs", "beegfs", "beegfs_nodev", "fhgfs", "orangefs", "pvfs",
			"pvfs2", "glusterfs", "ocfs", "ocfs2", "gfs", "gfs2", "panfs", "acfs", "wekafs", "quobyte", "dvs", "cvfs",
			"snfs", "ibrix", "cxfs", "mvfs", "csvfs", "moosefs", "lizardfs");

	private static final Set<String> LOCAL = Set.of(
			// disks
			"ext2", "ext3", "ext4", "xfs", "btrfs", "bcachefs", "f2fs", "jfs", "jfs2", "reiserfs", "reiser4", "nilfs2",
			"zfs", "ufs", "ffs", "minix", "hfs", "hfsplus", "apfs", "vfat", "msdos", "fat", "fat32", "exfat", "ntfs",
			"ntfs3", "refs", "fuseblk", "udf", "jffs2", "ubifs", "yaffs2",
			// memory
			"tmpfs", "ramfs", "rootfs", "devtmpfs",
			// layers
			"overlay", "overlayfs", "aufs", "unionfs", "shiftfs", "ecryptfs");

	/** The types that are not known and that were mentioned in the log. */
	private static final Set<String> MENTIONED = ConcurrentHashMap.newKeySet();

	private NetworkFileSystems() {
	}

	/**
	 * The kind of a file system.
	 * @param type as in {@link java.nio.file.FileStore#type()}
	 */
	static Kind kind(String type) {
		String lower = type.toLowerCase(Locale.ROOT);
		if (LOCAL.contains(lower)) {
			return Kind.LOCAL;
		}
		boolean inUserSpace = lower.startsWith("fuse") || lower.startsWith("macfuse") || lower.startsWith("osxfuse");
		return (inUserSpace || NETWORK.contains(lower)) ? Kind.NETWORK : Kind.UNKNOWN;
	}

	/**
	 * Refuse to lock a file on a network file system.
	 * @throws FileSystemException if it is on one
	 */
	static void refuse(Path file) throws IOException {
		String type = type(file);
		switch (kind(type)) {
			case LOCAL -> {
			}
			case UNKNOWN -> mention(type, file);
			case NETWORK -> throw new FileSystemException(file.toString(), null, String.format(Locale.ROOT,
					"it is on a network file system (%s), which may lose locks while they are held. If you know that this one keeps its locks, add LockOption.ALLOW_NETWORK_FILE_SYSTEM",
					type));
		}
	}

	/**
	 * The type of the file system of a file, which may be missing, or go in this moment.
	 */
	private static String type(Path file) throws IOException {
		try {
			return Files.getFileStore(file).type();
		}
		catch (NoSuchFileException ex) {
			Path parent = file.toAbsolutePath().getParent();
			if (parent == null) {
				throw ex;
			}
			return Files.getFileStore(parent).type();
		}
		catch (FileSystemException ex) {
			throw ex;
		}
		catch (IOException ex) {
			// The JDK says "Mount point not found" if it cannot open the table of mounts.
			requireMounts(file);
			throw ex;
		}
	}

	private static void requireMounts(Path file) throws IOException {
		try {
			Files.newInputStream(MOUNTS).close();
		}
		catch (NoSuchFileException ex) {
			// not Linux
		}
		catch (FileSystemException ex) {
			FileSystemException reason = new FileSystemException(file.toString(), null, ex.getReason());
			reason.initCause(ex);
			throw DescriptorLimit.explain(reason);
		}
	}

	/**
	 * Refuse a lock directory on a network file system, or say so in the log if it is
	 * allowed.
	 * @param existing the directory, or that in which it is about to be made
	 * @throws LockDirectoryException if it is not allowed
	 */
	static void check(Path directory, Path existing, boolean allowed) throws IOException {
		String type = Files.getFileStore(existing).type();
		switch (kind(type)) {
			case LOCAL -> {
			}
			case UNKNOWN -> mention(type, directory);
			case NETWORK -> {
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
	}

	/** Once for each type. */
	private static void mention(String type, Path file) {
		if (MENTIONED.add(type)) {
			LOGGER.log(Level.WARNING,
					"{0} is on a file system of type {1}, which is not known: use it only if it is on a disk of this machine and its locks are those of this kernel. A network file system may lose locks while they are held",
					file, type);
		}
	}

	/**
	 * How much is known of the locks of a file system.
	 */
	enum Kind {

		/** They are those of this kernel. */
		LOCAL,

		/** They may be lost, or unknown to others that use the same files. */
		NETWORK,

		/** Nothing. */
		UNKNOWN

	}

}
