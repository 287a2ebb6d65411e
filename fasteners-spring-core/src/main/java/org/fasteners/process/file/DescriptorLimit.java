package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many files this process may have open, as far as the system tells.
 *
 * @see <a href=
 * "https://man7.org/linux/man-pages/man5/proc_pid_limits.5.html">proc_pid_limits(5)</a>
 */
final class DescriptorLimit {

	private static final Path LIMITS = Path.of("/proc/self/limits");

	private static final Pattern LINE = Pattern.compile("Max open files +(\\d+) .*");

	/** One of so many descriptors may be that of an idle lock file. */
	private static final int SHARE = 8;

	private static final int FEWEST_IDLE = 8;

	private static final int MOST_IDLE = 1_024;

	/** EMFILE in the language that most systems use for it. */
	private static final String TOO_MANY = "Too many open files";

	/** Read once, while there are descriptors; 0 if it is not known. */
	private static final int LIMIT = read();

	private DescriptorLimit() {
	}

	private static int read() {
		try {
			return Files.readAllLines(LIMITS)
				.stream()
				.map(LINE::matcher)
				.filter(Matcher::matches)
				.mapToInt((line) -> Integer.parseInt(line.group(1)))
				.findFirst()
				.orElse(0);
		}
		catch (IOException | NumberFormatException ex) {
			return 0;
		}
	}

	/** How many idle lock files may stay open, of each device. */
	static int mostIdle() {
		return (LIMIT == 0) ? MOST_IDLE / SHARE : Math.max(FEWEST_IDLE, Math.min(MOST_IDLE, LIMIT / SHARE));
	}

	/** Add the limit to a failure for want of descriptors; leave any other as it is. */
	static FileSystemException explain(FileSystemException ex) {
		if (LIMIT == 0 || ex.getClass() != FileSystemException.class || !isReached(ex)) {
			return ex;
		}
		FileSystemException explained = new FileSystemException(ex.getFile(), ex.getOtherFile(), String
			.format(Locale.ROOT, "%s (the limit of this process is %d, see ulimit -n)", ex.getReason(), LIMIT));
		explained.initCause(ex);
		return explained;
	}

	/**
	 * Whether the reason is the known text, or another file cannot be opened for the same
	 * reason. A descriptor may have become free in the meantime.
	 */
	private static boolean isReached(FileSystemException ex) {
		if (TOO_MANY.equals(ex.getReason())) {
			return true;
		}
		try {
			Files.newInputStream(LIMITS).close();
			return false;
		}
		catch (FileSystemException other) {
			return other.getReason() != null && other.getReason().equals(ex.getReason());
		}
		catch (IOException other) {
			return false;
		}
	}

}
