package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import org.fasteners.LockDirectoryException;
import org.fasteners.LockHold;
import org.fasteners.LockPathException;
import org.fasteners.process.InterProcessLocks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * {@link LockDirectory} and {@link DirectoryWalk}: the way to the directory, component by
 * component, with all its symbolic links.
 */
@Timeout(60)
class LinksToLockDirectoryTests {

	private static final int OTHER_USER = 65534;

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	@SuppressWarnings("NullAway.Init")
	private Path locks;

	@BeforeEach
	void create() throws IOException {
		this.temp = this.temp.toRealPath();
		this.locks = directory("locks", 02770);
	}

	@ParameterizedTest
	@EnumSource
	void aLinkInADirectoryOfAnotherUserIsRefused(LockDirectoryAccess access) throws IOException {
		Path foreign = foreign(directory("foreign", 0755));
		Path link = foreign(link(foreign.resolve("locks"), this.locks));
		assertRefused(link, access);
		assertRefused(link.resolve("new"), access);
		assertThat(this.locks).isEmptyDirectory();
	}

	@ParameterizedTest
	@EnumSource
	void aLinkOfAnotherUserInAStickyDirectoryIsRefused(LockDirectoryAccess access) throws IOException {
		Path link = foreign(link(directory("sticky", 01777).resolve("locks"), this.locks));
		assertThatExceptionOfType(LockDirectoryException.class).isThrownBy(() -> open(link, access)).satisfies((ex) -> {
			assertThat(ex.problem()).contains(String.format(Locale.ROOT,
					"through the symbolic link %s, which is owned by another user (number 65534, this process runs as 0)",
					link));
			assertThat(ex.remedy()).contains("Set fasteners.lock-directory to the directory itself")
				.doesNotContain("access");
		});
		assertRefused(link.resolve("new"), access);
		assertThat(this.locks).isEmptyDirectory();
	}

	@ParameterizedTest
	@EnumSource
	void aLinkOfOurOwnThatAnotherUserCanReplaceIsRefused(LockDirectoryAccess access) throws IOException {
		assertRefused(link(directory("open", 0777).resolve("locks"), this.locks), access);
		Path foreign = directory("foreign", 0755);
		Path link = link(foreign.resolve("locks"), this.locks);
		foreign(foreign);
		assertRefused(link, access);
		assertThat(this.locks).isEmptyDirectory();
	}

	@ParameterizedTest
	@EnumSource
	void aLinkBehindALinkAndALinkOnTheWayAreRefusedToo(LockDirectoryAccess access) throws IOException {
		Path sticky = directory("sticky", 01777);
		Path foreign = foreign(link(sticky.resolve("turned"), this.temp));
		assertRefused(foreign.resolve("locks"), access);
		assertRefused(link(this.temp.resolve("absolute"), foreign.resolve("locks")), access);
		assertRefused(link(this.temp.resolve("relative"), Path.of("sticky/turned/locks")), access);
		assertRefused(sticky.resolve("turned/../" + this.temp.getFileName() + "/locks"), access);
		assertRefused(this.locks.resolve("../sticky/turned/locks"), access);
		assertThat(this.locks).isEmptyDirectory();
	}

	@Test
	void theDirectoriesBehindALinkAreLookedAtAsWell() throws IOException {
		Path target = Files.createDirectories(directory("open", 0777).resolve("locks"));
		Files.setAttribute(target, "unix:mode", 02770);
		Path link = link(this.temp.resolve("link"), target);
		assertRefused(link, LockDirectoryAccess.OWNER);
		assertRefused(link, LockDirectoryAccess.GROUP);
		open(link, LockDirectoryAccess.ANYONE);
	}

	@ParameterizedTest
	@EnumSource
	void linksThatOnlyThisUserCanTurnAreFollowed(LockDirectoryAccess access) throws IOException {
		Path target = directory("target", (access == LockDirectoryAccess.OWNER) ? 0700 : 02770);
		Path link = link(this.temp.resolve("one"), Path.of("two"));
		link(this.temp.resolve("two"), directory("sticky", 01777).resolve("three"));
		link(this.temp.resolve("sticky/three"), Path.of("../target"));
		assertThat(open(link, access).real()).isEqualTo(target);
	}

	@Test
	void theParentOfALinkIsThatOfItsTarget() throws IOException {
		Path target = directory("elsewhere", 0755);
		Files.createDirectory(target.resolve("deep"));
		link(this.temp.resolve("link"), Path.of("elsewhere/deep"));
		Path configured = this.temp.resolve("link/../here");
		LockDirectory opened = open(configured, LockDirectoryAccess.OWNER);
		assertThat(opened.real()).isEqualTo(target.resolve("here"));
		assertThat(this.temp.resolve("here")).doesNotExist();
		assertThat(opened.resolve(target.resolve("here/x").toString())).isEqualTo(target.resolve("here/x"));
		assertThatExceptionOfType(LockPathException.class)
			.isThrownBy(() -> opened.resolve(this.temp.resolve("here/x").toString()))
			.withMessageContaining("does not lie below the lock directory");
	}

