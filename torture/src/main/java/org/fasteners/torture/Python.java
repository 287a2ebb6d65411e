package org.fasteners.torture;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;

/**
 * A Python interpreter that has the package fasteners.
 *
 * @param interpreter the command that starts it
 */
record Python(String interpreter) {

	/** Debian's own Python, with Debian's packages, precedes any other. */
	private static final List<String> CANDIDATES = List.of("/usr/bin/python3", "python3");

	static Python find() throws UsageException, InterruptedException {
		for (String candidate : CANDIDATES) {
			if (hasFasteners(candidate)) {
				return new Python(candidate);
			}
		}
		throw new UsageException("No Python interpreter has the package fasteners (Debian: python3-fasteners). "
				+ "Install it, or run without Python workers: --python 0");
	}

	private static boolean hasFasteners(String candidate) throws InterruptedException {
		try {
			return new ProcessBuilder(candidate, "-c", "import fasteners").redirectError(Redirect.DISCARD)
				.start()
				.waitFor() == 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
