package org.fasteners.process.file;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * Warns of lock files that users may open who are not meant to share them. A user who can
 * open a file for reading can lock it shared, and so block its writers, without a trace
 * in the file; by write permission alone, exclusively. The files that this library
 * creates cannot be opened by such users; those of other programs often can
 * ({@code 0644}).
 * <p>
 * It is a hint and looks at modes alone: not at access control lists, not at the owner of
 * a file, and not at which users are in a group. For the access {@code GROUP} a file with
 * another group than its directory counts as one that strangers may open if its group
 * may.
 */
final class ReadableFiles {

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	private static final int GROUP = 0070;

	private static final int OTHERS = 0007;

	private static final int OPEN = 0666;

	private static final int ENTER = 0111;

	/** Enough to be noticed. */
	private static final int MOST_WARNINGS = 100;

	/** The directories of which a file was mentioned. */
	private static final Set<Path> MENTIONED = ConcurrentHashMap.newKeySet();

	private ReadableFiles() {
	}

	/**
	 * Warn, once for each directory, if other users can open a file. Called when the file
	 * is opened, so that it costs nothing later. A file that cannot be looked at is none
	 * to warn of: to open it is a matter of the caller.
	 */
	static void mention(LockDirectory directory, Path file) {
		try {
			look(directory, file);
		}
		catch (IOException ex) {
			LOGGER.log(Level.DEBUG, "The mode of a lock file cannot be read", ex);
		}
	}

	private static void look(LockDirectory directory, Path file) throws IOException {
		Permissions permissions = directory.permissions();
		int strangers = strangers(permissions);
		Path parent = file.getParent();
		if (strangers == 0 || parent == null || MENTIONED.contains(parent) || MENTIONED.size() >= MOST_WARNINGS) {
			return;
		}
		FileStatus status = FileStatus.find(file);
		if (status == null) {
			return;
		}
		if (strangers == OTHERS && isOfAnotherGroup(status, parent)) {
			strangers |= GROUP;
		}
		if (!mayReach(status.mode() & strangers & OPEN, parent, directory.real()) || !MENTIONED.add(parent)) {
			return;
		}
		LOGGER.log(Level.WARNING,
				"Other users can open the lock file {0} (mode {1}), and so can block its locks by a lock of their own. Run chmod {2} on it and on all such files in its directory, or chmod {3} on the lock directory",
				directory.name(file), status.shownMode(), (strangers == OTHERS) ? "o-rw" : "go-rw",
				(permissions.access() == LockDirectoryAccess.GROUP) ? "o-x" : "go-x");
	}

	private static boolean isOfAnotherGroup(FileStatus file, Path parent) throws IOException {
		FileStatus directory = FileStatus.find(parent);
		return directory != null && directory.group() != file.group();
	}

	private static int strangers(Permissions permissions) {
		if (!permissions.posix()) {
			return 0;
		}
		return switch (permissions.access()) {
			case OWNER -> GROUP | OTHERS;
			case GROUP -> OTHERS;
			case ANYONE -> 0;
		};
	}

	/**
	 * Whether those who may open a file may also enter all its directories. A directory
	 * above the lock directory may have a group of its own, so it keeps users out only if
	 * it admits its owner alone.
	 */
	private static boolean mayReach(int openers, Path parent, Path top) throws IOException {
		int users = classes(openers);
		for (Path entered = parent; users != 0 && entered != null; entered = entered.getParent()) {
			FileStatus status = FileStatus.find(entered);
			int enter = classes((status != null) ? status.mode() & ENTER : 0);
			users &= (entered.startsWith(top) || enter == 0) ? enter : users;
		}
		return users != 0;
	}

	/** All bits of those classes of users, group and others, that have any. */
	private static int classes(int bits) {
		return ((bits & GROUP) != 0 ? GROUP : 0) | ((bits & OTHERS) != 0 ? OTHERS : 0);
	}

}
