package org.fasteners.process.file;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.fasteners.LockPreference;
import org.jspecify.annotations.Nullable;

import org.fasteners.Background;

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
		return java(LockPreference.FAIR, lockDirectory, pathAndKey);
	}

	static Peer java(LockPreference preference, Path lockDirectory, String... pathAndKey) throws IOException {
		return java(preference, LockProtocol.FCNTL, lockDirectory, pathAndKey);
	}

	/** A JVM that uses {@code flock(2)}. */
	static Peer flock(Path lockDirectory, String path) throws IOException {
		return java(LockPreference.FAIR, LockProtocol.FLOCK, lockDirectory, path);
	}

	private static Peer java(LockPreference preference, LockProtocol protocol, Path lockDirectory, String... pathAndKey)
			throws IOException {
		List<String> command = new ArrayList<>(List.of(javaExecutable(), "-XX:TieredStopAtLevel=1", "-Xshare:auto",
				String.format(Locale.ROOT, "-D%s=%s", JavaPeer.PREFERENCE, preference),
				String.format(Locale.ROOT, "-D%s=%s", JavaPeer.PROTOCOL, protocol), "-cp",
				System.getProperty("java.class.path"), JavaPeer.class.getName()));
		command.add(lockDirectory.toString());
		command.addAll(List.of(pathAndKey));
		return ready(new Peer(command));
	}

	/**
	 * A JVM that does more, and to which more is done: a {@link FaultPeer}.
	 * @param prefix a command that runs another command, as {@code prlimit}; may be empty
	 * @param options what the JVM is told
	 */
	static Peer faulty(List<String> prefix, List<String> options, Path lockDirectory) throws IOException {
		List<String> command = new ArrayList<>(prefix);
		command.addAll(List.of(javaExecutable(), "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
		command.addAll(options);
		command.addAll(List.of("-cp", System.getProperty("java.class.path"), FaultPeer.class.getName(),
				lockDirectory.toString()));
		return ready(new Peer(command));
	}

	/**
	 * One that may have few files open. Its classes are in one file, which is open all
	 * the time.
	 */
	static Peer limited(int descriptors, Path lockDirectory, Class<?> main, String... arguments) throws IOException {
		List<String> command = new ArrayList<>(List.of("prlimit", "--nofile=" + descriptors, javaExecutable(),
				"-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-MaxFDLimit", "-cp", jar(lockDirectory).toString(),
				main.getName(), lockDirectory.toString()));
		command.addAll(List.of(arguments));
		return ready(new Peer(command));
	}

	/** The classes of this module. */
	private static Path jar(Path lockDirectory) throws IOException {
		Path jar = lockDirectory.resolveSibling("classes.jar");
		if (Files.exists(jar)) {
			return jar;
		}
		Set<String> names = new HashSet<>();
		try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar))) {
			for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
				Path path = Path.of(entry);
				if (Files.isDirectory(path)) {
					add(path, out, names);
				}
				else if (path.getFileName().toString().startsWith("fasteners-")) {
					try (FileSystem archive = FileSystems.newFileSystem(path)) {
						add(archive.getPath("/"), out, names);
					}
				}
			}
		}
		return jar;
	}

	private static void add(Path root, ZipOutputStream out, Set<String> names) throws IOException {
		try (Stream<Path> files = Files.walk(root)) {
			for (Path file : files.filter((found) -> found.toString().endsWith(".class")).toList()) {
				String name = root.relativize(file).toString();
				if (names.add(name)) {
					out.putNextEntry(new ZipEntry(name));
					Files.copy(file, out);
				}
			}
		}
	}

	static Peer faulty(Path lockDirectory) throws IOException {
		return faulty(List.of(), List.of(), lockDirectory);
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
		return program(List.of(interpreter, script("/fasteners_peer.py"), file.toString()));
	}

	/**
	 * Python's other locks on a file.
	 * @param way the function of {@code fcntl} or the package that locks: {@code flock},
	 * {@code lockf}, {@code filelock} or {@code portalocker}
	 */
	static Peer python(String interpreter, String way, Path file) throws Exception {
		return program(List.of(interpreter, script("/file_lock_peer.py"), way, file.toString()));
	}

	private static String script(String resource) throws Exception {
		return Path.of(Peer.class.getResource(resource).toURI()).toString();
	}

	private static Peer ready(Peer peer) {
		boolean ready = false;
		try {
			peer.expect("ready");
			ready = true;
			return peer;
		}
		finally {
			if (!ready) {
				peer.process.destroyForcibly();
			}
		}
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
			String line = CompletableFuture.supplyAsync(this::read).get(60, TimeUnit.SECONDS);
			if (line == null) {
				throw new AssertionError("The other process has ended");
			}
			return line;
		}
		catch (ExecutionException | InterruptedException | TimeoutException ex) {
			throw new AssertionError("No answer from the other process", ex);
		}
	}

	private @Nullable String read() {
		try {
			return this.answers.readLine();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	void expect(String answer) {
		String line = answer();
		if (!line.equals(answer)) {
			throw new AssertionError(
					String.format(Locale.ROOT, "Expected '%s' from the other process but got '%s'", answer, line));
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

	/** Send a signal, as {@code TERM}. */
	void signal(String name) throws InterruptedException {
		if (!Commands.succeeds("kill", "-" + name, String.valueOf(pid()))) {
			throw new AssertionError("The signal cannot be sent");
		}
	}

	/** Stop all of the process, and return when it has stopped. */
	void freeze() throws InterruptedException {
		signal("STOP");
		Background.until(() -> {
			try {
				return Files.readString(Path.of("/proc/" + pid() + "/stat")).contains(") T ");
			}
			catch (IOException ex) {
				throw new AssertionError(ex);
			}
		});
	}

	/** Wait until the process has ended, whatever ends it. */
	void awaitEnd() throws InterruptedException {
		if (!this.process.waitFor(30, TimeUnit.SECONDS)) {
			throw new AssertionError("The other process does not end");
		}
	}

	/** {@code kill -9}: nothing in the process runs any more. */
	void kill() throws InterruptedException {
		this.process.destroyForcibly();
		awaitEnd();
	}

	@Override
	public void close() throws InterruptedException {
		kill();
	}

}
