package org.fasteners.process.file;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;

/**
 * Programs of the operating system.
 */
final class Commands {

	private Commands() {
	}

	/** Whether the program is there and says that it succeeded. */
	static boolean succeeds(String... command) throws InterruptedException {
		try {
			return new ProcessBuilder(command).redirectOutput(Redirect.DISCARD)
				.redirectError(Redirect.DISCARD)
				.start()
				.waitFor() == 0;
		}
		catch (IOException ex) {
			return false; // there is no such program
		}
	}

}
