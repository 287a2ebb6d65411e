package org.fasteners.benchmarks;

/**
 * The command that tells how large locks are: a lock of each kind by what was done with
 * it, and the heap that many named locks take. Prints Markdown tables.
 */
final class LockFootprint {

	private static final int NAMES = 1_000_000;

	private LockFootprint() {
	}

	/**
	 * Measure and print.
	 * @param args how many named locks to make; a million if there is no argument
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
			report.append("| %s | %d | %d | %d | %s |\n".formatted(contender.label(), size.fresh(), size.written(),
					size.read(), contender.isShared() ? size.met() : "–"));
		}
		report.append("""

				| bytes of heap per name, of %d names | locks in use | locks dropped |
				|---|---:|---:|
				""".formatted(names));
		for (NamedLockHeap.Table table : NamedLockHeap.Table.values()) {
			NamedLockHeap heap = NamedLockHeap.of(table, names);
			report.append("| %s | %d | %d |\n".formatted(table.label(), heap.inUse(), heap.dropped()));
		}
		report.append("\nJava %s, %s\n".formatted(Runtime.version(), System.getProperty("java.vm.name")));
		return report.toString();
	}

}
