package org.fasteners.process.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What a process runs, in a few words and without its arguments: these carry secrets.
 */
final class Program {

	private static final Set<String> OPTIONS_WITH_A_VALUE = Set.of("-cp", "-classpath", "--class-path", "-p",
			"--module-path", "--upgrade-module-path", "--add-modules", "--add-reads", "--add-exports", "--add-opens",
			"--limit-modules", "--patch-module", "--enable-native-access", "--source");

	private Program() {
	}

	/**
	 * What a process of this machine runs. Read from {@code /proc} because
	 * {@link ProcessHandle} knows no arguments once the command line is long, as with a
	 * long class path.
	 */
	static @Nullable String of(long pid) {
		try {
			String[] line = Files
				.readString(Path.of("/proc", String.valueOf(pid), "cmdline"), StandardCharsets.ISO_8859_1)
				.split("\0", -1);
			String command = ProcessHandle.of(pid).flatMap((process) -> process.info().command()).orElse(line[0]);
			return command.isEmpty() ? null : describe(command, Arrays.copyOfRange(line, 1, line.length));
		}
		catch (IOException ex) {
			return null;
		}
	}

	/**
	 * The name of the executable; for a JVM, with its jar or main class.
	 */
	static String describe(String command, String[] arguments) {
		String executable = lastSegment(command);
		if (!executable.equals("java") && !executable.equals("java.exe")) {
			return executable;
		}
		String main = mainOf(arguments);
		return (main != null) ? "java " + main : "java";
	}

	private static @Nullable String mainOf(String[] arguments) {
		for (int i = 0; i < arguments.length; i++) {
			String argument = arguments[i];
			if (argument.equals("-jar")) {
				return (i + 1 < arguments.length) ? "-jar " + lastSegment(arguments[i + 1]) : null;
			}
			if (argument.equals("-m") || argument.equals("--module")) {
				return (i + 1 < arguments.length) ? arguments[i + 1] : null;
			}
			if (OPTIONS_WITH_A_VALUE.contains(argument)) {
				i++;
			}
			else if (!argument.startsWith("-") && !argument.startsWith("@")) {
				return argument;
			}
		}
		return null;
	}

	private static String lastSegment(String path) {
		return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
	}

}
