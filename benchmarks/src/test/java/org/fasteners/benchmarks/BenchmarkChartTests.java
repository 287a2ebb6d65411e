package org.fasteners.benchmarks;

import java.io.IOException;
import java.io.StringReader;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

class BenchmarkChartTests {

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path directory;

	@SuppressWarnings("NullAway.Init")
	private Path results;

	@BeforeEach
	void locateResults() throws URISyntaxException {
		this.results = Path.of(Objects.requireNonNull(getClass().getResource("results.json")).toURI());
	}

	@Test
	void theTableHasMediansRangesAndFactors() throws IOException {
		assertThat(table(this.results)).isEqualTo("""
				| ns/op | threads | ours | rrwl | stamped |
				|---|---:|---:|---:|---:|
				| read | 1 | 23.0 [20.0..26.0] ×1.00 | 23.0 [23.0..23.0] | 11.5 [10.0..30.0] ×2.00 |
				| read | 2 | 42.0 [40.0..44.0] ×2.93 | 123 [84.0..130] | 51.5 [50.0..53.0] ×2.39 |
				| mix90 | 2 | 275 [200..500] ×4.01 | 1103 [1000..1200] | – |
				""");
	}

	@Test
	void timesOfSeveralFilesAreAddedUp() throws IOException {
		Path more = edited("84.0", "1000.0");
		assertThat(table(this.results, more)).contains("| read | 2 | 42.0 [40.0..44.0] ×3.00 | 126 [84.0..1000] |");
	}

	@Test
	void withoutTheReferenceThereAreNoFactors() throws IOException {
		assertThat(table(edited("\"rrwl\"", "\"reentrant\""))).contains("| ours | stamped | reentrant |")
			.doesNotContain("×");
	}

	@Test
	void aThroughputIsATimePerOperationAndThread() throws IOException {
		Path throughput = edited("ns/op", "ops/us", "us/op", "ops/us", "avgt", "thrpt");
		// 2 threads that do 42 operations together in a microsecond
		assertThat(table(throughput)).contains("| read | 2 | 47.6 [45.5..50.0] ×0.34 | 16.3 [15.4..23.8] |");
	}

	@Test
	void timesAndThroughputsAreNotMixed() throws IOException {
		Path throughput = edited("ns/op", "ops/us", "us/op", "ops/us", "avgt", "thrpt");
		assertThatIllegalArgumentException().isThrownBy(() -> table(this.results, throughput))
			.withMessageEndingWith("[avgt, thrpt]");
	}

	@Test
	void resultsThatAreNotTimesAreRefused() throws IOException {
		Path bytes = edited("us/op", "B/op");
		assertThatIllegalArgumentException().isThrownBy(() -> table(bytes))
			.withMessage("'B/op' is neither a time per operation nor a throughput");
	}

	@Test
	void aFileThatIsNotOfJmhIsNamed() throws IOException {
		Path other = edited("[", "<");
		assertThatIOException().isThrownBy(() -> table(other)).withMessageContaining(other.toString());
	}

	@Test
	void resultsWithoutALockAreRefused() throws IOException {
		Path other = edited("\"lock\"", "\"size\"");
		assertThatIllegalArgumentException().isThrownBy(() -> table(other))
			.withMessage("org.fasteners.benchmarks.ThreadLockBenchmark.read has no parameter 'lock'");
	}

	@Test
	void anUnknownLockIsRefused() throws IOException {
		Path other = edited("\"stamped\"", "\"channel\"");
		assertThatIllegalArgumentException().isThrownBy(() -> table(other))
			.withMessageStartingWith("Unknown lock 'channel', expected one of: ours, ");
	}

	@Test
	void fileLocksAreComparedWithAChannel() throws IOException {
		assertThat(table(ofFileLocks())).isEqualTo("""
				| ns/op | threads | ours | ours-fair | channel |
				|---|---:|---:|---:|---:|
				| read work=150 | 1 | 23.0 [20.0..26.0] ×0.50 | 23.0 [23.0..23.0] ×0.50 | 11.5 [10.0..30.0] |
				| read work=150 | 2 | 42.0 [40.0..44.0] ×1.23 | 123 [84.0..130] ×0.42 | 51.5 [50.0..53.0] |
				| mix90 work=150 | 2 | 275 [200..500] | 1103 [1000..1200] | – |
				""");
	}

	@Test
	void theChartHasOtherParametersBesideTheNumberOfThreads() throws Exception {
		assertThat(elements(chart(ofFileLocks()), "text")).extracting(Element::getTextContent)
			.contains("mix90", "2 threads, work=150", "channel");
	}

	@Test
	void fileLocksAreNotMixedWithThreadLocks() throws IOException {
		Path files = ofFileLocks();
		assertThatIllegalArgumentException().isThrownBy(() -> table(this.results, files))
			.withMessageStartingWith("The results must contain one kind of locks");
	}

	@Test
	void annotationsAreComparedWithOursOnTheSameSpringBootByTimeAndAllocation() throws IOException {
		assertThat(table(ofAnnotations())).isEqualTo("""
				| ns/op | threads | boot-3 | boot-4 |
				|---|---:|---:|---:|
				| locked | 1 | 41.0 [40.0..42.0], 72 B | 44.0 [44.0..44.0] |
				| direct | 1 | 2.05 [2.05..2.05] ×20.0, 0 B | – |
				""");
	}

	@Test
	void theChartHasRoomForLongNames() throws Exception {
		Path results = Files.writeString(this.directory.resolve("long.json"),
				Files.readString(ofAnnotations()).replace("direct", "noopInterceptorAndHandWritten"));
		assertThat(bars(chart(results))).extracting((bar) -> Double.valueOf(bar.getAttribute("x")))
			.allSatisfy((left) -> assertThat(left).isBetween(200.0, 260.0));
		assertThat(bars(chart())).extracting((bar) -> bar.getAttribute("x")).containsOnly("130");
	}

