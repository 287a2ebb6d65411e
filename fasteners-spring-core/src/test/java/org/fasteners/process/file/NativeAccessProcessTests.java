package org.fasteners.process.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * What keeps Java from calling {@code flock(2)}: native access that is denied, and a
 * temporary directory from which no library can be loaded. What
 * {@code docs/containers.md} quotes is what is said.
 */
@Timeout(120)
class NativeAccessProcessTests {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	@Test
	void withoutNativeAccessTheMessageNamesTheOption() throws Exception {
		String java = laterJava();
		String denied = run(java, "--illegal-native-access=deny");
		assertThat(denied).contains("flock(2) cannot be called through JNA: Illegal native access")
			.contains("Start Java with --enable-native-access=ALL-UNNAMED")
			.contains("again: flock(2) cannot be called through JNA: Illegal native access");
		assertThat(run(java, "--illegal-native-access=deny", "--enable-native-access=ALL-UNNAMED"))
			.doesNotContain("WARNING")
			.contains("locked");
		String page = Files.readString(Path.of("..", "docs", "containers.md"));
		String warned = run(java);
		assertThat(warned).contains("locked");
		List<String> warnings = warned.lines().filter((line) -> line.startsWith("WARNING")).toList();
		assertThat(warnings).hasSize(4).allSatisfy((line) -> assertThat(page).contains(shortened(line)));
		String message = denied.lines().filter((line) -> line.startsWith("once: ")).findFirst().orElseThrow();
		assertThat(page).contains(shortened(message.substring("once: ".length())));
	}

	@Test
	void whereNoLibraryCanBeLoadedTheMessageNamesTheTemporaryDirectory() throws Exception {
		Path mount = Files.createDirectory(this.temp.resolve("noexec"));
		assumeThat(Commands.succeeds("mount", "-t", "tmpfs", "-o", "noexec", "tmpfs", mount.toString()))
			.as("root, who may mount")
			.isTrue();
		try {
			assertThat(run(Peer.javaExecutable(), "-Djna.tmpdir=" + mount)).contains("once: flock(2) cannot be called",
					"failed to map segment from shared object. JNA unpacks", "-Djna.tmpdir=DIRECTORY",
					"again: flock(2)");
			assertThat(run(Peer.javaExecutable(), "-Djna.tmpdir=" + this.temp)).contains("locked");
		}
		finally {
			assertThat(Commands.succeeds("umount", mount.toString())).isTrue();
		}
	}

	private static String shortened(String line) {
		return line.replaceAll("file:[^)]*/(jna-[^)]*)", "file:/app/$1");
	}

	/** Java 24 brought the option. */
	private static String laterJava() throws IOException {
		if (Runtime.version().feature() >= 24) {
			return Peer.javaExecutable();
		}
		Path installed = Path.of("/usr/lib/jvm");
		assumeThat(installed).as("another version of Java").isDirectory();
		try (Stream<Path> homes = Files.list(installed)) {
			List<String> later = homes.map((home) -> home.resolve("bin/java"))
				.filter(Files::isExecutable)
				.map(Path::toString)
				.filter((java) -> succeeds(java, "--illegal-native-access=deny", "-version"))
				.toList();
			assumeThat(later).as("Java 24 or later").isNotEmpty();
			return later.get(0);
		}
	}

	private static boolean succeeds(String... command) {
		try {
			return Commands.succeeds(command);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private String run(String java, String... options) throws Exception {
		List<String> command = new ArrayList<>(List.of(java));
		command.addAll(List.of(options));
		command.addAll(List.of("-cp", System.getProperty("java.class.path"), Locker.class.getName(),
				Files.createTempFile(this.temp, "file", "").toString()));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		try {
			return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
		finally {
			process.destroyForcibly().waitFor();
		}
	}

	/**
	 * Locks a file twice, in another JVM.
	 */
	static final class Locker {

		private Locker() {
		}

		public static void main(String[] arguments) throws IOException {
			for (String time : List.of("once", "again")) {
				try (LockedFile file = LockedFile.open(Path.of(arguments[0]), LockProtocol.FLOCK)) {
					System.out.println("locked " + file.isHeld());
				}
				catch (UnsupportedOperationException ex) {
					System.out.println(time + ": " + ex.getMessage());
				}
			}
		}

	}

}
