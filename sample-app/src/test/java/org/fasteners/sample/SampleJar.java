package org.fasteners.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts the packaged application as a user does.
 */
final class SampleJar {

	private SampleJar() {
	}

	/**
	 * Start {@code java -jar}.
	 * @param output the file for the output of the process
	 * @param temporaryDirectory the directory for the temporary files of the process
	 */
	static Process start(Path output, Path temporaryDirectory, String... args) throws IOException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.add("-XX:TieredStopAtLevel=1");
		command.add("-Djava.io.tmpdir=" + temporaryDirectory);
		command.add("-jar");
		command.add(System.getProperty("sample.jar", "target/sample-app.jar"));
		command.addAll(List.of(args));
		return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
	}

}
