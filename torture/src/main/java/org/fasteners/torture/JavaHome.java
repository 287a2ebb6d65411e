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
 * A Java installation that runs workers.
 *
 * @param directory the Java home
 * @param feature the feature version, as 17 or 25
 */
record JavaHome(Path directory, int feature) {

	private static final Path INSTALLED = Path.of("/usr/lib/jvm");

	private static final int OLDEST = 17;

	private static final Pattern VERSION = Pattern.compile("(?m)^JAVA_VERSION=\"(\\d+)");

	/** One installation per version, in ascending order. */
	static List<JavaHome> of(List<Path> directories) throws UsageException {
		Map<Integer, JavaHome> homes = new TreeMap<>();
		for (Path directory : directories) {
			JavaHome home = of(directory);
			homes.putIfAbsent(home.feature(), home);
		}
		return List.copyOf(homes.values());
	}

	/** The Java that runs this program, and any Java 25 in the usual directory. */
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
			// no such directory: the Java that runs this program is enough
		}
		return directories;
	}

	Path executable() {
		return executable(this.directory);
	}

	private static JavaHome of(Path directory) throws UsageException {
		if (!Files.isExecutable(executable(directory))) {
			throw new UsageException("No executable bin/java in " + directory);
		}
		try {
			Matcher version = VERSION.matcher(Files.readString(directory.resolve("release")));
			if (!version.find() || Integer.parseInt(version.group(1)) < OLDEST) {
				throw new UsageException("The Java in " + directory + " is older than " + OLDEST);
			}
			return new JavaHome(directory, Integer.parseInt(version.group(1)));
		}
		catch (IOException ex) {
			throw new UsageException("Could not read the version of the Java in " + directory + ": " + ex);
		}
	}

	private static Path executable(Path directory) {
		return directory.resolve("bin").resolve("java");
	}

}
