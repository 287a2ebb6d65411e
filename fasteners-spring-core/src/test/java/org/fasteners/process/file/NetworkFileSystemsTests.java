package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.fasteners.process.file.NetworkFileSystems.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * {@link NetworkFileSystems}: by their types. A real one in user space is mounted by
 * {@link LockDirectoryTests}.
 */
@Timeout(60)
class NetworkFileSystemsTests {

	/** A type that is not known, and that every Linux can mount. */
	private static final String UNKNOWN = "hugetlbfs";

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	@ParameterizedTest
	@ValueSource(strings = { "nfs", "nfs4", "NFS", "cifs", "smb3", "smbfs", "afs", "auristorfs", "9p", "ceph", "lustre",
			"gpfs", "glusterfs", "beegfs", "gfs2", "ocfs2", "wekafs", "quobyte", "dvs", "panfs" })
	void fileSystemsOfOtherMachinesAreKnownByTheirTypes(String type) {
		assertThat(NetworkFileSystems.kind(type)).isEqualTo(Kind.NETWORK);
	}

	@ParameterizedTest
	@ValueSource(strings = { "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "fakeowner", "grpcfuse", "drvfs", "v9fs" })
	void directoriesOfTheHostOfAVirtualMachineAreKnownByTheirTypes(String type) {
		assertThat(NetworkFileSystems.kind(type)).isEqualTo(Kind.NETWORK);
	}

	@ParameterizedTest
	@ValueSource(strings = { "fuse", "fuse.sshfs", "fuse.juicefs", "fuse.bindfs", "fuse.not-known", "macfuse",
			"osxfuse", "FUSE.rclone" })
	void whatAProcessServesIsRefusedWhateverItIs(String type) {
		assertThat(NetworkFileSystems.kind(type)).isEqualTo(Kind.NETWORK);
	}

	@ParameterizedTest
	@ValueSource(strings = { "ext2", "ext3", "ext4", "xfs", "btrfs", "bcachefs", "f2fs", "tmpfs", "overlay", "zfs",
			"apfs", "hfs", "NTFS", "ReFS", "exFAT", "FAT32", "fuseblk", "ntfs3", "ufs" })
	void localFileSystemsAreKnownByTheirTypes(String type) {
		assertThat(NetworkFileSystems.kind(type)).isEqualTo(Kind.LOCAL);
	}

	@ParameterizedTest
	@ValueSource(strings = { "nfsd", "autofs", "vxfs", "lxfs", UNKNOWN, "a-file-system-of-next-year", "" })
	void ofAnyOtherNothingIsKnown(String type) {
		assertThat(NetworkFileSystems.kind(type)).isEqualTo(Kind.UNKNOWN);
	}

	@Test
	void theFileSystemOfTheTestsIsLocal() throws IOException {
		assertThat(NetworkFileSystems.kind(Files.getFileStore(this.temp).type())).isEqualTo(Kind.LOCAL);
	}

	@Test
	void aFileSystemThatIsNotKnownIsUsedWithOneWarning() throws Exception {
		Path mount = Files.createDirectory(this.temp.resolve("mount"));
		assumeThat(Commands.succeeds("mount", "-t", UNKNOWN, "none", mount.toString())).as("it can be mounted")
			.isTrue();
		try (Warnings warnings = new Warnings()) {
			Path directory = Files.createDirectory(mount.resolve("locks"));
			for (int i = 0; i < 2; i++) {
				assertThat(LockDirectory.open(directory, LockDirectoryAccess.OWNER, false)).isNotNull();
				LockedFile.open(mount.resolve("file"), StandardOpenOption.CREATE, StandardOpenOption.WRITE).close();
			}
			assertThat(warnings.messages).singleElement()
				.asString()
				.contains(directory.toString(), "type " + UNKNOWN + ", which is not known", "may lose locks");
		}
		finally {
			assertThat(Commands.succeeds("umount", mount.toString())).isTrue();
		}
	}

}
