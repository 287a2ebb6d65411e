package org.fasteners.benchmarks.file;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Lock;

import org.fasteners.LockRegistry;

/**
 * The command that measures what one key costs while many others of the same file are
 * held, by this process or by another. Prints a Markdown table.
 */
final class HeldKeys {

	private static final int ROUNDS = 5;

	private HeldKeys() {
	}

	/**
	 * Measure and print.
	 * @param args the milliseconds of a round; 1,000 if there is no argument
	 */
	public static void main(String... args) throws IOException, InterruptedException {
		long millis = (args.length > 0) ? Long.parseLong(args[0]) : 1000;
		System.out.print(report(Duration.ofMillis(millis), List.of(0, 1, 100, 1_000, 10_000)));
	}

	static String report(Duration round, List<Integer> numbers) throws IOException, InterruptedException {
		MarkdownTable table = new MarkdownTable("µs per pair, by keys held", "by the same process", "by another");
		try (BenchmarkDirectory directory = BenchmarkDirectory.create();
				LockRegistry registry = FileContender.OURS_FAIR.registry(directory.path())) {
			Lock lock = registry.interProcessLock(FileContender.FILE, "wanted");
			PairLoop.nanosPerPair(lock, round.toNanos());
			for (int keys : numbers) {
				String ours;
				try (KeyHolder holder = new KeyHolder(registry, keys)) {
					ours = measure(lock, round);
				}
				try (Child holder = Child.java(KeyHolder.class, directory.path(), keys)) {
					holder.expect("ready");
					table.row(keys, ours, measure(lock, round));
				}
			}
			return "%s\n%s\n".formatted(table, Platform.describe(directory.path()));
		}
	}

	private static String measure(Lock lock, Duration round) {
		Samples samples = new Samples();
		for (int i = 0; i < ROUNDS; i++) {
			samples.add(Math.round(PairLoop.nanosPerPair(lock, round.toNanos())));
		}
		return "%s [%s..%s]".formatted(MarkdownTable.micros(samples.median()),
				MarkdownTable.micros(samples.percentile(1)), MarkdownTable.micros(samples.max()));
	}

}
