package org.fasteners.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Stream;

import org.fasteners.benchmarks.Measurement.Scenario;
import org.fasteners.benchmarks.file.MarkdownTable;

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
		MarkdownTable table = new MarkdownTable(row("ns/op", "threads", locks));
		for (Scenario scenario : this.measurements.scenarios()) {
			List<String> cells = locks.stream().map((lock) -> cell(scenario, lock)).toList();
			table.row(row(scenario.name(), Integer.toString(scenario.threads()), cells));
		}
		return table.toString();
	}

	private static List<String> row(String name, String threads, List<String> ofLocks) {
		return Stream.concat(Stream.of(name, threads), ofLocks.stream()).toList();
	}

	private String cell(Scenario scenario, String lock) {
		return this.measurements.find(scenario, lock).map(this::cell).orElse("–");
	}

	private String cell(Measurement measurement) {
		String times = String.format(Locale.ROOT, "%s [%s..%s]", number(measurement.median()),
				number(measurement.min()), number(measurement.max()));
		String factor = this.measurements.factor(measurement).map((value) -> " ×" + number(value)).orElse("");
		OptionalDouble bytes = measurement.medianAllocation();
		return times + factor + (bytes.isPresent() ? String.format(Locale.ROOT, ", %.0f B", bytes.getAsDouble()) : "");
	}

	private static String number(double number) {
		return MarkdownTable.number(number);
	}

}
