package org.fasteners.process.file;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.fasteners.LockDirectoryException;
import org.jspecify.annotations.Nullable;

/**
 * Which users may change a lock directory and the way to it, and what new directories and
 * files get.
 *
 * @param posix whether the file system has POSIX permissions
 * @param access which users may use the directory
 * @param user the user of this process, or {@code null} if it is not known
 * @param group number of the group of the directory, which shares it with
 * {@link LockDirectoryAccess#GROUP}
 */
record Permissions(boolean posix, LockDirectoryAccess access, @Nullable ProcessUser user, int group) {

	/*-
	 * Two kinds of harm. A user who can turn the configured path to another directory
	 * between the starts of two processes breaks exclusion. One who can point it anywhere
	 * has this process create files there, with its rights.
	 *
	 * What is accepted in the steps of a DirectoryWalk:
	 *
	 *                                    OWNER           GROUP            ANYONE
	 *   directory on the way: owner      this user,      also a user who  any
	 *                                    root            gave it the
	 *                                                    group of the
	 *                                                    lock directory
	 *   ... writable for others          sticky only     sticky only      yes
	 *   ... writable for its group       yes, one INFO   yes, one INFO    yes
	 *   link: owner                      this user, root (all three)
	 *   directory that has the link      of this user or root, and writable for others
	 *                                    only if sticky (all three)
	 *   lock directory: owner            this user,      any              any
	 *                                    root
	 *   ... writable for others          no              no               yes
	 *   ... writable for its group       no              it has to be     yes
	 *
	 * GROUP. Members of the group may break the locks anyway, so a directory on the way
	 * may belong to one of them. A user who is not root can give a directory no group but
	 * one of that user's own (chown(2)), so the owner of a directory with that group is a
	 * member, or was put there by root.
	 *
	 * ANYONE. Each user who can write to the lock directory may break its locks anyway,
	 * and volumes of containers have owners with foreign numbers on the way. What is left
	 * to a user who controls a directory on the way: to replace it between the walk and
	 * the creation of a file. Java has no openat(2) for that; it is documented.
	 *
	 * Links are not accepted at that price, because a link needs no race, and the way
	 * out is always there: configure the directory to which it leads. The mode of a link
	 * means nothing, and a link that is one's own may have been put in its place by a user
	 * that controls the directory. So fs.protected_symlinks need not be set.
	 *
	 * That the group of a directory on the way may write is accepted: where each user has
	 * a group of that user's own (umask 002) it means no other user. Java does not read
	 * ACLs; if there is one, these bits of the mode are its mask.
	 */

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./+-]+");

	private static final String ALONE = "which is then created for this user alone";

	/** Of the lock directory to which the path leads, which need not exist yet. */
	static Permissions at(DirectoryWalk walk, LockDirectoryAccess access) throws IOException {
		ProcessUser user = ProcessUser.current();
		FileStatus end = walk.end();
		int group = (user == null || walk.isComplete() || end.has(FileStatus.SET_GROUP_ID)) ? end.group()
				: user.group();
		return new Permissions(isPosix(end.path()), access, user, group);
	}

	/** On a system without POSIX permissions. */
	static Permissions none(LockDirectoryAccess access) {
		return new Permissions(false, access, null, 0);
	}

	private static boolean isPosix(Path existing) throws IOException {
		return Files.getFileStore(existing).supportsFileAttributeView("posix");
	}

	/**
	 * Whether it is safe to use the lock directory, or to create it if it is missing.
	 * @param configured the path as it was configured
	 * @throws LockDirectoryException if not
	 */
	void check(Path configured, DirectoryWalk walk) {
		Problem problem = problem(walk);
		if (problem != null) {
			throw refused(configured, walk, problem);
		}
		Path end = walk.end().path();
		if (!Files.isWritable(end) || !Files.isExecutable(end)) {
			throw refused(configured, walk, unusable(walk));
		}
	}

	private Problem unusable(DirectoryWalk walk) {
		if (walk.isComplete()) {
			return new Problem("is not writable for the user of this process", "Give that user write permission");
		}
		return new Problem(String.format(Locale.ROOT,
				"does not exist and cannot be created, because %s is not writable", walk.end().path()),
				"Create it for the user of this process");
	}

	private @Nullable Problem problem(DirectoryWalk walk) {
		for (DirectoryWalk.Step step : walk.steps()) {
			Problem problem = (step.link() != null) ? ofLink(step.link(), step.directory())
					: ofAncestor(step.directory());
			if (problem != null) {
				return problem;
			}
		}
		return (walk.isComplete() && this.posix) ? ofLockDirectory(walk.end()) : null;
	}

	private @Nullable Problem ofLink(FileStatus link, FileStatus directory) {
		String through = String.format(Locale.ROOT, "leads through the symbolic link %s, which ", link.path());
		String fix = "Set fasteners.lock-directory to the directory itself to which the link leads";
		String owner = foreignOwner(link);
		if (owner != null) {
			return new Problem(through + owner + " and can be turned to another directory", fix);
		}
		String control = foreignControl(directory);
		if (control != null) {
			return new Problem(
					through + String.format(Locale.ROOT, "can be replaced, because %s %s", directory.path(), control),
					fix);
		}
		return null;
	}

	private @Nullable Problem ofAncestor(FileStatus directory) {
		if (this.access == LockDirectoryAccess.ANYONE) {
			return null;
		}
		String control = foreignControl(directory);
		if (control == null || (isOfSharingUser(directory) && !directory.isOpenToAll())) {
			return null;
		}
		return new Problem(String.format(Locale.ROOT, "lies below %s, which %s", directory.path(), control),
				directory.isOpenToAll() ? run(directory, "chmod o-w %1$s or chmod +t %1$s") : changeOwner(directory));
	}

	/** Whether a user who may break the locks anyway controls a directory on the way. */
	private boolean isOfSharingUser(FileStatus directory) {
		return this.access == LockDirectoryAccess.GROUP && directory.group() == this.group;
	}

	private @Nullable Problem ofLockDirectory(FileStatus directory) {
		if (this.access == LockDirectoryAccess.ANYONE) {
			return null;
		}
		if (directory.has(FileStatus.OTHERS_MAY_WRITE)) {
			return new Problem(String.format(Locale.ROOT, "is writable for all users (mode %s)", directory.shownMode()),
					run(directory, "chmod o-w %s"));
		}
		if (this.access == LockDirectoryAccess.GROUP) {
			return ofSharedDirectory(directory);
		}
		if (directory.has(FileStatus.GROUP_MAY_WRITE)) {
			return new Problem(String.format(Locale.ROOT, "is writable for its group (mode %s)", directory.shownMode()),
					run(directory, "chmod g-w %s"));
		}
		String owner = foreignOwner(directory);
		return (owner != null) ? new Problem(owner, changeOwner(directory)) : null;
	}

	/**
	 * Whether users of its group can share it. New files get its group if it has the bit
	 * set-group-ID, and otherwise the primary group of the process that creates them. A
	 * process that is no member of the group could create no directory with that bit.
	 */
	private @Nullable Problem ofSharedDirectory(FileStatus directory) {
		ProcessUser user = this.user;
		if (!directory.has(FileStatus.GROUP_MAY_WRITE | FileStatus.GROUP_MAY_ENTER)) {
			return new Problem(
					String.format(Locale.ROOT, "is not writable for its group (mode %s)", directory.shownMode()),
					run(directory, "chmod g+rwxs %s"));
		}
		if (user == null) {
			return null;
		}
		if (!user.isMember(directory.group()) && !user.isRoot()) {
			return new Problem(
					String.format(Locale.ROOT,
							"belongs to the group with number %s, of which this process is not a member",
							directory.shownGroup()),
					"Add the user of this process to that group, or choose a group of that user and "
							+ lowerCase(run(directory,
									"chgrp " + Integer.toUnsignedString(user.group()) + " %1$s && chmod g+s %1$s")));
		}
		if (!directory.has(FileStatus.SET_GROUP_ID) && directory.group() != user.group()) {
			return new Problem(String.format(Locale.ROOT,
					"does not have the set-group-ID bit (mode %s), and its group (number %s) is not the primary group of this process (number %s), so other users could not open the files that this process creates there",
					directory.shownMode(), directory.shownGroup(), Integer.toUnsignedString(user.group())),
					run(directory, "chmod g+s %s"));
		}
		return null;
	}

	/**
	 * What makes a directory within the lock directory unsafe.
	 * @return {@code null} if it is safe
	 */
	@Nullable String problemOfSubdirectory(Path directory) throws IOException {
		if (!this.posix || this.access == LockDirectoryAccess.ANYONE) {
			return null;
		}
		FileStatus status = FileStatus.of(directory);
		if (status.has(FileStatus.OTHERS_MAY_WRITE)) {
			return String.format(Locale.ROOT, "is writable for all users (mode %s)", status.shownMode());
		}
		return (this.access == LockDirectoryAccess.OWNER) ? foreignOwner(status) : null;
	}

	/** What lets users other than this one and root replace entries of a directory. */
	private @Nullable String foreignControl(FileStatus directory) {
		if (directory.isOpenToAll()) {
			return String.format(Locale.ROOT, "is writable for all users and not sticky (mode %s)",
					directory.shownMode());
		}
		return foreignOwner(directory);
	}

	private @Nullable String foreignOwner(FileStatus file) {
		ProcessUser user = this.user;
		if (user == null || user.trusts(file.owner())) {
			return null;
		}
		if (user.isUnknownUser(file.owner())) {
			return String.format(Locale.ROOT,
					"is owned by an unknown user (number %s, which in the user namespace of this process stands for every user without a number there)",
					file.shownOwner());
		}
		return String.format(Locale.ROOT, "is owned by another user (number %s, this process runs as %s)",
				file.shownOwner(), Integer.toUnsignedString(user.user()));
	}

	private String changeOwner(FileStatus directory) {
		ProcessUser user = Objects.requireNonNull(this.user);
		if (user.isUnknownUser(directory.owner())) {
			return "Run this process in a user namespace where that owner has a number, or in none";
		}
		String command = String.format(Locale.ROOT, "chown %s %s", Integer.toUnsignedString(user.user()),
				quoted(directory.path()));
		return user.isRoot() ? "Run " + command : "Let root run " + command;
	}

	/** A command, and the user who may run it. */
	private String run(FileStatus directory, String format) {
		String command = String.format(Locale.ROOT, format, quoted(directory.path()));
		ProcessUser user = this.user;
		if (user == null || user.mayChange(directory)) {
			return "Run " + command;
		}
		if (directory.owner() == 0 || user.isUnknownUser(directory.owner())) {
			return "Let root run " + command;
		}
		return String.format(Locale.ROOT, "Let its owner (user number %s) or root run %s", directory.shownOwner(),
				command);
	}

	private static String lowerCase(String sentence) {
		return Character.toLowerCase(sentence.charAt(0)) + sentence.substring(1);
	}

	private static String quoted(Path path) {
		String text = path.toString();
		return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
	}

	/** Only what would be accepted is offered. */
	private LockDirectoryException refused(Path configured, DirectoryWalk walk, Problem problem) {
		List<String> offers = new ArrayList<>();
		offers.add(problem.fix());
		String created = (this.access == LockDirectoryAccess.OWNER) ? ALONE
				: "which is then created with the right mode";
		if (walk.isComplete() && ofWay(walk) == null && ofAncestor(walk.end()) == null
				&& Files.isWritable(walk.end().path())) {
			offers.add("set fasteners.lock-directory to a subdirectory that does not exist yet, " + created);
		}
		else if (ofAncestor(walk.steps().isEmpty() ? walk.end() : walk.steps().get(0).directory()) == null) {
			offers.add("set fasteners.lock-directory to a directory elsewhere that does not exist yet, " + created);
		}
		List<String> wider = new ArrayList<>();
		for (LockDirectoryAccess candidate : LockDirectoryAccess.values()) {
			if (candidate.compareTo(this.access) > 0 && Files.isWritable(walk.end().path())
					&& new Permissions(this.posix, candidate, this.user, this.group).problem(walk) == null) {
				wider.add(candidate.name().toLowerCase(Locale.ROOT));
			}
		}
		if (!wider.isEmpty()) {
			offers.add(String.format(Locale.ROOT,
					"if other users are meant to share it, set fasteners.process.access to %s (LockRegistries.builder().access(...))",
					String.join(" or ", wider)));
		}
		Path directory = walk.directory();
		String shown = configured.equals(directory) ? configured.toString()
				: String.format(Locale.ROOT, "%s (which is %s)", configured, directory);
		return new LockDirectoryException(configured,
				String.format(Locale.ROOT, "The lock directory %s %s", shown, problem.what()),
				String.join("; or ", offers) + ".", null);
	}

	private @Nullable Problem ofWay(DirectoryWalk walk) {
		return problem(new DirectoryWalk(walk.steps(), walk.end(), List.of(Path.of("missing"))));
	}

	/** Write to the log what is accepted although it deserves a look. */
	void report(DirectoryWalk walk) {
		if (this.user == null) {
			LOGGER.log(Level.INFO,
					"The owners of the lock directory and of the directories above it are not checked, because there is no /proc/self");
		}
		FileStatus end = walk.end();
		if (!this.posix) {
			LOGGER.log(Level.INFO,
					"The file system of the lock directory has no POSIX permissions: which other users can write to it is not checked");
			return;
		}
		if (this.access == LockDirectoryAccess.ANYONE) {
			LOGGER.log(Level.INFO,
					"fasteners.process.access=anyone: each user who can write to the lock directory (owner {0}, mode {1}) or to a directory above it can break its locks",
					end.shownOwner(), end.shownMode());
			return;
		}
		String writable = walk.steps()
			.stream()
			.map(DirectoryWalk.Step::directory)
			.filter((directory) -> directory.has(FileStatus.GROUP_MAY_WRITE) && !isOfSharingUser(directory)
					&& !directory.has(FileStatus.OTHERS_MAY_WRITE))
			.map((directory) -> String.format(Locale.ROOT, "%s (mode %s, group %s)", directory.path(),
					directory.shownMode(), directory.shownGroup()))
			.distinct()
			.collect(Collectors.joining(", "));
		if (!writable.isEmpty()) {
			LOGGER.log(Level.INFO,
					"The lock directory {0} lies below directories that their groups can write to, or users named in an ACL, which Java cannot read (getfacl shows it): {1}. Such a user can replace the lock directory",
					end.path(), writable);
		}
	}

	/** Whether a file may belong to another user, who has yet to widen its mode. */
	boolean areShared() {
		return this.access != LockDirectoryAccess.OWNER;
	}

	FileAttribute<?>[] ofDirectory() {
		return attributes(this.access.directoryMode());
	}

	FileAttribute<?>[] ofFile() {
		return attributes(this.access.fileMode());
	}

	private FileAttribute<?>[] attributes(String mode) {
		return this.posix
				? new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)) }
				: new FileAttribute<?>[0];
	}

	void widenDirectory(Path created) throws IOException {
		FileStatus status = statusToWiden(created);
		if (status == null || !status.isDirectory()) {
			return;
		}
		boolean grouped = this.access == LockDirectoryAccess.GROUP && this.user != null;
		widen(status, this.access.directoryBits() | (grouped ? FileStatus.SET_GROUP_ID : 0));
		if (grouped && !FileStatus.of(created).has(FileStatus.SET_GROUP_ID)) {
			throw new FileSystemException(created.toString(), null,
					"the set-group-ID bit cannot be set, so that other users could not open the files in it");
		}
	}

	/**
	 * Give a new file the group and the mode that the users have who share it. This opens
	 * and closes the file, which would drop locks.
	 * @param created a file that this process has created just now
	 * @param identity of that file; nothing is done if another one is there now
	 */
	void widenFile(Path created, Object identity) throws IOException {
		if (!identity.equals(FileIdentity.of(created))) {
			return;
		}
		FileStatus status = statusToWiden(created);
		if (status != null && status.isRegularFile() && status.links() == 1) {
			widen(status, this.access.fileBits());
		}
	}

	/** What is not of this user, or not there any more, was put there by another user. */
	private @Nullable FileStatus statusToWiden(Path created) throws IOException {
		if (!this.posix || !areShared()) {
			return null;
		}
		FileStatus status = FileStatus.find(created);
		return (status == null || this.user == null || status.owner() == this.user.user()) ? status : null;
	}

	/*
	 * The umask has taken away what other users are to have. Where it has not, nothing is
	 * changed, because Java opens and closes a file in order to change its mode without
	 * following a link (fchmod(2) on what was opened with O_NOFOLLOW). That drops record
	 * locks of this process, of which a new file has none, and it would wait for ever for
	 * the other end of a FIFO, so a FIFO in its place is left alone by the callers.
	 * lchown(2) opens nothing. PosixFilePermissions have no set-group-ID bit and would
	 * remove it.
	 */
	private void widen(FileStatus created, int wanted) throws IOException {
		if (this.access == LockDirectoryAccess.GROUP && created.group() != this.group) {
			Files.setAttribute(created.path(), "unix:gid", this.group, LinkOption.NOFOLLOW_LINKS);
		}
		if (!created.has(wanted)) {
			int mode = (created.mode() & FileStatus.PERMISSIONS) | wanted;
			Files.setAttribute(created.path(), "unix:mode", mode, LinkOption.NOFOLLOW_LINKS);
		}
	}

	/**
	 * Why a lock directory is refused.
	 *
	 * @param what what is wrong, as the rest of a sentence that begins with the directory
	 * @param fix what to do about it, as a sentence without its full stop
	 */
	private record Problem(String what, String fix) {

	}

}
