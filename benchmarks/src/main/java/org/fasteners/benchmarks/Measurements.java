package org.fasteners.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.fasteners.benchmarks.Measurement.Scenario;
import org.jspecify.annotations.Nullable;

/**
 * The results of one or more runs of JMH.
 */
final class Measurements {

	private static final ObjectMapper JSON = new ObjectMapper()
		.configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

	private static final Map<String, Double> NANOS = Map.of("ns", 1.0, "us", 1e3, "ms", 1e6, "s", 1e9);

	private final List<Measurement> all;

	private final Comparison comparison;

	private Measurements(List<Measurement> all, Comparison comparison) {
		this.all = all;
		this.comparison = comparison;
	}

	/**
	 * Read files that JMH has written with {@code -rf json -rff file}. Results of several
	 * files are combined.
	 * @param files the files
	 * @return the results
	 * @throws IOException if a file cannot be read or is not JSON of JMH
	 * @throws IllegalArgumentException if a result is neither a time nor a throughput or
	 * has no lock, if times and throughputs are mixed, or if thread locks and file locks
	 * are mixed
	 */
	static Measurements read(List<Path> files) throws IOException {
		Map<List<Object>, Measurement> measurements = new LinkedHashMap<>();
		Set<String> modes = new LinkedHashSet<>();
		Set<Comparison> comparisons = new LinkedHashSet<>();
		for (Path file : files) {
			for (Result result : read(file)) {
				modes.add(result.mode());
				Comparison comparison = Comparison.of(result.benchmark());
				comparisons.add(comparison);
				Measurement measurement = result.toMeasurement(comparison);
				measurements.merge(List.of(measurement.scenario(), measurement.lock()), measurement, Measurement::with);
			}
		}
		if (modes.size() > 1) {
			throw new IllegalArgumentException("Results of different modes cannot be compared: " + modes);
		}
		if (comparisons.size() != 1) {
			throw new IllegalArgumentException("The results must contain one kind of locks, not: " + comparisons);
		}
		return new Measurements(List.copyOf(measurements.values()), comparisons.iterator().next());
	}

	private static Result[] read(Path file) throws IOException {
		try {
			return JSON.readValue(file.toFile(), Result[].class);
		}
		catch (JsonProcessingException ex) {
			throw new IOException(String.format(Locale.ROOT, "'%s' is not a JSON file of JMH (-rf json)", file), ex);
		}
	}

	List<Measurement> all() {
		return this.all;
	}

	/**
	 * Return the scenarios: benchmarks in the order of the files, each by number of
	 * threads.
	 */
	List<Scenario> scenarios() {
		List<String> benchmarks = this.all.stream().map((each) -> each.scenario().name()).distinct().toList();
		return this.all.stream()
			.map(Measurement::scenario)
			.distinct()
			.sorted(Comparator.comparing((Scenario scenario) -> benchmarks.indexOf(scenario.name()))
				.thenComparing(Scenario::threads))
			.toList();
	}

	/**
	 * Return the labels of the locks, in the order of their {@link Comparison}.
	 */
	List<String> locks() {
		List<String> locks = new ArrayList<>(this.comparison.labels());
		locks.retainAll(this.all.stream().map(Measurement::lock).toList());
		return locks;
	}

	/**
	 * Return the reference of a measurement; empty if it was not measured.
	 */
	private Optional<Measurement> reference(Measurement measurement) {
		return this.all.stream().filter((each) -> this.comparison.reference().test(each, measurement)).findAny();
	}

	Optional<Measurement> find(Scenario scenario, String lock) {
		return this.all.stream()
			.filter((each) -> each.scenario().equals(scenario) && each.lock().equals(lock))
			.findAny();
	}

	/**
	 * Return the throughput of a lock as a multiple of the throughput of the reference.
	 * @param measurement the measurement of the lock
	 * @return the factor, above 1 if the lock is faster; empty for the reference itself,
	 * and if the reference was not measured
	 */
	Optional<Double> factor(Measurement measurement) {
		return reference(measurement).filter((reference) -> !reference.equals(measurement))
			.map((reference) -> reference.median() / measurement.median());
	}

	/**
	 * An element of the array of results of JMH.
	 */
	private record Result(String benchmark, String mode, int threads, @Nullable Map<String, String> params,
			Metric primaryMetric, @Nullable Map<String, Metric> secondaryMetrics) {

		/** The name that JMH's {@code -prof gc} gives to the bytes per operation. */
		private static final String ALLOCATION = "gc.alloc.rate.norm";

		Measurement toMeasurement(Comparison comparison) {
			Map<String, String> others = new LinkedHashMap<>((this.params != null) ? this.params : Map.of());
			String lock = others.remove(comparison.parameter());
			if (lock == null) {
				throw new IllegalArgumentException(
						String.format(Locale.ROOT, "%s has no parameter '%s'", this.benchmark, comparison.parameter()));
			}
			comparison.requireLabel(lock);
			String method = this.benchmark.substring(this.benchmark.lastIndexOf('.') + 1);
			String parameters = others.entrySet().stream().map(Object::toString).collect(Collectors.joining(" "));
			return new Measurement(new Scenario(method, parameters, this.threads), lock,
					this.primaryMetric.nanosPerOperation(this.threads), allocations());
		}

		private List<Double> allocations() {
			Metric metric = (this.secondaryMetrics != null) ? this.secondaryMetrics.get(ALLOCATION) : null;
			return (metric != null) ? metric.scores().toList() : List.of();
		}

	}

	/**
	 * The scores of each iteration of each fork.
	 */
	private record Metric(String scoreUnit, List<List<Double>> rawData) {

		/*
		 * The average time of JMH is the mean of the averages of the threads. One thread
		 * that acquires the lock only once would raise it without bound. This method
		 * therefore uses the throughput, the sum over the threads, and returns its
		 * reciprocal per thread.
		 */
		List<Double> nanosPerOperation(int threads) {
			boolean throughput = this.scoreUnit.startsWith("ops/");
			Double unit = NANOS.get(throughput ? this.scoreUnit.substring(4) : this.scoreUnit.replace("/op", ""));
			if (unit == null) {
				throw new IllegalArgumentException(String.format(Locale.ROOT,
						"'%s' is neither a time per operation nor a throughput", this.scoreUnit));
			}
			return scores().map((score) -> throughput ? threads * unit / score : score * unit).toList();
		}

		Stream<Double> scores() {
			return this.rawData.stream().flatMap(List::stream);
		}

	}

}
