package org.fasteners.benchmarks.file;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Command that measures the processor time of a process with one thread that waits for a
 * lock, and of an idle process for comparison. Prints a Markdown table.
 */
final class WaiterCost {

	/** Time for a JVM to start and to make its first attempts. */
	private static final Duration START = Duration.ofSeconds(1);

	private WaiterCost() {
	}

	/**
	 * Measure and print.
	 * @param args the seconds of each of the two measurements; 58 without an argument, so
	 * that they are before and after the end of the first minute, when a wait counts as
	 * long by default. With fewer seconds a wait counts as long earlier
	 */
	public static void main(String... args) throws IOException, InterruptedException {
		System.out.print(report(Duration.ofSeconds((args.length > 0) ? Long.parseLong(args[0]) : 58)));
	}

	static String report(Duration length) throws IOException, InterruptedException {
		Duration longWait = START.plus(length).plus(START);
		MarkdownTable table = new MarkdownTable("% of one processor", "process", "waiting thread");
		try (BenchmarkDirectory directory = BenchmarkDirectory.create();
				OpenLock held = FileContender.OURS_FAIR.open(directory.path())) {
			held.writeLock().lock();
			try (Child idle = Child.java(WaitingJvm.class);
					Child waiter = Child.java(WaitingJvm.class, directory.path(), longWait.toMillis())) {
				List<Child> both = List.of(idle, waiter);
				ask(both); // the first answer loads classes
				long begin = System.nanoTime();
				for (Duration stage : List.of(START, longWait.plus(START).plus(START))) {
					TimeUnit.NANOSECONDS.sleep(begin + stage.toNanos() - System.nanoTime());
					List<ProcessorTime> before = ask(both);
					TimeUnit.NANOSECONDS.sleep(length.toNanos());
					List<ProcessorTime> after = ask(both);
					String when = String.format(Locale.ROOT, ", %d to %d s", stage.toSeconds(),
							stage.plus(length).toSeconds());
					addRow(table, "idle" + when, after.get(0).since(before.get(0)));
					addRow(table, "waiting" + when, after.get(1).since(before.get(1)));
				}
			}
			finally {
				held.writeLock().unlock();
			}
			return String.format(Locale.ROOT, "%s\n%s\n", table, Platform.describe(directory.path()));
		}
	}

	private static void addRow(MarkdownTable table, String name, ProcessorTime used) {
		table.row(name, used.processPercent(), used.threadPercent());
	}

	private static List<ProcessorTime> ask(List<Child> children) throws IOException {
		List<ProcessorTime> times = new ArrayList<>();
		for (Child child : children) {
			child.send("now");
			times.add(ProcessorTime.parse(child.answer()));
		}
		return times;
	}

}
