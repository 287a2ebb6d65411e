package org.fasteners.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;

import org.fasteners.benchmarks.annotation.AnnotationCalls;
import org.fasteners.benchmarks.file.FileContender;

/**
 * Results that belong into one table.
 *
 * @param parameter the parameter of the benchmarks that has a column for each value
 * @param labels its values, in the order of tables
 * @param reference whether the first measurement is what the second is compared with
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
	 * What a benchmark compares.
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
			throw new IllegalArgumentException(String.format(Locale.ROOT, "There is no %s '%s', but: %s",
					this.parameter, label, String.join(", ", this.labels)));
		}
	}

}
