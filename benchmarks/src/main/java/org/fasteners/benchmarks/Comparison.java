package org.fasteners.benchmarks;

import java.util.List;

import org.fasteners.benchmarks.file.FileContender;

/**
 * Locks whose results belong into one table.
 *
 * @param labels their labels, in the order of tables
 * @param reference the label of the lock that the others are compared with
 */
record Comparison(List<String> labels, String reference) {

	private static final Comparison THREAD_LOCKS = new Comparison(Contender.labels(), Contender.REFERENCE.label());

	private static final Comparison FILE_LOCKS = new Comparison(FileContender.labels(),
			FileContender.REFERENCE.label());

	/**
	 * What a benchmark compares.
	 * @param benchmark the name of its class and method
	 */
	static Comparison of(String benchmark) {
		return benchmark.startsWith(FileLockBenchmark.class.getName() + ".") ? FILE_LOCKS : THREAD_LOCKS;
	}

	void requireLabel(String label) {
		if (!this.labels.contains(label)) {
			throw new IllegalArgumentException(
					"There is no lock '%s', but: %s".formatted(label, String.join(", ", this.labels)));
		}
	}

}
