package org.fasteners.registry;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

import org.fasteners.LockDirectoryException;
import org.jspecify.annotations.Nullable;

/**
 * Text that a shell or Spring would replace, and that as a path is a directory of that
 * name below the working directory: two processes with two working directories would not
 * exclude each other.
 */
final class LockDirectoryText {

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	private static final Pattern QUOTED = Pattern.compile("['\"].*|.*['\"]", Pattern.DOTALL);

	private static final Pattern BLANKS = Pattern.compile("\\s.*|.*\\s", Pattern.DOTALL);

	/** Two letters or more, because one is a drive of Windows. */
	private static final Pattern PREFIXED = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*", Pattern.DOTALL);

	private static final Pattern VARIABLE = Pattern.compile("\\$\\{[^}]*}|\\$[A-Za-z_][A-Za-z0-9_]*");

	private LockDirectoryText() {
	}

	/**
	 * Refuse what cannot be meant, and warn of what may not be meant.
	 * @throws LockDirectoryException if the path is refused
	 */
	static void check(Path directory) {
		String text = directory.toString();
		String fix = fix(text);
		if (fix != null) {
			throw new LockDirectoryException(directory, String.format(Locale.ROOT,
					"The lock directory is written as %s, which as a path is a directory of that very name", text), fix,
					null);
		}
		VARIABLE.matcher(text)
			.results()
			.findFirst()
			.ifPresent((variable) -> LOGGER.log(Level.WARNING,
					"The lock directory {0} contains {1}, which was not replaced: the directory has that name. If a variable is meant, check its spelling; Spring replaces $'{'NAME'}' if it is set, and nothing replaces $NAME",
					text, variable.group()));
	}

	private static @Nullable String fix(String text) {
		if (text.isEmpty()) {
			return "Set fasteners.lock-directory to the path of a directory; '.' is the working directory.";
		}
		if (text.startsWith("~")) {
			return "Only a shell replaces '~': write the whole path, or ${user.home} in its place in a configuration of Spring. (A directory whose name really begins so is written ./~name.)";
		}
		if (QUOTED.matcher(text).matches()) {
			return "Remove the quotes: in a properties file, an environment variable or on a command line they belong to the value.";
		}
		if (BLANKS.matcher(text).matches()) {
			return "Remove the blanks at its ends.";
		}
		if (PREFIXED.matcher(text).matches()) {
			return "Write the path alone, without the prefix before the colon: a lock directory is always a directory of the file system.";
		}
		return null;
	}

}
