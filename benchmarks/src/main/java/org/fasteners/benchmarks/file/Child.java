package org.fasteners.benchmarks.file;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A child process with a line-based protocol on its standard streams. It ends when this
 * object is closed.
 */
final class Child implements AutoCloseable {

	private final Process process;

	private final PrintWriter orders;

	private final BufferedReader answers;

	private Child(List<String> command) throws IOException {
		this.process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
		this.orders = new PrintWriter(this.process.outputWriter(StandardCharsets.UTF_8), true);
		this.answers = this.process.inputReader(StandardCharsets.UTF_8);
	}

	/**
	 * Start a program.
	 * @param command the program and its arguments
	 * @return the process
	 * @throws IOException if the program cannot be started
	 */
	static Child start(List<String> command) throws IOException {
		return new Child(command);
	}

	/**
	 * Start a JVM of this version with this class path.
	 * @param main the main class
	 * @param arguments the arguments
	 * @return the process
	 * @throws IOException if the JVM cannot be started
	 */
	static Child java(Class<?> main, Object... arguments) throws IOException {
		return start(javaCommand(main, arguments));
	}

	static List<String> javaCommand(Class<?> main, Object... arguments) {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
						System.getProperty("java.class.path"), main.getName()));
		for (Object argument : arguments) {
			command.add(argument.toString());
		}
		return command;
	}

	void send(String order) {
		this.orders.println(order);
	}

	/**
	 * Wait for the next line.
	 * @return the line
	 * @throws IOException if the process ends before
	 */
	String answer() throws IOException {
		String line = this.answers.readLine();
		if (line == null) {
			throw new IOException("A process ended without an answer: " + this.process.info());
		}
		return line;
	}

	void expect(String expected) throws IOException {
		String line = answer();
		if (!line.equals(expected)) {
			throw new IOException(
					String.format(Locale.ROOT, "Expected '%s' from a process, but received '%s'", expected, line));
		}
	}

	/**
	 * Wait until the process ends.
	 * @return all lines that have not been read yet
	 * @throws IOException if the process failed
	 */
	List<String> output() throws IOException, InterruptedException {
		List<String> lines = this.answers.lines().toList();
		int status = this.process.waitFor();
		if (status != 0) {
			throw new IOException(String.format(Locale.ROOT, "A process failed with status %d: %s", status, lines));
		}
		return lines;
	}

	/** Close the input of the process, and kill the process if it does not end. */
	@Override
	public void close() throws InterruptedException {
		this.orders.close();
		if (!this.process.waitFor(2, TimeUnit.SECONDS)) {
			this.process.destroyForcibly().waitFor();
		}
	}

}
