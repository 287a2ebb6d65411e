package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * The open descriptors of this process. A test that asks for them is skipped where the
 * system does not list them.
 */
final class Descriptors {

	private static final Path TABLE = Path.of("/proc/self/fd");

	private Descriptors() {
	}

	/** Those of a file, or of all files in a directory. */
	static List<Path> of(Path place) throws IOException {
		assumeThat(TABLE).as("a list of open descriptors").isDirectory();
		try (Stream<Path> open = Files.list(TABLE)) {
			return open.filter((descriptor) -> leadsTo(descriptor, place)).toList();
		}
	}

	private static boolean leadsTo(Path descriptor, Path place) {
		try {
			return Files.readSymbolicLink(descriptor).startsWith(place);
		}
		catch (IOException ex) {
			// the one that lists them is closed by now
			return false;
		}
	}

}
