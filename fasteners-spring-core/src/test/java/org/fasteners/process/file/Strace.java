package org.fasteners.process.file;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Debian's {@code strace} on one thread of another process: sees its system calls, and
 * makes some of them fail.
 */
final class Strace {

	private static final Pattern CALL = Pattern.compile("([a-z][a-z0-9_]*)\\(.*");

	private final Process process;

	private final Path log;

	private Strace(Process process, Path log) {
		this.process = process;
		this.log = log;
	}

	/** Whether there is one, and it may attach to another process. */
	static boolean isUsable() throws InterruptedException {
		return Commands.succeeds("strace", "-qq", "-o", "/dev/null", "true");
	}

	/**
	 * Begin to watch a thread.
	 * @param what expressions of {@code strace -e}
	 */
	static Strace attach(String thread, Path log, String... what) throws IOException {
		List<String> command = new ArrayList<>(List.of("strace", "-o", log.toString(), "-p", thread));
		for (String expression : what) {
			command.addAll(List.of("-e", expression));
		}
		Process process = new ProcessBuilder(command).start();
		BufferedReader messages = process.errorReader(StandardCharsets.UTF_8);
		String line = messages.readLine();
		if (line == null || !line.contains("attached")) {
			throw new AssertionError("strace cannot attach: " + line);
		}
		return new Strace(process, log);
	}

	/** Let go of the thread, if it still lives. */
	List<String> detach() throws IOException, InterruptedException {
		this.process.destroy();
		this.process.waitFor();
		return Files.readAllLines(this.log).stream().filter((line) -> CALL.matcher(line).matches()).toList();
	}

	static String name(String line) {
		Matcher call = CALL.matcher(line);
		if (!call.matches()) {
			throw new AssertionError(line);
		}
		return call.group(1);
	}

}
