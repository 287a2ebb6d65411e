package org.fasteners.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;

/**
 * A bug that a test has to catch: which text of the library's source becomes which other.
 *
 * @param name what is wrong
 * @param test what catches it, as {@code GateTests.aReaderKeepsWritersOut}
 * @param hangs whether the test may hang instead of failing
 * @param changes what is changed
 */
record PlantedBug(String name, String test, boolean hangs, List<Change> changes) {

	private static final Path SOURCES = Path.of("src", "main", "java", "org", "fasteners");

	/** All bugs of the list {@code planted-bugs.txt}, which says how it is written. */
	static List<PlantedBug> all() {
		try (InputStream list = PlantedBug.class.getResourceAsStream("/planted-bugs.txt")) {
			String text = new String(Objects.requireNonNull(list).readAllBytes(), StandardCharsets.UTF_8);
			return Stream.of(text.split("\n\n+", -1))
				.map(PlantedBug::parse)
				.filter((bug) -> !bug.name.isEmpty())
				.toList();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static PlantedBug parse(String block) {
		String name = "";
		String test = "";
		boolean hangs = false;
		List<Change> changes = new ArrayList<>();
		String source = "";
		for (String line : block.lines().filter((each) -> !each.startsWith("#")).toList()) {
			String word = line.split(" ", 2)[0];
			String rest = line.substring(word.length()).trim();
			switch (word) {
				case "bug" -> name = rest;
				case "caught-by" -> test = rest;
				case "hangs" -> hangs = true;
				case "in" -> source = rest;
				case "-" -> changes.add(new Change(SOURCES.resolve(source), rest, ""));
				case "+" -> changes.add(changes.remove(changes.size() - 1).to(rest));
				default -> throw new IllegalArgumentException("Not understood: " + line);
			}
		}
		return new PlantedBug(name, test, hangs, changes);
	}

	/** Compile the classes that the bug is in, and no others. */
	void plant(JavaCompiler compiler, Path directory) throws IOException {
		List<Path> sources = new ArrayList<>();
		for (Map.Entry<Path, String> source : sabotaged().entrySet()) {
			Path copy = directory.resolve("source").resolve(source.getKey());
			Files.createDirectories(copy.getParent());
			sources.add(Files.writeString(copy, source.getValue()));
		}
		try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
			StringWriter complaints = new StringWriter();
			boolean compiled = compiler
				.getTask(complaints, files, null,
						List.of("-d", directory.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none",
								"-nowarn", "-Xlint:none", "-parameters", "--release", "17"),
						null, files.getJavaFileObjectsFromPaths(sources))
				.call();
			if (!compiled) {
				throw new IllegalStateException(
						String.format(Locale.ROOT, "The bug '%s' cannot be compiled:%n%s", this.name, complaints));
			}
		}
	}

	/** The sources that the bug is in, with the bug. */
	Map<Path, String> sabotaged() throws IOException {
		Map<Path, String> texts = new LinkedHashMap<>();
		for (Change change : this.changes) {
			String text = texts.get(change.source);
			texts.put(change.source, change.apply((text != null) ? text : Files.readString(change.source)));
		}
		return texts;
	}

	@Override
	public String toString() {
		return this.name;
	}

	/**
	 * One text in place of another one. How these are broken into lines does not matter.
	 */
	record Change(Path source, String from, String to) {

		Change to(String text) {
			return new Change(this.source, this.from, text);
		}

		String apply(String text) {
			Matcher found = Pattern
				.compile(Stream.of(this.from.split(" +", -1)).map(Pattern::quote).collect(Collectors.joining("\\s+")))
				.matcher(text);
			long times = found.results().count();
			if (times != 1) {
				throw new IllegalStateException(String.format(Locale.ROOT, "In %s there is not once but %d times: %s",
						this.source, times, this.from));
			}
			return found.replaceFirst(Matcher.quoteReplacement(this.to));
		}

	}

}
