package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Processes of several users at one lock directory, and users without a number.
 */
@Timeout(120)
class SharedDirectoryProcessTests {

	private static final int TEAM = 5000;

	private static final int STRANGERS = 6000;

	private static final List<String> NAMESPACE = List.of("unshare", "--user");

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	private Path home;

	private Path locks;

	@BeforeEach
	void create() throws Exception {
		this.home = Files.createDirectory(this.temp.toRealPath().resolve("home"));
		this.locks = this.home.resolve("locks");
		Nobody.command(this.home);
	}

	@ParameterizedTest
	@ValueSource(strings = { "022", "077", "002" })
	void twoUsersOfAGroupShareTheLocksOfADirectoryWithItsBit(String umask) throws Exception {
		directory(02770, 0, TEAM);
		try (Peer one = member(4001, umask, LockDirectoryAccess.GROUP);
				Peer two = member(4002, umask, LockDirectoryAccess.GROUP)) {
			one.order("lock shows/deep/hamlet EXCLUSIVE");
			assertThat(two.tell("try shows/deep/hamlet EXCLUSIVE 0")).isEqualTo("false");
			one.order("unlock");
			assertThat(two.tell("try shows/deep/hamlet EXCLUSIVE 0")).isEqualTo("true");
			two.order("pair shows/other");
			two.order("pair more/x");
			one.order("pair more/x");
			one.order("pair shows/other");
		}
		for (String directory : List.of("shows", "shows/deep", "more")) {
			assertIs(this.locks.resolve(directory), 02770, TEAM);
		}
		for (String file : List.of("shows/deep/hamlet", "shows/other", "more/x", ".protocol-fcntl")) {
			assertIs(this.locks.resolve(file), 0660, TEAM);
		}
	}

	@Test
	void aDirectoryThatIsCreatedForTheGroupIsSharedToo() throws Exception {
		Path between = directory(02770, 0, TEAM).resolve("a");
		this.locks = between.resolve("b");
		try (Peer one = member(4001, "077", LockDirectoryAccess.GROUP);
				Peer two = member(4002, "077", LockDirectoryAccess.GROUP)) {
			one.order("pair x/y");
			two.order("pair x/y");
		}
		assertIs(this.locks, 02770, TEAM);
		assertIs(between, 02770, TEAM);
	}

	@Test
	void aFileInADirectoryWithoutTheBitGetsTheGroupToo() throws Exception {
		directory(02770, 0, TEAM);
		Path plain = Files.createDirectory(this.locks.resolve("plain"));
		Files.setAttribute(plain, "unix:gid", TEAM);
		Files.setAttribute(plain, "unix:mode", 0770);
		try (Peer one = member(4001, "022", LockDirectoryAccess.GROUP);
				Peer two = member(4002, "022", LockDirectoryAccess.GROUP)) {
			one.order("pair plain/below/x");
			two.order("pair plain/below/x");
		}
		assertIs(plain.resolve("below"), 02770, TEAM);
		assertIs(plain.resolve("below/x"), 0660, TEAM);
		assertIs(plain, 0770, TEAM);
	}

	@Test
	void whereSharingCannotWorkTheStartIsRefusedWithTheCommandThatFixesIt() throws Exception {
		directory(0770, 0, TEAM);
		try (Peer peer = member(4001, "022", LockDirectoryAccess.GROUP)) {
			assertThat(peer.tell("pair x")).startsWith("LockDirectoryException: The lock directory " + this.locks)
				.contains(
						"does not have the set-group-ID bit (mode 0770), and its group (number 5000) is not the primary group of this process (number 4001)",
						"Let root run chmod g+s " + this.locks);
			assertThat(Commands.succeeds("chmod", "g+s", this.locks.toString())).isTrue();
			peer.order("pair x");
		}
		try (Peer peer = peer(user(4003, STRANGERS, TEAM), LockDirectoryAccess.GROUP)) {
			peer.order("pair x");
		}
		Files.setAttribute(this.locks, "unix:uid", 4001);
		Files.setAttribute(this.locks, "unix:gid", STRANGERS);
		Files.setAttribute(this.locks, "unix:mode", 02770);
		try (Peer peer = member(4001, "022", LockDirectoryAccess.GROUP)) {
			assertThat(peer.tell("pair x")).contains(
					"belongs to the group with number 6000, of which this process is not a member",
					String.format(Locale.ROOT, "run chgrp 4001 %1$s && chmod g+s %1$s", this.locks));
		}
		Files.setAttribute(this.locks, "unix:mode", 0750);
		try (Peer peer = member(4001, "022", LockDirectoryAccess.GROUP)) {
			assertThat(peer.tell("pair x")).contains("is not writable for its group (mode 0750)",
					"Run chmod g+rwxs " + this.locks);
		}
	}

