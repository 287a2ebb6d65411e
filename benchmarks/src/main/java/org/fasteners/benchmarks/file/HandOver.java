package org.fasteners.benchmarks.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Command that measures the hand-over delay: the time from the release by one process to
 * the acquisition by another process that waits, by hold time. Prints a Markdown table
 * with the median and the 99th percentile in microseconds, each with its ratio to the
 * target.
 */
final class HandOver {

	private HandOver() {
	}

	/**
	 * Measure and print.
	 * @param args the number of rounds in percent of the default; 100 without an argument
	 */
	public static void main(String... args) throws IOException, InterruptedException {
		int percent = (args.length > 0) ? Integer.parseInt(args[0]) : 100;
		System.out.print(report(percent, FileContender.LIBRARY));
	}

	static String report(int percent, List<FileContender> locks) throws IOException, InterruptedException {
		List<HandOverPlan> plans = List.of(HandOverPlan.of(Duration.ofNanos(100_000), 10 * percent),
				HandOverPlan.of(Duration.ofMillis(1), 10 * percent),
				HandOverPlan.of(Duration.ofMillis(10), 5 * percent),
				HandOverPlan.of(Duration.ofMillis(100), 3 * percent));
		MarkdownTable table = new MarkdownTable("µs, p50 / p99 (of target)", "held 0.1 ms", "1 ms", "10 ms", "100 ms");
		try (BenchmarkDirectory directory = BenchmarkDirectory.create()) {
			for (Map.Entry<String, Side> contestant : contestants(directory, locks).entrySet()) {
				List<String> row = new ArrayList<>(List.of(contestant.getKey()));
				measure(directory.path().resolve("board"), plans, contestant.getValue())
					.forEach((delays) -> row.add(delays.toCell()));
				table.row(row);
			}
			return String.format(Locale.ROOT, "%s\n%s\n", table, Platform.describe(directory.path()));
		}
	}

	private static Map<String, Side> contestants(BenchmarkDirectory directory, List<FileContender> locks)
			throws IOException, InterruptedException {
		Map<String, Side> contestants = new LinkedHashMap<>();
		for (FileContender contender : locks) {
			contestants.put(contender.label(), (role, board) -> Child.javaCommand(HandOverSide.class, role,
					contender.label(), directory.path(), board));
		}
		Path script = directory.copy("hand_over.py");
		if (Platform.hasPython("fasteners")) {
			contestants.put("fasteners", python(script, "fasteners"));
		}
		if (Platform.hasPython("fcntl")) {
			contestants.put("flock(2)", python(script, "flock"));
			if (Platform.runs("flock", "--version")) {
				contestants.put("flock(1)", python(script, "command"));
			}
		}
		return contestants;
	}

	private static Side python(Path script, String kind) {
		return (role, board) -> Platform.python(script, role, kind, script.resolveSibling(kind), board);
	}

	private static List<HandOverDelays> measure(Path board, List<HandOverPlan> plans, Side side)
			throws IOException, InterruptedException {
		List<HandOverPlan> all = new ArrayList<>(plans);
		all.add(0, plans.get(0)); // warm-up
		Files.write(board, new byte[HandOverBoard.BYTES]);
		try (Child holder = side.start("holder", board, all); Child waiter = side.start("waiter", board, all)) {
			List<HandOverDelays> delays = HandOverDelays.of(all, holder.output(), waiter.output());
			return delays.subList(1, delays.size());
		}
	}

	/**
	 * The commands of the processes of one kind of lock.
	 */
	private interface Side {

		/** Return the command without the plans. */
		List<String> command(String role, Path board) throws InterruptedException;

		default Child start(String role, Path board, List<HandOverPlan> plans)
				throws IOException, InterruptedException {
			List<String> command = new ArrayList<>(command(role, board));
			plans.forEach((plan) -> command.add(plan.toString()));
			return Child.start(command);
		}

	}

}
