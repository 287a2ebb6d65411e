package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;

import org.fasteners.LockDirectoryException;
import org.fasteners.LockMode;
import org.fasteners.process.InterProcessLocks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * {@link LockDirectory}: what is accepted and what is refused.
 */
class LockDirectoryTests {

	private static final int SOMEBODY = 65534;

	private static final int SOME_GROUP = 4242;

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	@SuppressWarnings("NullAway.Init")
	private Path directory;

	@BeforeEach
	void resolve() throws IOException {
		this.directory = this.temp.toRealPath().resolve("locks");
	}

	@Test
	void aMissingDirectoryIsCreatedForTheUserAlone() throws IOException {
		Path nested = this.directory.resolve("a/b");
		open(nested, LockDirectoryAccess.OWNER);
		assertThat(mode(nested)).isEqualTo("rwx------");
		assertThat(mode(this.directory.resolve("a"))).isEqualTo("rwx------");
	}

	@Test
	void whatIsSharedIsCreatedForThoseWhoShareIt() throws IOException {
		for (LockDirectoryAccess access : new LockDirectoryAccess[] { LockDirectoryAccess.GROUP,
				LockDirectoryAccess.ANYONE }) {
			Path shared = this.directory.resolve(access.name());
			InterProcessLocks locks = new InterProcessLocks(new FileLockEngine(shared, access), null);
			locks.get("sub/x").acquire(LockMode.SHARED).close();
			assertThat(mode(shared)).isEqualTo(access.directoryMode());
			assertThat(mode(shared.resolve("sub"))).isEqualTo(access.directoryMode());
			assertThat(mode(shared.resolve("sub/x"))).isEqualTo(access.fileMode());
		}
	}

	@Test
	void aFileIsRefused() throws IOException {
		Files.createFile(this.directory);
		assertRefused(this.directory, LockDirectoryAccess.OWNER, "is not a directory");
		assertRefused(this.directory.resolve("below"), LockDirectoryAccess.OWNER, "cannot be created");
	}

	@Test
	void aDirectoryThatEverybodyCanWriteToIsRefused() throws IOException {
		create("rwxrwxrwx");
		assertRefused(this.directory, LockDirectoryAccess.OWNER, "writable for all users (mode 0777)");
		assertRefused(this.directory, LockDirectoryAccess.GROUP, "writable for all users (mode 0777)");
		open(this.directory, LockDirectoryAccess.ANYONE);
		assertThat(mode(this.directory)).isEqualTo("rwxrwxrwx");
	}

	@Test
	void aDirectoryThatItsGroupCanWriteToHasToBeMeantSo() throws IOException {
		create("rwxrwxr-x");
		assertRefused(this.directory, LockDirectoryAccess.OWNER, "writable for its group (mode 0775)");
		open(this.directory, LockDirectoryAccess.GROUP);
	}

	@Test
	void theDirectoryOfAnotherUserIsRefused() throws IOException {
		create("rwxr-xr-x");
		assumeThat(Files.getAttribute(this.directory, "unix:uid")).as("only root can give a directory away")
			.isEqualTo(0);
		Files.setAttribute(this.directory, "unix:uid", SOMEBODY);
		assertRefused(this.directory, LockDirectoryAccess.OWNER,
				"owned by another user (number 65534, this process runs as 0)");
		open(this.directory, LockDirectoryAccess.ANYONE);
	}

	@Test
	void aStickyDirectoryThatEverybodyCanWriteToIsRefusedButNotASubdirectory() throws IOException {
		create("rwxrwxrwx");
		Files.setAttribute(this.directory, "unix:mode", 01777);
		assertRefused(this.directory, LockDirectoryAccess.OWNER, "writable for all users (mode 1777)");
		open(this.directory.resolve("mine"), LockDirectoryAccess.OWNER);
	}

