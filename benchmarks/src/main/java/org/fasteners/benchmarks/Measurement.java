package org.fasteners.benchmarks;

import java.util.List;
import java.util.stream.Stream;

/**
 * The times that one lock needed in one benchmark.
 *
 * @param scenario what was measured
 * @param lock the label of the lock
 * @param times nanoseconds per operation, of every iteration of every fork, ascending
 */
record Measurement(Scenario scenario, String lock, List<Double> times) {

	Measurement {
		if (times.isEmpty()) {
			throw new IllegalArgumentException("No times of %s with the lock '%s'".formatted(scenario, lock));
		}
		times = times.stream().sorted().toList();
	}

	double min() {
		return this.times.get(0);
	}

	double max() {
		return this.times.get(this.times.size() - 1);
	}

	double median() {
		int size = this.times.size();
		return (this.times.get((size - 1) / 2) + this.times.get(size / 2)) / 2;
	}

	Measurement with(Measurement other) {
		return new Measurement(this.scenario, this.lock,
				Stream.concat(this.times.stream(), other.times.stream()).toList());
	}

	/**
	 * A benchmark, its parameters and the number of threads that ran it.
	 *
	 * @param benchmark the name of its method
	 * @param parameters names and values of the parameters besides the lock; may be empty
	 * @param threads how many
	 */
	record Scenario(String benchmark, String parameters, int threads) {

		String name() {
			return "%s %s".formatted(this.benchmark, this.parameters).strip();
		}

		String threadCount() {
			return this.threads + ((this.threads == 1) ? " thread" : " threads");
		}

		@Override
		public String toString() {
			return "%s, %s".formatted(name(), threadCount());
		}

	}

}
