package org.fasteners.benchmarks.file;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.Lock;

import org.fasteners.LockRegistry;

/**
 * Command that measures the cost of the lock of one key while many other keys of the path
 * are held, by this process or by another one, in one file and in several files. Prints a
 * Markdown table.
 */
final class HeldKeys {

	private static final int ROUNDS = 5;

	/** The number of key files of the comparison. */
	private static final int FILES = 64;

	private HeldKeys() {
	}

	/**
	 * Measure and print.
	 * @param args the milliseconds of a round; 1,000 without an argument
	 */
	public static void main(String... args) throws IOException, InterruptedException {
		long millis = (args.length > 0) ? Long.parseLong(args[0]) : 1000;
		System.out.print(report(Duration.ofMillis(millis), List.of(0, 1, 100, 1_000, 10_000)));
	}

	static String report(Duration round, List<Integer> numbers) throws IOException, InterruptedException {
		MarkdownTable table = new MarkdownTable("µs per pair, by keys held", "by the same process", "by another",
				String.format(Locale.ROOT, "the same, %d files", FILES),
				String.format(Locale.ROOT, "another, %d files", FILES));
		try (BenchmarkDirectory one = BenchmarkDirectory.create();
				BenchmarkDirectory several = BenchmarkDirectory.create()) {
			for (int keys : numbers) {
				List<String> cells = new ArrayList<>(List.of(String.valueOf(keys)));
				cells.addAll(measure(one.path(), 1, keys, round));
				cells.addAll(measure(several.path(), FILES, keys, round));
				table.row(cells);
			}
			return String.format(Locale.ROOT, "%s\n%s\n", table, Platform.describe(one.path()));
		}
	}

	private static List<String> measure(Path directory, int files, int keys, Duration round)
			throws IOException, InterruptedException {
		try (LockRegistry registry = FileContender.keys(directory, files)) {
			Lock lock = registry.interProcessLock(FileContender.FILE, "wanted");
			PairLoop.nanosPerPair(lock, round.toNanos());
			String same;
			try (KeyHolder holder = new KeyHolder(registry, keys)) {
				same = measure(lock, round);
			}
			try (Child holder = Child.java(KeyHolder.class, directory, files, keys)) {
				holder.expect("ready");
				return List.of(same, measure(lock, round));
			}
		}
	}

	private static String measure(Lock lock, Duration round) {
		Samples samples = new Samples();
		for (int i = 0; i < ROUNDS; i++) {
			samples.add(Math.round(PairLoop.nanosPerPair(lock, round.toNanos())));
		}
		return String.format(Locale.ROOT, "%s [%s..%s]", MarkdownTable.micros(samples.median()),
				MarkdownTable.micros(samples.percentile(1)), MarkdownTable.micros(samples.max()));
	}

}