	@Test
	void theLinkOfAnAttackerIsNotFollowed() throws Exception {
		Path attacker = Files.createDirectory(this.home.resolve("attacker"));
		Path one = directory(0777, 0, 0);
		Files.setAttribute(attacker, "unix:uid", 4001);
		List<String> shell = new ArrayList<>(user(4001, 4001, TEAM));
		Path link = attacker.resolve("locks");
		shell.addAll(List.of("ln", "-s", one.toString(), link.toString()));
		assertThat(Commands.succeeds(shell.toArray(new String[0]))).isTrue();
		this.locks = link;
		for (LockDirectoryAccess access : LockDirectoryAccess.values()) {
			try (Peer peer = peer(user(4002, 4002, TEAM), access)) {
				assertThat(peer.tell("pair x")).startsWith("LockDirectoryException: ");
			}
			try (Peer root = peer(List.of(), access)) {
				assertThat(root.tell("pair x")).startsWith("LockDirectoryException: ");
			}
		}
		assertThat(one).isEmptyDirectory();
	}

	@Test
	void anOwnerWithoutANumberIsNeverOneself() throws Exception {
		List<String> nobody = new ArrayList<>(user(Nobody.NUMBER, Nobody.NUMBER, Nobody.NUMBER));
		nobody.addAll(NAMESPACE);
		List<String> attempt = new ArrayList<>(nobody);
		attempt.add("true");
		assumeThat(Commands.succeeds(attempt.toArray(new String[0])))
			.as("a kernel where a user may make user namespaces")
			.isTrue();
		// A file of another user, and one of this user: in the namespace both are 65534.
		for (int owner : List.of(4001, Nobody.NUMBER)) {
			directory(0777, owner, owner);
			Files.setAttribute(this.locks, "unix:mode", (owner == Nobody.NUMBER) ? 0755 : 0757);
			try (Peer peer = peer(nobody, LockDirectoryAccess.OWNER)) {
				assertThat(peer.tell("pair x")).startsWith("LockDirectoryException: ")
					.contains("is owned by an unknown user (number 65534",
							"Run this process in a user namespace where that owner has a number, or in none",
							"set fasteners.process.access to anyone")
					.doesNotContain("group", "elsewhere", "subdirectory");
				assertThat(this.locks).isEmptyDirectory();
			}
			try (Peer peer = peer(nobody, LockDirectoryAccess.ANYONE)) {
				peer.order("pair x/y");
			}
			this.locks = this.home.resolve("more");
		}
	}

	private Path directory(int mode, int owner, int group) throws IOException {
		Files.createDirectory(this.locks);
		Files.setAttribute(this.locks, "unix:uid", owner);
		Files.setAttribute(this.locks, "unix:gid", group);
		Files.setAttribute(this.locks, "unix:mode", mode);
		return this.locks;
	}

	private static void assertIs(Path path, int mode, int group) throws IOException {
		FileStatus status = FileStatus.of(path);
		assertThat(status.shownMode()).as(path.toString()).isEqualTo(String.format(Locale.ROOT, "%04o", mode));
		assertThat(status.group()).as(path.toString()).isEqualTo(group);
	}

	private Peer member(int user, String umask, LockDirectoryAccess access) throws Exception {
		List<String> prefix = new ArrayList<>(user(user, user, TEAM));
		prefix.addAll(List.of("sh", "-c", "umask " + umask + "; exec \"$@\"", "sh"));
		return peer(prefix, access);
	}

	private static List<String> user(int user, int group, int supplementary) {
		return List.of("setpriv", "--reuid", String.valueOf(user), "--regid", String.valueOf(group), "--groups",
				String.valueOf(supplementary));
	}

	private Peer peer(List<String> user, LockDirectoryAccess access) throws Exception {
		return Peer.program(Nobody.faultyPeer(user, access, this.home, this.locks, "later"));
	}

}
