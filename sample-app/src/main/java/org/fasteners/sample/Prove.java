package org.fasteners.sample;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The command {@code prove}: several counters together sell out one show, first with
 * locking and then without. A table shows the results.
 */
final class Prove {

	private static final Pattern OPTION = Pattern.compile("--(processes|seats)=(\\d{1,9})");

	private static final int MAX_ROUNDS_WITHOUT_LOCKING = 3;

	private static final String ROW = "%-8s %10s %7s %7s %12s %7s %8s%n";

	private Prove() {
	}

	/**
	 * Run the command.
	 * @param args the name of the command and its options
	 * @return the exit status: 0 if no seat was sold twice or lost with locking, 1 if one
	 * was, 2 for invalid options
	 */
	static int run(String... args) throws InterruptedException {
		int processes = 4;
		int seats = 2000;
		for (String arg : Arrays.asList(args).subList(1, args.length)) {
			Matcher option = OPTION.matcher(arg);
			if (!option.matches()) {
				return misuse(String.format(Locale.ROOT, "Invalid option '%s'", arg));
			}
			int value = Integer.parseInt(option.group(2));
			if (option.group(1).equals("processes")) {
				processes = value;
			}
			else {
				seats = value;
			}
		}
		if (processes < 2 || processes > 64) {
			return misuse("--processes must be from 2 to 64");
		}
		if (seats < processes || seats > 100_000) {
			return misuse("--seats must be from the number of processes to 100000");
		}
		try {
			return run(processes, seats);
		}
		catch (IOException | IllegalStateException ex) {
			System.err.println("prove failed: " + ex.getMessage());
			return 1;
		}
	}

	private static int misuse(String message) {
		System.err.println(message);
		System.err.println("Usage: prove [--processes=4] [--seats=2000]");
		return 2;
	}

	private static int run(int processes, int seats) throws IOException, InterruptedException {
		ProveRound on = round(true, processes, seats);
		ProveRound off = round(false, processes, seats);
		int rounds = 1;
		while (off.doubleSold() == 0 && rounds < MAX_ROUNDS_WITHOUT_LOCKING) {
			off = round(false, processes, seats);
			rounds++;
		}
		System.out.printf(Locale.ROOT, "%n" + ROW, "locking", "processes", "seats", "sold", "double-sold", "lost",
				"seconds");
		printRow("on", processes, seats, on);
		printRow("off", processes, seats, off);
		System.out.printf(Locale.ROOT, (off.doubleSold() > 0) ? "%nWithout locking a seat was sold twice in round %d.%n"
				: "%nWithout locking no seat was sold twice in %d rounds. This is by chance: try more processes or seats.%n",
				rounds);
		return (on.doubleSold() == 0 && on.lost() == 0 && on.sold() == seats) ? 0 : 1;
	}

	private static ProveRound round(boolean locking, int processes, int seats)
			throws IOException, InterruptedException {
		String label = "locking " + (locking ? "on" : "off");
		// JDK 22 to 24 always have a console: a bar in a log file does no harm
		@SuppressWarnings("SystemConsoleNull")
		boolean bar = System.console() != null;
		if (!bar) {
			System.out.printf(Locale.ROOT, "%s: %d processes sell %d seats%n", label, processes, seats);
		}
		ProveRound round = ProveRound.run(locking, processes, seats, (sold) -> {
			if (bar) {
				System.out.printf(Locale.ROOT, "\r%-11s [%-40s] %d/%d", label, "#".repeat(40 * sold / seats), sold,
						seats);
			}
		});
		System.out.printf(Locale.ROOT, bar ? "%n" : label + ": done%n");
		return round;
	}

	private static void printRow(String locking, int processes, int seats, ProveRound round) {
		System.out.printf(Locale.ROOT, ROW, locking, processes, seats, round.sold(), round.doubleSold(), round.lost(),
				String.format(Locale.ROOT, "%.1f", round.time().toMillis() / 1000.0));
	}

}
