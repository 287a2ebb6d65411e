package org.fasteners.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * The times of one lock in one benchmark.
 *
 * @param scenario the benchmark and its parameters
 * @param lock the label of the lock, or of another value with its own column
 * @param times nanoseconds per operation of each iteration of each fork, ascending
 * @param allocations bytes per operation of each iteration of each fork, ascending; empty
 * if they were not measured
 */
record Measurement(Scenario scenario, String lock, List<Double> times, List<Double> allocations) {

	Measurement {
		if (times.isEmpty()) {
			throw new IllegalArgumentException(
					String.format(Locale.ROOT, "No times of %s with the lock '%s'", scenario, lock));
		}
		times = times.stream().sorted().toList();
		allocations = allocations.stream().sorted().toList();
	}

	double min() {
		return this.times.get(0);
	}

	double max() {
		return this.times.get(this.times.size() - 1);
	}

	double median() {
		return median(this.times);
	}

	/**
	 * Return the median of the bytes that an operation allocates.
	 */
	OptionalDouble medianAllocation() {
		return this.allocations.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(median(this.allocations));
	}

	private static double median(List<Double> ascending) {
		int size = ascending.size();
		return (ascending.get((size - 1) / 2) + ascending.get(size / 2)) / 2;
	}

	Measurement with(Measurement other) {
		return new Measurement(this.scenario, this.lock,
				Stream.concat(this.times.stream(), other.times.stream()).toList(),
				Stream.concat(this.allocations.stream(), other.allocations.stream()).toList());
	}

	/**
	 * A benchmark, its parameters and its number of threads.
	 *
	 * @param benchmark the name of the method
	 * @param parameters names and values of the parameters besides the lock; may be empty
	 * @param threads the number of threads
	 */
	record Scenario(String benchmark, String parameters, int threads) {

		String name() {
			return String.format(Locale.ROOT, "%s %s", this.benchmark, this.parameters).strip();
		}

		/**
		 * Return the scenario of another benchmark with the same parameters and threads.
		 */
		Scenario of(String other) {
			return new Scenario(other, this.parameters, this.threads);
		}

		String threadCount() {
			return this.threads + ((this.threads == 1) ? " thread" : " threads");
		}

		@Override
		public String toString() {
			return String.format(Locale.ROOT, "%s, %s", name(), threadCount());
		}

	}

}
