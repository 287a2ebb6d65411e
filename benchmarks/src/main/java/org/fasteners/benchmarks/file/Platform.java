package org.fasteners.benchmarks.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The platform of a run, on which its figures depend.
 */
final class Platform {

	private Platform() {
	}

	/**
	 * Return one line for the end of a table.
	 * @param directory the directory of the lock files
	 */
	static String describe(Path directory) throws IOException {
		return String.format(Locale.ROOT, "%s %s, %d processors, Java %s, %s", System.getProperty("os.name"),
				System.getProperty("os.version"), Runtime.getRuntime().availableProcessors(), Runtime.version(),
				Files.getFileStore(directory).type());
	}

	/** Return whether a command runs successfully. */
	static boolean runs(String... command) throws InterruptedException {
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			process.getInputStream().readAllBytes();
			return process.waitFor() == 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Return a command for Python. The interpreter of the system precedes any other,
	 * because it has the packages of the distribution. The system property
	 * {@code fasteners.benchmarks.python} selects another one.
	 * @param arguments for the interpreter
	 * @return the command
	 */
	static List<String> python(Object... arguments) throws InterruptedException {
		String system = "/usr/bin/python3";
		String interpreter = System.getProperty("fasteners.benchmarks.python",
				runs(system, "--version") ? system : "python3");
		List<String> command = new ArrayList<>(List.of(interpreter));
		for (Object argument : arguments) {
			command.add(argument.toString());
		}
		return command;
	}

	static boolean hasPython(String module) throws InterruptedException {
		return runs(python("-c", "import " + module).toArray(String[]::new));
	}

}
