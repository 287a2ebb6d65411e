package org.fasteners.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import org.fasteners.benchmarks.Measurement.Scenario;

/**
 * Measurements as a Markdown table: a row per benchmark and number of threads, a column
 * per lock.
 */
final class ResultTable {

	private final Measurements measurements;

	ResultTable(Measurements measurements) {
		this.measurements = measurements;
	}

	String toMarkdown() {
		List<String> locks = this.measurements.locks();
		StringBuilder table = new StringBuilder();
		table.append("| ns/op | threads |%s\n".formatted(cells(locks, " %s |")));
		table.append("|---|---:|%s\n".formatted(cells(locks, "---:|")));
		for (Scenario scenario : this.measurements.scenarios()) {
			List<String> cells = locks.stream().map((lock) -> cell(scenario, lock)).toList();
			table.append("| %s | %d |%s\n".formatted(scenario.benchmark(), scenario.threads(), cells(cells, " %s |")));
		}
		return table.toString();
	}

	private static String cells(List<String> contents, String format) {
		return contents.stream().map((content) -> format.formatted(content)).collect(Collectors.joining());
	}

	private String cell(Scenario scenario, String lock) {
		return this.measurements.find(scenario, lock).map(this::cell).orElse("–");
	}

	private String cell(Measurement measurement) {
		String times = "%s [%s..%s]".formatted(number(measurement.median()), number(measurement.min()),
				number(measurement.max()));
		if (measurement.lock().equals(Contender.REFERENCE.label())) {
			return times;
		}
		return times + this.measurements.factor(measurement).map((factor) -> " ×" + number(factor)).orElse("");
	}

	/**
	 * A number with three digits, or all those in front of the point.
	 */
	static String number(double number) {
		int decimals = (number < 9.995) ? 2 : (number < 99.95) ? 1 : 0;
		return String.format(Locale.ROOT, "%." + decimals + "f", number);
	}

}
