package org.fasteners.benchmarks.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A new directory for lock files, deleted at the end. It is created in the system
 * directory for temporary files, or in the directory of the system property
 * {@value #PARENT}: measure locks on the disk on which they will be used.
 */
public final class BenchmarkDirectory implements Closeable {

	static final String PARENT = "fasteners.benchmarks.directory";

	private final Path path;

	private BenchmarkDirectory(Path path) {
		this.path = path;
	}

	/**
	 * Create a directory.
	 * @return the empty directory
	 * @throws IOException if it cannot be created
	 */
	public static BenchmarkDirectory create() throws IOException {
		return in(System.getProperty(PARENT));
	}

	static BenchmarkDirectory in(@Nullable String parent) throws IOException {
		String prefix = "fasteners-benchmarks";
		Path directory = (parent != null) ? Files.createTempDirectory(Files.createDirectories(Path.of(parent)), prefix)
				: Files.createTempDirectory(prefix);
		return new BenchmarkDirectory(directory.toRealPath());
	}

	/**
	 * Return the path of the directory.
	 * @return the real path
	 */
	public Path path() {
		return this.path;
	}

	/**
	 * Copy a resource of this package to a file of this directory.
	 */
	Path copy(String resource) throws IOException {
		Path file = this.path.resolve(resource);
		try (var content = BenchmarkDirectory.class.getResourceAsStream(resource)) {
			if (content == null) {
				throw new IOException("Could not find the resource " + resource);
			}
			Files.copy(content, file);
		}
		return file;
	}

	@Override
	public void close() throws IOException {
		try (Stream<Path> files = Files.walk(this.path)) {
			List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
			for (Path file : deepestFirst) {
				Files.delete(file);
			}
		}
	}

}
