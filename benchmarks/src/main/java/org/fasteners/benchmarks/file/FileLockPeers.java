package org.fasteners.benchmarks.file;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Command that compares file locks without contention: the system call alone, the lock of
 * the JDK, the locks of this library, and locks of Python. Each runs in its own process.
 * They take turns in each round, so that other load on the machine affects all of them.
 * Prints a Markdown table.
 */
final class FileLockPeers {

	private static final int ROUNDS = 7;

	private FileLockPeers() {
	}

	/**
	 * Measure and print.
	 * @param args the number of rounds and the milliseconds of each measurement; 7 and
	 * 1,000 without arguments
	 */
	public static void main(String... args) throws IOException, InterruptedException {
		int rounds = (args.length > 0) ? Integer.parseInt(args[0]) : ROUNDS;
		long millis = (args.length > 1) ? Long.parseLong(args[1]) : 1000;
		System.out.print(report(rounds, Duration.ofMillis(millis)));
	}

	static String report(int rounds, Duration length) throws IOException, InterruptedException {
		try (BenchmarkDirectory directory = BenchmarkDirectory.create()) {
			List<List<String>> loops = loops(directory, length.toNanos());
			List<PairTime> times = new ArrayList<>();
			for (int i = 0; i < rounds; i++) {
				for (List<String> loop : loops) {
					try (Child child = Child.start(loop)) {
						child.output().forEach((line) -> times.add(PairTime.parse(line)));
					}
				}
			}
			return String.format(Locale.ROOT, "%s\n%s\n", new PairTimes(times).toMarkdown(),
					Platform.describe(directory.path()));
		}
	}

	private static List<List<String>> loops(BenchmarkDirectory directory, long nanos)
			throws IOException, InterruptedException {
		Path path = directory.path();
		List<List<String>> loops = new ArrayList<>();
		Path compiled = path.resolve("fcntl_loop");
		if (Platform.runs("gcc", "-O2", "-o", compiled.toString(), directory.copy("fcntl_loop.c").toString())) {
			loops.add(List.of(compiled.toString(), path.resolve("fcntl").toString(), Long.toString(nanos)));
		}
		else {
			System.err.println("Skipped: the loop in C, which needs gcc");
		}
		loops.add(Child.javaCommand(PairLoop.class, FileContender.REFERENCE.label(), path, nanos));
		for (FileContender contender : FileContender.LIBRARY) {
			loops.add(Child.javaCommand(PairLoop.class, contender.label(), path, nanos));
		}
		loops.add(Child.javaCommand(PairLoop.class, FileContender.OURS_FLOCK.label(), path.resolve("flock"), nanos));
		for (String module : List.of("fasteners", "filelock", "portalocker")) {
			if (!Platform.hasPython(module)) {
				System.err.printf(Locale.ROOT, "Skipped: %1$s (Debian: python3-%1$s)%n", module);
			}
		}
		if (Platform.runs(Platform.python("--version").toArray(String[]::new))) {
			loops.add(Platform.python(directory.copy("file_locks.py"), path, nanos));
		}
		return loops;
	}

}
