package org.fasteners.torture;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The directory of one run: the board, the lock file, and the worker in Python.
 *
 * @param directory a new directory
 */
record Site(Path directory) implements AutoCloseable {

	private static final FileAttribute<Set<PosixFilePermission>> OURS = PosixFilePermissions
		.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

	static Site create() throws IOException {
		Site site = new Site(Files.createTempDirectory("torture").toRealPath());
		Files.createDirectory(site.lockDirectory(),
				PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
		Files.createFile(site.lockFile(), OURS);
		try (InputStream script = Objects.requireNonNull(Site.class.getResourceAsStream("worker.py"), "worker.py")) {
			Files.copy(script, site.script());
		}
		return site;
	}

	Path board() {
		return this.directory.resolve("board");
	}

	Path lockDirectory() {
		return this.directory.resolve("locks");
	}

	Path lockFile() {
		return lockDirectory().resolve(Resources.PATH);
	}

	Path script() {
		return this.directory.resolve("worker.py");
	}

	/**
	 * The output file of a worker, for thread dumps, and in a storm also for errors.
	 */
	Path output(int process) {
		return this.directory.resolve("output-" + process);
	}

	/** The class path of the workers in Java, with absolute paths. */
	static String classPath() {
		return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
			.map((entry) -> Path.of(entry).toAbsolutePath().toString())
			.reduce((first, second) -> first + File.pathSeparator + second)
			.orElseThrow();
	}

	@Override
	public void close() throws IOException {
		List<Path> all;
		try (Stream<Path> files = Files.walk(this.directory)) {
			all = files.sorted(Comparator.reverseOrder()).toList();
		}
		for (Path file : all) {
			Files.delete(file);
		}
	}

}