	private Path ofAnnotations() throws IOException {
		return Files.writeString(this.directory.resolve("annotations.json"),
				"""
						[ { "benchmark": "org.fasteners.benchmarks.annotation.boot3.AnnotationBenchmark.locked", "mode": "avgt",
						    "threads": 1, "params": { "spring": "boot-3" },
						    "primaryMetric": { "scoreUnit": "ns/op", "rawData": [ [ 40.0, 42.0 ] ] },
						    "secondaryMetrics": { "gc.alloc.rate.norm": { "scoreUnit": "B/op", "rawData": [ [ 72.1, 72.2 ] ] } } },
						  { "benchmark": "org.fasteners.benchmarks.annotation.boot3.AnnotationBenchmark.direct", "mode": "avgt",
						    "threads": 1, "params": { "spring": "boot-3" },
						    "primaryMetric": { "scoreUnit": "ns/op", "rawData": [ [ 2.05 ] ] },
						    "secondaryMetrics": { "gc.alloc.rate.norm": { "scoreUnit": "B/op", "rawData": [ [ 0.001 ] ] } } },
						  { "benchmark": "org.fasteners.benchmarks.annotation.boot4.AnnotationBenchmark.locked", "mode": "avgt",
						    "threads": 1, "params": { "spring": "boot-4" },
						    "primaryMetric": { "scoreUnit": "ns/op", "rawData": [ [ 44.0 ] ] }, "secondaryMetrics": {} } ]
						""");
	}

	private Path ofFileLocks() throws IOException {
		return edited("ThreadLockBenchmark", "FileLockBenchmark", "\"rrwl\"", "\"ours-fair\", \"work\": \"150\"",
				"\"stamped\"", "\"channel\", \"work\": \"150\"", "\"ours\"", "\"ours\", \"work\": \"150\"");
	}

	@Test
	void theChartHasABarPerResultAndAnEntryPerLock() throws Exception {
		Element svg = chart();
		assertThat(bars(svg)).extracting(BenchmarkChartTests::label)
			.containsExactly("read, 1 thread, ours: 23.0 ns [20.0..26.0]", "read, 1 thread, rrwl: 23.0 ns [23.0..23.0]",
					"read, 1 thread, stamped: 11.5 ns [10.0..30.0]", "read, 2 threads, ours: 42.0 ns [40.0..44.0]",
					"read, 2 threads, rrwl: 123 ns [84.0..130]", "read, 2 threads, stamped: 51.5 ns [50.0..53.0]",
					"mix90, 2 threads, ours: 275 ns [200..500]", "mix90, 2 threads, rrwl: 1103 ns [1000..1200]");
		assertThat(elements(svg, "text")).extracting(Element::getTextContent)
			.contains("ours", "rrwl", "stamped", "read", "mix90", "1 thread", "2 threads", "10 ns", "100 ns", "1 µs");
	}

	@Test
	void barsGrowWithTheLogarithmOfTheTime() throws Exception {
		List<Double> widths = bars(chart()).stream().map((bar) -> Double.valueOf(bar.getAttribute("width"))).toList();
		assertThat(widths).allSatisfy((width) -> assertThat(width).isPositive());
		double perDecade = (widths.get(7) - widths.get(0)) / Math.log10(1102.5 / 23);
		assertThat(widths.get(0) - widths.get(2)).isCloseTo(perDecade * Math.log10(2), within(0.2));
	}

	@Test
	void theChartHasATextForScreenReaders() throws Exception {
		Element svg = chart();
		assertThat(svg.getAttribute("role")).isEqualTo("img");
		assertThat(svg.getAttribute("aria-labelledby")).isEqualTo("title desc");
		Element title = (Element) svg.getElementsByTagName("title").item(0);
		Element description = (Element) svg.getElementsByTagName("desc").item(0);
		assertThat(title.getAttribute("id")).isEqualTo("title");
		assertThat(description.getAttribute("id")).isEqualTo("desc");
		assertThat(description.getTextContent()).contains("read, 2 threads: ours 42.0, rrwl 123, stamped 51.5.");
	}

	private String table(Path... files) throws IOException {
		Path table = this.directory.resolve("table.md");
		BenchmarkChart.write(table, this.directory.resolve("chart.svg"), List.of(files));
		return Files.readString(table);
	}

	private Element chart() throws Exception {
		return chart(this.results);
	}

	private Element chart(Path results) throws Exception {
		table(results);
		String svg = Files.readString(this.directory.resolve("chart.svg"));
		DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
		factory.setNamespaceAware(true);
		Document document = factory.newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
		assertThat(document.getDocumentElement().getNamespaceURI()).isEqualTo("http://www.w3.org/2000/svg");
		return document.getDocumentElement();
	}

	private static List<Element> bars(Element svg) {
		return elements(svg, "rect").filter((rect) -> rect.getAttribute("class").startsWith("bar ")).toList();
	}

	private static String label(Element bar) {
		return bar.getTextContent().strip();
	}

	private static Stream<Element> elements(Element svg, String name) {
		NodeList elements = svg.getElementsByTagName(name);
		return IntStream.range(0, elements.getLength()).mapToObj((i) -> (Element) elements.item(i));
	}

	private Path edited(String... replacements) throws IOException {
		String text = Files.readString(this.results);
		for (int i = 0; i < replacements.length; i += 2) {
			text = text.replace(replacements[i], replacements[i + 1]);
		}
		return Files.writeString(this.directory.resolve("edited.json"), text);
	}

}
