package org.fasteners.process.file;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * Warns of lock files that users may read who are not meant to share them. A user who can
 * open a file for reading can lock it shared, and so block its writers, without a trace
 * in the file. The files that this library creates cannot be read by such users; those of
 * other programs often can ({@code 0644}).
 */
final class ReadableFiles {

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	private static final int GROUP = 0070;

	private static final int OTHERS = 0007;

	private static final int READ = 0444;

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
		if (status == null || !mayReach(status.mode() & strangers & READ, parent, directory.real())
				|| !MENTIONED.add(parent)) {
			return;
		}
		LOGGER.log(Level.WARNING,
				"Other users can read the lock file {0} (mode {1}), and so can block its locks by a shared lock of their own. Run chmod {2} on it and on all such files in its directory, or chmod {3} on the lock directory",
				directory.name(file), status.shownMode(), (strangers == OTHERS) ? "o-r" : "go-r",
				(strangers == OTHERS) ? "o-x" : "go-x");
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

	/** Whether those who may read a file may also enter all its directories. */
	private static boolean mayReach(int readers, @Nullable Path parent, Path top) throws IOException {
		int users = ((readers & GROUP) != 0 ? GROUP : 0) | ((readers & OTHERS) != 0 ? OTHERS : 0);
		for (Path entered = parent; entered != null && entered.startsWith(top); entered = entered.getParent()) {
			FileStatus status = FileStatus.find(entered);
			int enter = (status != null) ? status.mode() & ENTER : 0;
			users &= ((enter & GROUP) != 0 ? GROUP : 0) | ((enter & OTHERS) != 0 ? OTHERS : 0);
		}
		return users != 0;
	}

}
