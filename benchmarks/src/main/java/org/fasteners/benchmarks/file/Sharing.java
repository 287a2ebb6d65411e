package org.fasteners.benchmarks.file;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Command that measures how processes share a lock under permanent contention: two
 * writers in tight loops, and one writer with four readers whose sections overlap. Prints
 * Markdown tables.
 */
final class Sharing {

	private static final int READERS = 4;

	private Sharing() {
	}

	/**
	 * Measure and print.
	 * @param args the seconds of the measurement of two writers; the other one takes
	 * three times as long; 10 without an argument
	 */
	public static void main(String... args) throws IOException, InterruptedException {
		long seconds = (args.length > 0) ? Long.parseLong(args[0]) : 10;
		System.out.print(report(1000 * seconds, FileContender.LIBRARY));
	}

	static String report(long millis, List<FileContender> locks) throws IOException, InterruptedException {
		try (BenchmarkDirectory directory = BenchmarkDirectory.create()) {
			return String.format(Locale.ROOT, "%s\n%s\n%s\n", writers(directory, millis, locks),
					writerBesideReaders(directory, 3 * millis, locks), Platform.describe(directory.path()));
		}
	}

	private static MarkdownTable writers(BenchmarkDirectory directory, long millis, List<FileContender> locks)
			throws IOException, InterruptedException {
		MarkdownTable table = new MarkdownTable("two writers", "section, µs", "sections of one", "of the other",
				"ratio", "longest wait, ms");
		for (FileContender lock : locks) {
			for (long micros : List.of(0, 100, 1000)) {
				SectionPlan plan = new SectionPlan(lock, false, micros, micros, 0, millis);
				List<SectionReport> reports = run(directory, Collections.nCopies(2, plan));
				long one = reports.get(0).sections();
				long other = reports.get(1).sections();
				table.row(lock.label(), micros, one, other, ratio(one, other),
						MarkdownTable.millis(reports.stream().mapToLong(SectionReport::maxWait).max().orElseThrow()));
			}
		}
		return table;
	}

	/** The ratio of the larger number of sections to the smaller one. */
	static double ratio(long one, long other) {
		return (double) Math.max(one, other) / Math.min(one, other);
	}

	private static MarkdownTable writerBesideReaders(BenchmarkDirectory directory, long millis,
			List<FileContender> locks) throws IOException, InterruptedException {
		MarkdownTable table = new MarkdownTable(String.format(Locale.ROOT, "a writer beside %d readers, ms", READERS),
				"sections", "timeouts of 2 s", "wait p50", "p99", "max", "longest read", "p99 beyond that");
		for (FileContender lock : locks) {
			List<SectionPlan> plans = new ArrayList<>(
					Collections.nCopies(READERS, new SectionPlan(lock, true, 2500, 7500, 0, millis)));
			plans.add(new SectionPlan(lock, false, 0, 0, 10_000, millis));
			List<SectionReport> reports = run(directory, plans);
			SectionReport writer = reports.get(READERS);
			long longestRead = reports.subList(0, READERS)
				.stream()
				.mapToLong(SectionReport::longest)
				.max()
				.orElseThrow();
			table.row(lock.label(), writer.sections(), writer.timeouts(), MarkdownTable.millis(writer.medianWait()),
					MarkdownTable.millis(writer.percentile99Wait()), MarkdownTable.millis(writer.maxWait()),
					MarkdownTable.millis(longestRead), MarkdownTable.millis(writer.percentile99Wait() - longestRead));
		}
		return table;
	}

	private static List<SectionReport> run(BenchmarkDirectory directory, List<SectionPlan> plans)
			throws IOException, InterruptedException {
		List<SectionReport> reports = new ArrayList<>();
		try (Children children = new Children()) {
			for (SectionPlan plan : plans) {
				children.add(Child.java(SectionLoop.class, directory.path(), plan));
			}
			for (Child child : children) {
				child.expect("ready");
			}
			for (Child child : children) {
				child.send("go");
			}
			for (Child child : children) {
				reports.add(SectionReport.parse(child.answer()));
			}
		}
		return reports;
	}

}
