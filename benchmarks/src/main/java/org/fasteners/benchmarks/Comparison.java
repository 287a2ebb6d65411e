package org.fasteners.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;

import org.fasteners.benchmarks.annotation.AnnotationCalls;
import org.fasteners.benchmarks.file.FileContender;

/**
 * Describes results that belong in one table.
 *
 * @param parameter the benchmark parameter whose values are the columns
 * @param labels the values of the parameter, in the order of the columns
 * @param reference whether the first measurement is the reference of the second
 */
record Comparison(String parameter, List<String> labels, BiPredicate<Measurement, Measurement> reference) {

	private static final Comparison THREAD_LOCKS = ofLocks(Contender.labels(), Contender.REFERENCE.label());

	private static final Comparison FILE_LOCKS = ofLocks(FileContender.labels(), FileContender.REFERENCE.label());

	private static final Comparison ANNOTATIONS = new Comparison("spring", List.of("boot-3", "boot-4"),
			(one, other) -> one.lock().equals(other.lock())
					&& one.scenario().equals(other.scenario().of(AnnotationCalls.REFERENCE)));

	private static Comparison ofLocks(List<String> labels, String reference) {
		return new Comparison("lock", labels,
				(one, other) -> one.lock().equals(reference) && one.scenario().equals(other.scenario()));
	}

	/**
	 * Return the comparison that a benchmark belongs to.
	 * @param benchmark the name of its class and method
	 */
	static Comparison of(String benchmark) {
		if (benchmark.startsWith(AnnotationCalls.class.getPackageName() + ".")) {
			return ANNOTATIONS;
		}
		return benchmark.startsWith(FileLockBenchmark.class.getName() + ".") ? FILE_LOCKS : THREAD_LOCKS;
	}

	void requireLabel(String label) {
		if (!this.labels.contains(label)) {
			throw new IllegalArgumentException(String.format(Locale.ROOT, "Unknown %s '%s', expected one of: %s",
					this.parameter, label, String.join(", ", this.labels)));
		}
	}

}
