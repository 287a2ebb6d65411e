package org.fasteners.benchmarks;

import java.util.Locale;

/**
 * Command that measures the size of locks: of one lock of each kind after different uses,
 * and the heap usage of many named locks. Prints Markdown tables.
 */
final class LockFootprint {

	private static final int NAMES = 1_000_000;

	private LockFootprint() {
	}

	/**
	 * Measure and print.
	 * @param args the number of named locks; one million without an argument
	 */
	public static void main(String... args) throws InterruptedException {
		System.out.print(report((args.length == 0) ? NAMES : Integer.parseInt(args[0])));
	}

	static String report(int names) throws InterruptedException {
		StringBuilder report = new StringBuilder("""
				| bytes per lock | new | after a write | after a read | after two readers met |
				|---|---:|---:|---:|---:|
				""");
		for (Contender contender : Contender.values()) {
			LockSize size = LockSize.of(contender);
			report.append(String.format(Locale.ROOT, "| %s | %d | %d | %d | %s |\n", contender.label(), size.fresh(),
					size.written(), size.read(), contender.isShared() ? size.met() : "–"));
		}
		report.append(String.format(Locale.ROOT, """

				| bytes of heap per name, of %d names | locks in use | locks dropped |
				|---|---:|---:|
				""", names));
		for (NamedLockHeap.Table table : NamedLockHeap.Table.values()) {
			NamedLockHeap heap = NamedLockHeap.of(table, names);
			report
				.append(String.format(Locale.ROOT, "| %s | %d | %d |\n", table.label(), heap.inUse(), heap.dropped()));
		}
		report.append(
				String.format(Locale.ROOT, "\nJava %s, %s\n", Runtime.version(), System.getProperty("java.vm.name")));
		return report.toString();
	}

}
