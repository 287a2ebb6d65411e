package org.fasteners.process.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What a process runs, in a few words and without its arguments: these carry secrets.
 */
final class Program {

	/*-
	 * Shown is the name of the executable, and for a JVM its jar or main class if that is
	 * certain. Which argument that is follows from the arguments before it, so they are
	 * read as the launcher of OpenJDK reads them (java.c, ParseArguments; args.c,
	 * JLI_PreprocessArg):
	 *
	 *   1. Options begin with '-'. Those of OPTIONS_WITH_A_VALUE are followed by a value,
	 *      unless it is joined by '='.
	 *   2. The first argument that is neither an option nor the value of one is the main
	 *      class; after -jar, wherever it stands among the options, it is the jar.
	 *   3. -m and --module name module and main class.
	 *   4. @file stands for arguments that are not in the command line.
	 *
	 * An argument that breaks these rules ends the search, and nothing of it is shown:
	 * an @file, even as the value of an option; an option that is not known, for it may
	 * have a value; a text that is not the name of a class, a module or a jar.
	 *
	 * The name of the executable is that of the file, never argv[0]: a process may write
	 * anything there. Where the file may not be looked at, because the process belongs to
	 * another user, it is the name that the kernel gives the process.
	 */

	/** More of a command line is not read. */
	private static final int MOST = 1 << 16;

	private static final int LONGEST_NAME = 80;

	private static final Set<String> OPTIONS_WITH_A_VALUE = Set.of("-cp", "-classpath", "--class-path", "-p",
			"--module-path", "--upgrade-module-path", "--add-modules", "--add-reads", "--add-exports", "--add-opens",
			"--limit-modules", "--patch-module", "--enable-native-access");

	private static final Pattern OPTION_WITHOUT_A_VALUE = Pattern
		.compile("-[DX].*|-(ea|da|enableassertions|disableassertions|verbose)(:.*)?"
				+ "|-(esa|dsa|enablesystemassertions|disablesystemassertions|server|client|showversion)"
				+ "|-(agentlib|agentpath|javaagent|splash):.*|--show-version|--enable-preview|--disable-@files"
				+ "|--[a-z-]+=.*", Pattern.DOTALL);

	private static final String NAME = "[\\p{javaJavaIdentifierStart}&&[^\\p{Cntrl}]][\\p{javaJavaIdentifierPart}&&[^\\p{Cntrl}\\p{Cf}]]*";

	private static final String QUALIFIED_NAME = NAME + "(?:\\." + NAME + ")*";

	private static final Pattern MAIN_CLASS = Pattern.compile(QUALIFIED_NAME);

	private static final Pattern MAIN_MODULE = Pattern.compile(QUALIFIED_NAME + "(?:/" + QUALIFIED_NAME + ")?");

	/** Of a jar or war: a name without anything that could be a line or a query. */
	private static final Pattern ARCHIVE = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}._+@-]*\\.[jw]ar");

	private static final Pattern UNUSUAL = Pattern.compile("[^\\p{L}\\p{N}._+@()\\[\\]:-]");

	private static final String DELETED = " (deleted)";

	private Program() {
	}

	/**
	 * What a process of this machine runs. Read from {@code /proc} because
	 * {@link ProcessHandle} knows no arguments once the command line is long, as with a
	 * long class path.
	 * @return {@code null} if there is no such process, or it is not known what it runs
	 */
	static @Nullable String of(long pid) {
		Path process = Path.of("/proc", String.valueOf(pid));
		String executable = executable(process);
		return (executable != null) ? describe(executable, arguments(process)) : null;
	}

	private static @Nullable String executable(Path process) {
		try {
			String file = Files.readSymbolicLink(process.resolve("exe")).toString();
			// a file that was replaced while it runs, as by an update
			return file.endsWith(DELETED) ? file.substring(0, file.length() - DELETED.length()) : file;
		}
		catch (IOException | SecurityException ex) {
			return nameInTheKernel(process);
		}
	}

	private static @Nullable String nameInTheKernel(Path process) {
		try {
			String name = new String(read(process.resolve("comm")), StandardCharsets.UTF_8).strip();
			return name.isEmpty() ? null : name;
		}
		catch (IOException ex) {
			return null;
		}
	}

	/** Those that are read whole, without the name that the process has for itself. */
	private static String[] arguments(Path process) {
		try {
			String line = new String(read(process.resolve("cmdline")), StandardCharsets.UTF_8);
			String[] all = line.split("\0", -1);
			// what follows the last zero is empty, or was cut
			List<String> arguments = new ArrayList<>(List.of(all).subList(0, all.length - 1));
			if (!arguments.isEmpty()) {
				arguments.remove(0);
			}
			return arguments.toArray(String[]::new);
		}
		catch (IOException ex) {
			return new String[0];
		}
	}

	private static byte[] read(Path file) throws IOException {
		try (InputStream in = Files.newInputStream(file)) {
			return in.readNBytes(MOST);
		}
	}

	/**
	 * The name of the executable; for a JVM, with its jar or main class.
	 * @param executable its file, or its name
	 * @param arguments those that the process was started with
	 */
	static String describe(String executable, String... arguments) {
		String name = plain(lastSegment(executable));
		if (!name.equals("java") && !name.equals("java.exe")) {
			return name;
		}
		String main = mainOf(arguments);
		return (main != null) ? "java " + main : "java";
	}

	private static @Nullable String mainOf(String[] arguments) {
		boolean jar = false;
		for (int i = 0; i < arguments.length; i++) {
			String argument = arguments[i];
			if (!argument.startsWith("-")) {
				return jar ? archive(argument) : matching(MAIN_CLASS, argument);
			}
			if (argument.equals("-jar")) {
				jar = true;
			}
			else if (argument.equals("-m") || argument.equals("--module")) {
				return (i + 1 < arguments.length) ? matching(MAIN_MODULE, arguments[i + 1]) : null;
			}
			else if (argument.startsWith("--module=")) {
				return matching(MAIN_MODULE, argument.substring("--module=".length()));
			}
			else if (OPTIONS_WITH_A_VALUE.contains(argument)) {
				i++;
				if (i < arguments.length && arguments[i].startsWith("@")) {
					return null;
				}
			}
			else if (argument.startsWith("--source") || !OPTION_WITHOUT_A_VALUE.matcher(argument).matches()) {
				return null;
			}
		}
		return null;
	}

	private static @Nullable String archive(String argument) {
		String name = argument.startsWith("@") ? null : matching(ARCHIVE, lastSegment(argument));
		return (name != null) ? "-jar " + name : null;
	}

	private static @Nullable String matching(Pattern pattern, String argument) {
		return (argument.length() <= 2 * LONGEST_NAME && pattern.matcher(argument).matches()) ? argument : null;
	}

	/** For a line of a log: names of files may hold anything. */
	private static String plain(String name) {
		String plain = UNUSUAL.matcher(name).replaceAll("?");
		return (plain.length() > LONGEST_NAME) ? plain.substring(0, LONGEST_NAME) + "..." : plain;
	}

	private static String lastSegment(String path) {
		return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
	}

}
