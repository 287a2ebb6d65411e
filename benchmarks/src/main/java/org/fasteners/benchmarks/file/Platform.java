package org.fasteners.benchmarks.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the figures of a run depend on.
 */
final class Platform {

	private Platform() {
	}

	/**
	 * One line below a table.
	 * @param directory where the lock files are
	 */
	static String describe(Path directory) throws IOException {
		return String.format(Locale.ROOT, "%s %s, %d processors, Java %s, %s", System.getProperty("os.name"),
				System.getProperty("os.version"), Runtime.getRuntime().availableProcessors(), Runtime.version(),
				Files.getFileStore(directory).type());
	}

	/** Whether a command can be run. */
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
	 * Python: that of the system, which has the distribution's packages, before any
	 * other; or that of the system property {@code fasteners.benchmarks.python}.
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