	@Test
	void anAncestorThatAllUsersCanWriteToIsRefusedUnlessAllUsersMayShareTheLocks() throws IOException {
		create("rwxrwxrwx");
		Path between = this.directory.resolve("between");
		Path below = between.resolve("below");
		String problem = String.format(Locale.ROOT,
				"lies below %s, which is writable for all users and not sticky (mode 0777)", this.directory);
		assertRefused(below, LockDirectoryAccess.OWNER, problem);
		assertThat(this.directory).isEmptyDirectory();
		assertRefused(below, LockDirectoryAccess.GROUP, problem);
		assertThat(this.directory).isEmptyDirectory();
		open(between.resolve("shared"), LockDirectoryAccess.ANYONE);
		Files.createDirectories(below,
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
		assertRefused(below, LockDirectoryAccess.OWNER, problem);
		assertRefused(Files.createSymbolicLink(this.temp.resolve("link"), below), below, LockDirectoryAccess.OWNER,
				problem);
		Files.setAttribute(between, "unix:mode", 0700);
		Files.setAttribute(this.directory, "unix:mode", 01777);
		open(below, LockDirectoryAccess.OWNER);
	}

	@Test
	void anAncestorOfAnotherUserIsRefusedUnlessThatUserMayShareTheLocks() throws IOException {
		create("rwxr-xr-x");
		assumeThat(Files.getAttribute(this.directory, "unix:uid")).as("only root can give a directory away")
			.isEqualTo(0);
		Files.setAttribute(this.directory, "unix:uid", SOMEBODY);
		Path below = this.directory.resolve("between/below");
		String problem = String.format(Locale.ROOT,
				"lies below %s, which is owned by another user (number 65534, this process runs as 0)", this.directory);
		assertRefused(below, LockDirectoryAccess.OWNER, problem);
		assertThat(this.directory).isEmptyDirectory();
		Path ofTheGroup = this.directory.resolve("shared");
		Files.createDirectory(ofTheGroup);
		Files.setAttribute(ofTheGroup, "unix:mode", 02770);
		open(ofTheGroup, LockDirectoryAccess.GROUP);
		Files.setAttribute(ofTheGroup, "unix:gid", SOME_GROUP);
		assertRefused(ofTheGroup, LockDirectoryAccess.GROUP, problem.replace("between/below", "shared"));
		open(ofTheGroup, LockDirectoryAccess.ANYONE);
	}

	@Test
	void anAncestorThatItsGroupCanWriteToIsAccepted() throws IOException {
		create("rwxrwxr-x");
		open(this.directory.resolve("below"), LockDirectoryAccess.OWNER);
	}

	@Test
	void aDirectoryThatCannotBeWrittenToIsRefused() throws Exception {
		create("r-xr-xr-x");
		// root may write to whatever is not immutable
		boolean immutable = Files.isWritable(this.directory) && chattr("+i");
		try {
			assumeThat(Files.isWritable(this.directory)).as("root may write everywhere here").isFalse();
			assertRefused(this.directory, LockDirectoryAccess.OWNER, "is not writable");
		}
		finally {
			if (immutable) {
				chattr("-i");
			}
		}
	}

	/*
	 * A file system in user space (Debian: bindfs) may be anything, so it is one of
	 * those.
	 */
	@Test
	void aNetworkFileSystemIsRefusedBeforeAnythingIsMadeThereUnlessItIsAllowed() throws Exception {
		create("rwx------");
		Path mount = Files.createDirectory(this.directory.resolveSibling("mount"));
		assumeThat(Commands.succeeds("bindfs", this.directory.toString(), mount.toString())).as("bindfs can mount")
			.isTrue();
		try {
			assertRefused(mount, LockDirectoryAccess.OWNER, "is on a network file system (fuse");
			assertRefused(mount.resolve("below"), LockDirectoryAccess.OWNER, "is on a network file system (fuse");
			assertThat(this.directory).isEmptyDirectory();
			assertThat(LockDirectory.open(mount.resolve("below"), LockDirectoryAccess.OWNER, true)).isNotNull();
		}
		finally {
			assertThat(Commands.succeeds("umount", mount.toString())).isTrue();
		}
	}

	private boolean chattr(String change) throws InterruptedException {
		return Commands.succeeds("chattr", change, this.directory.toString());
	}

	private void create(String mode) throws IOException {
		Files.createDirectory(this.directory);
		Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString(mode));
	}

	private static void assertRefused(Path directory, LockDirectoryAccess access, String problem) {
		assertRefused(directory, directory, access, problem);
	}

	private static void assertRefused(Path configured, Path real, LockDirectoryAccess access, String problem) {
		assertThatExceptionOfType(LockDirectoryException.class).isThrownBy(() -> open(configured, access))
			.satisfies((ex) -> {
				assertThat(ex.problem()).contains(problem).contains(real.toString());
				assertThat(ex.remedy()).contains("fasteners.lock-directory");
				assertThat(ex.directory()).isEqualTo(configured);
			});
	}

	private static void open(Path directory, LockDirectoryAccess access) {
		assertThat(LockDirectory.open(directory, access, false)).isNotNull();
	}

	private static String mode(Path file) throws IOException {
		return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
	}

}
