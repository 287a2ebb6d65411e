package org.fasteners.benchmarks.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Command that counts the system calls of a lock without contention, with {@code strace}.
 * It counts from the trace instead of using strace's own {@code -c}, which cannot exclude
 * the start of the JVM. Calls of {@code fcntl} in excess of two per pair belong to
 * probes, which also make two calls each. Prints a Markdown table.
 */
final class SystemCalls {

	private static final String TRACED = "trace=fcntl,open,openat,creat,write,writev,pwrite64,stat,lstat,fstat,newfstatat,statx";

	private static final int PAIRS = 20_000;

	private SystemCalls() {
	}

	/**
	 * Count and print.
	 * @param args the number of pairs; 20,000 without an argument
	 */
	public static void main(String... args) throws IOException, InterruptedException {
		if (!isAvailable()) {
			System.err.println("Could not run strace: install it (Debian: strace) and permit tracing");
			return;
		}
		System.out.print(report((args.length > 0) ? Integer.parseInt(args[0]) : PAIRS));
	}

	static boolean isAvailable() throws InterruptedException {
		return Platform.runs("strace", "-f", "-e", TRACED, "true");
	}

	static String report(int pairs) throws IOException, InterruptedException {
		MarkdownTable table = new MarkdownTable(String.format(Locale.ROOT, "calls of %d pairs", pairs),
				"fcntl per pair", "probes per ms", "stat per 10 ms", "open", "write");
		try (BenchmarkDirectory directory = BenchmarkDirectory.create()) {
			for (boolean shared : new boolean[] { false, true }) {
				Path trace = directory.path().resolve("trace");
				double millis = trace(directory.path(), trace, shared, pairs);
				SystemCallCounts counts = SystemCallCounts.between(Files.readAllLines(trace));
				int locks = counts.of("fcntl");
				int stats = counts.of("stat", "lstat", "fstat", "newfstatat", "statx");
				table.row(shared ? "shared" : "exclusive", decimals((double) locks / pairs),
						decimals((locks / 2.0 - pairs) / millis), decimals(10 * stats / millis),
						counts.of("open", "openat", "creat"), counts.of("write", "writev", "pwrite64"));
			}
			return String.format(Locale.ROOT, "%s\n%s\n", table, Platform.describe(directory.path()));
		}
	}

	/** Trace a loop, and return its duration in milliseconds. */
	private static double trace(Path directory, Path trace, boolean shared, int pairs)
			throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(List.of("strace", "-f", "-e", TRACED, "-o", trace.toString()));
		command.addAll(Child.javaCommand(TracedLoop.class, directory, shared, pairs));
		try (Child child = Child.start(command)) {
			List<String> output = child.output();
			return Long.parseLong(output.get(output.size() - 1)) / 1e6;
		}
	}

	private static String decimals(double number) {
		return String.format(Locale.ROOT, "%.3f", number);
	}

}
