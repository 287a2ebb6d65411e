package org.fasteners.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.fasteners.benchmarks.Measurement.Scenario;
import org.fasteners.benchmarks.file.MarkdownTable;
import org.w3c.dom.Element;

/**
 * Measurements as a bar chart in SVG: a group of bars per benchmark and number of
 * threads, a bar per lock, time on a logarithmic axis.
 */
final class ResultChart {

	private static final int WIDTH = 860;

	private static final int MIN_LEFT = 130;

	private static final int RIGHT = 60;

	private static final int TOP = 90;

	private static final int BOTTOM = 16;

	private static final int BAR = 11;

	private static final int GAP = 16;

	/*
	 * Light or dark, as the reader prefers. The class of a bar is the label of its lock:
	 * blue for the locks of this library, orange for the reference lock of the JDK. The
	 * palette of Okabe and Ito is distinguishable for colour-blind readers.
	 */
	private static final String STYLE = """

			text { font: 11px system-ui, sans-serif; fill: #1f2328 }
			.strong { font-weight: 600 }
			.value { font-size: 9px }
			.back { fill: #ffffff }
			.grid { stroke: #d1d9e0 }
			.range { stroke: #1f2328 }
			.ours, .boot-3 { fill: #0072b2 }
			.ours-reader, .boot-4 { fill: #56b4e9 }
			.ours-fair { fill: #14406b }
			.rrwl, .channel { fill: #d55e00 }
			.rrwl-fair { fill: #e69f00 }
			.stamped { fill: #009e73 }
			.reentrant { fill: #818b98 }
			@media (prefers-color-scheme: dark) {
			text { fill: #e6edf3 }
			.back { fill: #0d1117 }
			.grid { stroke: #3d444d }
			.range { stroke: #e6edf3 }
			.ours, .boot-3 { fill: #3a9bdc }
			.ours-reader, .boot-4 { fill: #a5d8f6 }
			.ours-fair { fill: #3566a3 }
			.rrwl, .channel { fill: #f0742a }
			.rrwl-fair { fill: #f2b84b }
			.stamped { fill: #2fc49a }
			.reentrant { fill: #9198a1 }
			}
			""";

	private final Measurements measurements;

	private final List<Scenario> scenarios;

	private final List<String> locks;

	private final LogScale scale;

	private final int left;

	private final int height;

	ResultChart(Measurements measurements) {
		this.measurements = measurements;
		this.scenarios = measurements.scenarios();
		this.locks = measurements.locks();
		this.left = this.scenarios.stream()
			.mapToInt((scenario) -> 24 + 7 * scenario.benchmark().length())
			.reduce(MIN_LEFT, Math::max);
		this.scale = new LogScale(
				measurements.all().stream().flatMap((each) -> Stream.of(each.min(), each.max())).toList(), this.left,
				WIDTH - RIGHT);
		this.height = TOP + this.scenarios.size() * groupHeight() + BOTTOM;
	}

	private int groupHeight() {
		return this.locks.size() * BAR + GAP;
	}

	String toSvg() {
		Svg image = new Svg(WIDTH, this.height);
		Element svg = image.root();
		Svg.set(svg, "role", "img", "aria-labelledby", "title desc");
		Svg.addText(svg, "title", "Time per operation by benchmark, number of threads and lock", "id", "title");
		Svg.addText(svg, "desc", description(), "id", "desc");
		Svg.addText(svg, "style", STYLE);
		Svg.add(svg, "rect", "class", "back", "width", WIDTH, "height", this.height);
		addLegend(svg);
		addAxis(svg);
		int top = TOP;
		for (Scenario scenario : this.scenarios) {
			addGroup(svg, scenario, top);
			top += groupHeight();
		}
		return image.toString();
	}

	private String description() {
		return this.scenarios.stream()
			.map((scenario) -> String.format(Locale.ROOT, "%s: %s.", scenario,
					inOrder(scenario)
						.map((each) -> String.format(Locale.ROOT, "%s %s", each.lock(), number(each.median())))
						.collect(Collectors.joining(", "))))
			.collect(Collectors.joining(" ", "Medians in nanoseconds. ", ""));
	}

	private Stream<Measurement> inOrder(Scenario scenario) {
		return this.locks.stream().flatMap((lock) -> this.measurements.find(scenario, lock).stream());
	}

	private void addLegend(Element svg) {
		Svg.addText(svg, "text",
				"Time of one operation in one thread, median and range; shorter is better. The axis is logarithmic.",
				"class", "strong", "x", this.left, "y", 20);
		int x = this.left;
		for (String lock : this.locks) {
			Svg.add(svg, "rect", "class", lock, "x", x, "y", 34, "width", 10, "height", 10);
			Svg.addText(svg, "text", lock, "x", x + 14, "y", 43);
			x += 34 + 7 * lock.length();
		}
	}

	private void addAxis(Element svg) {
		this.scale.powersOfTen().forEach((nanos) -> {
			String x = coordinate(this.scale.place(nanos));
			Svg.add(svg, "line", "class", "grid", "x1", x, "x2", x, "y1", TOP - 14, "y2", this.height - BOTTOM);
			Svg.addText(svg, "text", time(nanos), "x", x, "y", TOP - 18, "text-anchor", "middle");
		});
	}

	private void addGroup(Element svg, Scenario scenario, int top) {
		int middle = top + this.locks.size() * BAR / 2;
		Svg.addText(svg, "text", scenario.benchmark(), "class", "strong", "x", this.left - 10, "y", middle - 2,
				"text-anchor", "end");
		String parameters = scenario.parameters().isEmpty() ? "" : ", " + scenario.parameters();
		Svg.addText(svg, "text", scenario.threadCount() + parameters, "x", this.left - 10, "y", middle + 12,
				"text-anchor", "end");
		inOrder(scenario)
			.forEach((measurement) -> addBar(svg, measurement, top + this.locks.indexOf(measurement.lock()) * BAR));
	}

	private void addBar(Element svg, Measurement measurement, int top) {
		double end = this.scale.place(measurement.median());
		double max = this.scale.place(measurement.max());
		double middle = top + (BAR - 1) / 2.0;
		Element bar = Svg.add(svg, "rect", "class", "bar " + measurement.lock(), "x", this.left, "y", top, "width",
				coordinate(end - this.left), "height", BAR - 1);
		Svg.addText(bar, "title",
				String.format(Locale.ROOT, "%s, %s: %s ns [%s..%s]", measurement.scenario(), measurement.lock(),
						number(measurement.median()), number(measurement.min()), number(measurement.max())));
		Svg.add(svg, "line", "class", "range", "x1", coordinate(this.scale.place(measurement.min())), "x2",
				coordinate(max), "y1", middle, "y2", middle);
		Svg.addText(svg, "text", number(measurement.median()), "class", "value", "x", coordinate(max + 4), "y",
				top + 8);
	}

	private static String number(double nanos) {
		return MarkdownTable.number(nanos);
	}

	private static String time(double nanos) {
		if (nanos >= 1e9) {
			return String.format(Locale.ROOT, "%.0f s", nanos / 1e9);
		}
		if (nanos >= 1e6) {
			return String.format(Locale.ROOT, "%.0f ms", nanos / 1e6);
		}
		if (nanos >= 1e3) {
			return String.format(Locale.ROOT, "%.0f µs", nanos / 1e3);
		}
		return String.format(Locale.ROOT, (nanos < 1) ? "%.1f ns" : "%.0f ns", nanos);
	}

	private static String coordinate(double value) {
		return String.format(Locale.ROOT, "%.1f", value);
	}

}
