package org.fasteners.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Command that creates a table and a chart from results of JMH.
 */
final class BenchmarkChart {

	private BenchmarkChart() {
	}

	/**
	 * Read the results and write the table and the chart.
	 * @param args the Markdown file to write, the SVG file to write, and the files that
	 * JMH has written with {@code -rf json -rff file}
	 */
	public static void main(String... args) throws IOException {
		if (args.length < 3) {
			System.err.println("Usage: BenchmarkChart table.md chart.svg result.json...");
			System.exit(2);
		}
		List<Path> paths = Arrays.stream(args).map(Path::of).toList();
		write(paths.get(0), paths.get(1), paths.subList(2, paths.size()));
	}

	static void write(Path table, Path chart, List<Path> results) throws IOException {
		Measurements measurements = Measurements.read(results);
		Files.writeString(table, new ResultTable(measurements).toMarkdown());
		Files.writeString(chart, new ResultChart(measurements).toSvg());
	}

}
