package org.fasteners.process;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.fasteners.Background;
import org.fasteners.process.NamedTests.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * A child JVM that runs tests by name, each of them in a limited time.
 */
final class TestJvm {

	private static final Duration LONGEST_START = Duration.ofSeconds(60);

	/** A test that needs that many times the time that the JVM needed to start hangs. */
	private static final int LONGER_THAN_THE_START = 5;

	private static final String END_OF_OUTPUT = "end of output";

	private final Process process;

	private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

	private TestJvm(Process process) {
		this.process = process;
		Background.start(this::read);
	}

	/**
	 * Run tests, up to the first one that hangs.
	 * @param classes what goes before all else in the class path
	 * @param limit the longest time for each, on a machine that is not busy otherwise
	 * @return how they ended
	 */
	static Map<String, End> run(List<Path> classes, List<String> tests, Duration limit)
			throws IOException, InterruptedException {
		List<String> path = new ArrayList<>(classes.stream().map(Path::toString).toList());
		path.add(System.getProperty("java.class.path"));
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-XX:+UseSerialGC", "-Xshare:auto", "-cp", String.join(File.pathSeparator, path),
						NamedTests.class.getName()));
		command.addAll(tests);
		// what is complained of on the way is no concern of those who read the report
		Process process = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
		try {
			return new TestJvm(process).ends(limit);
		}
		finally {
			process.descendants().forEach(ProcessHandle::destroyForcibly);
			process.destroyForcibly();
		}
	}

	private void read() throws IOException {
		try (BufferedReader reader = this.process.inputReader(StandardCharsets.UTF_8)) {
			String line = reader.readLine();
			while (line != null) {
				this.lines.add(line);
				line = reader.readLine();
			}
		}
		finally {
			this.lines.add(END_OF_OUTPUT);
		}
	}

	private Map<String, End> ends(Duration shortest) throws InterruptedException {
		Map<String, End> ends = new HashMap<>();
		StringBuilder output = new StringBuilder();
		String running = "";
		long start = System.nanoTime();
		String line = next(LONGEST_START);
		Duration busy = Duration.ofNanos(LONGER_THAN_THE_START * (System.nanoTime() - start));
		Duration limit = (busy.compareTo(shortest) > 0) ? busy : shortest;
		while (line != null && !line.equals(END_OF_OUTPUT)) {
			String[] words = line.split(" ", -1);
			if (words[0].equals("started")) {
				running = words[1];
				start = System.nanoTime();
			}
			else if (words[0].equals("ended")) {
				ends.put(words[3], new End(Verdict.valueOf(words[2]), Long.parseLong(words[1]), output.toString()));
				output.setLength(0);
			}
			else {
				output.append(line).append('\n');
			}
			line = next(limit.minusNanos(System.nanoTime() - start));
		}
		ends.putIfAbsent(running, new End((line == null) ? null : Verdict.BROKEN, 0, output.toString()));
		return ends;
	}

	private @Nullable String next(Duration limit) throws InterruptedException {
		return this.lines.poll(Math.max(0, limit.toNanos()), TimeUnit.NANOSECONDS);
	}

	/**
	 * How a test ended.
	 *
	 * @param verdict what became of it; {@code null} if it ran out of time
	 * @param millis how long it took
	 * @param output what else was written meanwhile
	 */
	record End(@Nullable Verdict verdict, long millis, String output) {
	}

}