	@Test
	void whatIsMissingIsCreatedBehindLinks() throws IOException {
		link(this.temp.resolve("link"), Path.of("target/./new/../a"));
		Files.createDirectory(this.temp.resolve("target"));
		assertThat(open(this.temp.resolve("link/b"), LockDirectoryAccess.OWNER).real())
			.isEqualTo(this.temp.resolve("target/a/b"));
		assertThat(this.temp.resolve("target")).isDirectoryNotContaining("glob:**/new");
	}

	@Test
	void asManyLinksAreFollowedAsTheKernelFollows() throws IOException {
		Path target = directory("target", 0700);
		Path last = target;
		for (int i = 0; i < 40; i++) {
			last = link(this.temp.resolve("link" + i), last.getFileName());
		}
		assertThat(open(last, LockDirectoryAccess.OWNER).real()).isEqualTo(target);
		Path tooMany = link(this.temp.resolve("link40"), last);
		assertThat(tooMany.toFile()).as("for the kernel").doesNotExist();
		assertRefused(tooMany, LockDirectoryAccess.OWNER);
		Path loop = link(this.temp.resolve("loop"), Path.of("loop"));
		assertRefused(loop, LockDirectoryAccess.ANYONE);
	}

	@Test
	void twoNamesThroughLinksAreOneLockDirectory() throws Exception {
		Path target = directory("target", 0700);
		Path link = link(this.temp.resolve("link"), target);
		InterProcessLocks one = new InterProcessLocks(new FileLockEngine(link, LockDirectoryAccess.OWNER), null);
		InterProcessLocks two = new InterProcessLocks(new FileLockEngine(target, LockDirectoryAccess.OWNER), null);
		try (LockHold hold = one.get(link.resolve("x").toString()).writeLock().acquire()) {
			assertThat(two.get("x").writeLock().isHeldByCurrentOwner()).isTrue();
		}
	}

	@Test
	void aCheckChangesNothing() throws IOException {
		Path missing = this.temp.resolve("a/b");
		LockDirectory.check(missing, LockDirectoryAccess.OWNER, false);
		assertThat(this.temp.resolve("a")).doesNotExist();
		Path foreign = foreign(link(this.temp.resolve("link"), this.locks));
		for (LockDirectoryAccess access : LockDirectoryAccess.values()) {
			assertThatExceptionOfType(LockDirectoryException.class)
				.isThrownBy(() -> LockDirectory.check(foreign, access, false));
		}
	}

	@Test
	void aDirectoryWithinTheLockDirectoryThatOthersControlIsRefused() throws IOException {
		Path target = directory("target", 0755);
		InterProcessLocks locks = new InterProcessLocks(new FileLockEngine(target, LockDirectoryAccess.OWNER), null);
		Files.setAttribute(Files.createDirectory(target.resolve("open")), "unix:mode", 0777);
		Files.setAttribute(Files.createDirectory(target.resolve("grouped")), "unix:mode", 0775);
		foreign(Files.createDirectory(target.resolve("foreign")));
		for (String name : List.of("open", "foreign")) {
			assertThatExceptionOfType(LockPathException.class).isThrownBy(() -> locks.get(name + "/x").exists())
				.withMessageContaining(String.format(Locale.ROOT, "the directory '%s' in the lock directory is ", name))
				.withMessageNotContaining(target.toString());
			assertThat(target.resolve(name)).isEmptyDirectory();
		}
		locks.get("grouped/x").writeLock().acquire().close();
	}

	private static LockDirectory open(Path directory, LockDirectoryAccess access) {
		return LockDirectory.open(directory, access, false);
	}

	private void assertRefused(Path directory, LockDirectoryAccess access) {
		assertThatExceptionOfType(LockDirectoryException.class).isThrownBy(() -> open(directory, access));
	}

	private Path directory(String name, int mode) throws IOException {
		Path directory = Files.createDirectory(this.temp.resolve(name));
		Files.setAttribute(directory, "unix:mode", mode);
		return directory;
	}

	private static Path link(Path link, Path target) throws IOException {
		return Files.createSymbolicLink(link, target);
	}

	private static Path foreign(Path path) throws IOException {
		assumeThat(FileStatus.of(path).owner()).as("only root can give something away").isZero();
		Files.setAttribute(path, "unix:uid", OTHER_USER, LinkOption.NOFOLLOW_LINKS);
		return path;
	}

}
