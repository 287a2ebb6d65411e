package org.fasteners.torture;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Java to run workers with.
 *
 * @param directory its home
 * @param feature its version: 17, 25
 */
record JavaHome(Path directory, int feature) {

	private static final Path INSTALLED = Path.of("/usr/lib/jvm");

	private static final int OLDEST = 17;

	private static final Pattern VERSION = Pattern.compile("(?m)^JAVA_VERSION=\"(\\d+)");

	/** Each version once, in order. */
	static List<JavaHome> of(List<Path> directories) throws UsageException {
		Map<Integer, JavaHome> homes = new TreeMap<>();
		for (Path directory : directories) {
			JavaHome home = of(directory);
			homes.putIfAbsent(home.feature(), home);
		}
		return List.copyOf(homes.values());
	}

	/** The Java that runs this, and any Java 25 at the usual place. */
	static List<Path> defaults() {
		List<Path> directories = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
		try (DirectoryStream<Path> others = Files.newDirectoryStream(INSTALLED, "*25*")) {
			for (Path other : others) {
				if (Files.isExecutable(executable(other))) {
					directories.add(other);
				}
			}
		}
		catch (IOException ex) {
			// no such place: the one that runs this will do
		}
		return directories;
	}

	Path executable() {
		return executable(this.directory);
	}

	private static JavaHome of(Path directory) throws UsageException {
		if (!Files.isExecutable(executable(directory))) {
			throw new UsageException("There is no bin/java in " + directory);
		}
		try {
			Matcher version = VERSION.matcher(Files.readString(directory.resolve("release")));
			if (!version.find() || Integer.parseInt(version.group(1)) < OLDEST) {
				throw new UsageException("The Java in " + directory + " is older than " + OLDEST);
			}
			return new JavaHome(directory, Integer.parseInt(version.group(1)));
		}
		catch (IOException ex) {
			throw new UsageException("Cannot tell the version of the Java in " + directory + ": " + ex);
		}
	}

	private static Path executable(Path directory) {
		return directory.resolve("bin").resolve("java");
	}

}
