package org.fasteners.process.file;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Another process that does what it is told, line by line: the other side of the tests
 * between processes.
 */
final class Peer implements AutoCloseable {

	private final Process process;

	private final PrintWriter orders;

	private final BufferedReader answers;

	private Peer(List<String> command) throws IOException {
		this.process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
		this.orders = new PrintWriter(this.process.outputWriter(StandardCharsets.UTF_8), true);
		this.answers = new BufferedReader(new InputStreamReader(this.process.getInputStream(), StandardCharsets.UTF_8));
	}

	/** A JVM of the version that runs the tests. */
	static Peer java(Path lockDirectory, String... pathAndKey) throws IOException {
		List<String> command = new ArrayList<>(List.of(javaExecutable(), "-XX:TieredStopAtLevel=1", "-Xshare:auto",
				"-cp", System.getProperty("java.class.path"), JavaPeer.class.getName()));
		command.add(lockDirectory.toString());
		command.addAll(List.of(pathAndKey));
		return ready(new Peer(command));
	}

	static String javaExecutable() {
		return Path.of(System.getProperty("java.home"), "bin", "java").toString();
	}

	/** Another program, which says when it is ready. */
	static Peer program(List<String> command) throws IOException {
		return ready(new Peer(command));
	}

	/** Python's fasteners on a file. */
	static Peer python(String interpreter, Path file) throws Exception {
		Path script = Path.of(Peer.class.getResource("/fasteners_peer.py").toURI());
		return ready(new Peer(List.of(interpreter, script.toString(), file.toString())));
	}

	private static Peer ready(Peer peer) {
		peer.expect("ready");
		return peer;
	}

	/** Give an order and return the answer. */
	String tell(String order) {
		send(order);
		return answer();
	}

	void send(String order) {
		this.orders.println(order);
	}

	String answer() {
		try {
			String line = this.answers.readLine();
			if (line == null) {
				throw new AssertionError("The other process has ended");
			}
			return line;
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	void expect(String answer) {
		String line = answer();
		if (!line.equals(answer)) {
			throw new AssertionError("Expected '%s' from the other process but got '%s'".formatted(answer, line));
		}
	}

	/** Give an order that has to succeed. */
	void order(String order) {
		send(order);
		expect("done");
	}

	long pid() {
		return this.process.pid();
	}

	/** {@code kill -9}: nothing in the process runs any more. */
	void kill() throws InterruptedException {
		this.process.destroyForcibly();
		if (!this.process.waitFor(30, TimeUnit.SECONDS)) {
			throw new AssertionError("The other process cannot be killed");
		}
	}

	@Override
	public void close() throws InterruptedException {
		kill();
	}

}
