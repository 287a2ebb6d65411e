package org.fasteners;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The Java code of README and guide compiles, all their links lead somewhere, and the
 * tests that they name exist.
 */
class DocsTests {

	private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	private static final Path SOURCES = ROOT.resolve("fasteners-spring-core/src/main/java");

	private static final int MOST_LINES_OF_README = 150;

	private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\n(.*?)^```$");

	private static final Pattern JAVA = Pattern.compile("(?ms)^```java\n(.*?)^```$");

	private static final Pattern TYPE = Pattern.compile("(?m)^(?:class|interface|enum|record) (\\w+)");

	private static final Pattern INLINE_CODE = Pattern.compile("`([^`\n]+)`");

	private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");

	/** A line at the end of a page that says where a name leads to. */
	private static final Pattern DEFINITION = Pattern.compile("(?m)^\\[(\\w+)]: (\\S+)$");

	private static final Pattern REFERENCE = Pattern.compile("\\[(\\w+)](?![(:])");

	private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");

	private static final Pattern TEST = Pattern.compile("(\\w+(?:Tests|Contract))(?:[.#](\\w+))?");

	private static final String TABLE = "| Python | here |\n|---|---|\n| **fasteners**";

	/** An annotation, a call or a block; not a mere name. */
	private static final Pattern CODE = Pattern.compile("`(@[^`]+|[^`]+[)}])`");

	/** What coming-from-python.md says that names stand for; also in other fragments. */
	private static final String NAMES = "LockRegistry registry, ReaderWriterLock lock, ExclusiveLock single, SharedExclusiveLock shared, LockedFile file, Path path, FileChannel channel";

	private static final String IMPORTS_OF_OTHERS = """
			import java.io.IOException;
			import java.nio.channels.FileChannel;
			import java.nio.charset.StandardCharsets;
			import java.nio.file.Path;
			import java.time.Duration;
			import java.util.List;
			import java.util.concurrent.*;
			import org.springframework.beans.factory.annotation.*;
			import org.springframework.context.annotation.*;
			import org.springframework.stereotype.*;
			import org.springframework.transaction.annotation.*;
			import static java.nio.file.StandardOpenOption.*;
			""";

	/** README, guide and what else is written for people. */
	static List<Path> pages() throws IOException {
		try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
			return Stream
				.concat(Stream.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "sample-app/README.md")
					.map(ROOT::resolve), docs.filter((file) -> file.toString().endsWith(".md")).sorted())
				.toList();
		}
	}

	@Test
	void theReadmeIsAFrontPage() throws IOException {
		assertThat(Files.readAllLines(ROOT.resolve("README.md"))).hasSizeLessThanOrEqualTo(MOST_LINES_OF_README);
	}

	/**
	 * The blocks of a page are one package. A block that imports anything imports all
	 * that it needs. One without a type is the body of a method.
	 */
	@Test
	void theJavaCodeCompiles(@TempDir Path output) throws IOException {
		List<JavaFileObject> sources = new ArrayList<>();
		for (Path page : pages()) {
			int number = 0;
			for (MatchResult block : JAVA.matcher(Files.readString(page)).results().toList()) {
				sources.add(unit(page, number++, block.group(1)));
			}
		}
		assertThat(sources).hasSizeGreaterThan(15);
		assertCompiles(sources, output);
	}

	private static JavaFileObject unit(Path page, int number, String block) throws IOException {
		String name = page.getFileName().toString().replaceFirst("\\.md$", "").replaceAll("\\W", "_");
		String unit = String.format(Locale.ROOT, "package docs.%s;\n%s%s", name.toLowerCase(Locale.ROOT),
				block.contains("import ") ? "" : imports(),
				TYPE.matcher(block).find() ? block : String.format(Locale.ROOT,
						"class Fragment%d {\nvoid run(%s) throws Exception {\n%s}\n}", number, NAMES, block));
		return source(String.format(Locale.ROOT, "%s-%d.java", name, number), unit);
	}

	/** In each row at least one piece of code, and all of them. */
	@Test
	void theTableForPythonCompiles(@TempDir Path output) throws IOException {
		String page = Files.readString(ROOT.resolve("docs/coming-from-python.md"));
		String table = page.substring(page.indexOf(TABLE)).split("\n\n", 2)[0];
		List<String> members = new ArrayList<>();
		for (String row : table.lines().skip(2).toList()) {
			String here = row.split("(?<!\\\\)\\|", -1)[2];
			List<String> code = CODE.matcher(here).results().map((found) -> found.group(1)).toList();
			assertThat(code).as(row).hasSizeGreaterThanOrEqualTo(here.isBlank() ? 0 : 1);
			code.forEach((piece) -> members.add(member(piece, members.size())));
		}
		assertThat(members).hasSizeGreaterThan(40);
		assertCompiles(
				List.of(source("Rows.java",
						"package docs.rows;\n" + imports() + "class Rows {\n" + String.join("\n", members) + "\n}")),
				output);
	}

	private static String member(String code, int number) {
		return code.startsWith("@") ? String.format(Locale.ROOT, "%s void row%d() { }", code, number)
				: String.format(Locale.ROOT, "void row%d(%s) throws Exception { %s; }", number, NAMES, code);
	}

	/** All packages of the library, so that a page need not say where a type lives. */
	private static String imports() throws IOException {
		try (Stream<Path> files = Files.walk(SOURCES)) {
			return files.filter((file) -> file.toString().endsWith(".java"))
				.map((file) -> SOURCES.relativize(file.getParent()).toString().replace('/', '.').replace('\\', '.'))
				.distinct()
				.sorted()
				.map((name) -> String.format(Locale.ROOT, "import %s.*;%n", name))
				.collect(Collectors.joining("", IMPORTS_OF_OTHERS, ""));
		}
	}

	@ParameterizedTest
	@MethodSource("pages")
	void allLinksLeadSomewhere(Path page) throws IOException {
		String text = INLINE_CODE.matcher(BLOCK.matcher(Files.readString(page)).replaceAll("")).replaceAll("");
		List<String> targets = new ArrayList<>();
		LINK.matcher(text).results().forEach((link) -> targets.add(link.group(1)));
		Map<String, String> definitions = definitions(text);
		targets.addAll(definitions.values());
		for (String target : targets) {
			if (!target.matches("https?://.*")) {
				assertLeadsSomewhere(page, target);
			}
		}
		if (!definitions.isEmpty()) {
			Set<String> used = REFERENCE.matcher(text).results().map((use) -> use.group(1)).collect(Collectors.toSet());
			assertThat(used).as("names with a definition").isEqualTo(definitions.keySet());
		}
	}

	private static Map<String, String> definitions(String text) {
		Map<String, String> definitions = new TreeMap<>();
		DEFINITION.matcher(text).results().forEach((line) -> definitions.put(line.group(1), line.group(2)));
		return definitions;
	}

	private static void assertLeadsSomewhere(Path page, String target) throws IOException {
		String[] parts = target.split("#", 2);
		Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
		assertThat(file).as("%s in %s%s", target, page, elsewhere(file)).exists().startsWith(ROOT);
		assertThat(file.toString()).as("%s in %s is generated", target, page).doesNotContain("/target/");
		if (parts.length == 2) {
			assertThat(anchors(file)).as("%s in %s", target, page).contains(parts[1]);
		}
	}

	/** Where a file is that was moved. */
	private static String elsewhere(Path file) throws IOException {
		if (Files.exists(file)) {
			return "";
		}
		try (Stream<Path> files = sources()) {
			return files.filter((source) -> source.endsWith(file.getFileName()))
				.map((source) -> " (there is " + ROOT.relativize(source) + ")")
				.collect(Collectors.joining());
		}
	}

	/** What GitHub makes of the headings of a page. */
	private static Set<String> anchors(Path page) throws IOException {
		String text = BLOCK.matcher(Files.readString(page)).replaceAll("");
		Map<String, Integer> times = new HashMap<>();
		Set<String> anchors = new HashSet<>();
		HEADING.matcher(text).results().forEach((heading) -> {
			String anchor = heading.group(1)
				.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
				.toLowerCase(Locale.ROOT)
				.replaceAll("[^\\p{L}\\p{N}_ -]", "")
				.replace(' ', '-');
			int before = times.merge(anchor, 1, Integer::sum) - 1;
			anchors.add((before == 0) ? anchor : anchor + "-" + before);
		});
		return anchors;
	}

	/** Each links to the tests that hold it. */
	@Test
	void eachBehaviourNamesItsTests() throws IOException {
		String page = Files.readString(ROOT.resolve("docs/what-happens-when.md"));
		Map<String, String> definitions = definitions(page);
		assertThat(definitions)
			.allSatisfy((name, file) -> assertThat(file).endsWith("/src/test/java/" + pathOf(file, name)));
		List<String> behaviours = Arrays.asList(page.split("(?m)^## "));
		assertThat(behaviours).hasSizeGreaterThan(28);
		for (String behaviour : behaviours.subList(1, behaviours.size())) {
			String heading = behaviour.lines().findFirst().orElseThrow();
			List<String> tests = behaviour.lines().filter((line) -> line.startsWith("Tests: ")).toList();
			assertThat(tests).as(heading).hasSize(1);
			List<String> names = REFERENCE.matcher(tests.get(0)).results().map((use) -> use.group(1)).toList();
			assertThat(names).as(heading).isNotEmpty().allMatch(definitions::containsKey);
		}
	}

	private static String pathOf(String file, String name) {
		Matcher path = Pattern.compile(".*/src/test/java/((?:[a-z0-9]+/)*" + name + "\\.java)").matcher(file);
		return path.matches() ? path.group(1) : name + ".java";
	}

	/** As {@code `Type`}, {@code `Type.method`} or {@code `.method`} of the same type. */
	@ParameterizedTest
	@MethodSource("pages")
	void theTestsThatItNamesExist(Path page) throws IOException {
		Map<String, String> tests = tests();
		Set<String> missing = new TreeSet<>();
		String type = "";
		for (MatchResult code : INLINE_CODE.matcher(BLOCK.matcher(Files.readString(page)).replaceAll(""))
			.results()
			.toList()) {
			Matcher named = TEST.matcher(code.group(1).startsWith(".") ? type + code.group(1) : code.group(1));
			if (named.matches()) {
				type = named.group(1);
				if (!exists(tests, type, named.group(2))) {
					missing.add(named.group());
				}
			}
		}
		assertThat(missing).isEmpty();
	}

	private static boolean exists(Map<String, String> tests, String type, String method) {
		String source = tests.get(type);
		if (source == null || method == null) {
			return source != null;
		}
		if (Pattern.compile("\\bvoid " + method + "\\(").matcher(source).find()) {
			return true;
		}
		Matcher parent = Pattern.compile("class " + type + " extends (\\w+)").matcher(source);
		return parent.find() && exists(tests, parent.group(1), method);
	}

	private static Map<String, String> tests() throws IOException {
		try (Stream<Path> files = sources()) {
			return files.filter((file) -> file.toString().replace('\\', '/').contains("/src/test/java/"))
				.collect(Collectors.toMap((file) -> file.getFileName().toString().replace(".java", ""), DocsTests::read,
						String::concat));
		}
	}

	private static Stream<Path> sources() throws IOException {
		List<Path> files = new ArrayList<>();
		try (Stream<Path> modules = Files.list(ROOT)) {
			for (Path sources : modules.map((module) -> module.resolve("src")).filter(Files::isDirectory).toList()) {
				try (Stream<Path> all = Files.walk(sources)) {
					all.filter((file) -> file.toString().endsWith(".java")).forEach(files::add);
				}
			}
		}
		return files.stream();
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Test
	void theMessagesThatAreExplainedAreThoseOfTheLibrary() throws IOException {
		String section = Files.readString(ROOT.resolve("docs/troubleshooting.md"))
			.split("\n## It does not start\n", 2)[1].split("\n## ", 2)[0];
		List<String> messages = section.lines()
			.filter((line) -> line.startsWith("| \""))
			.flatMap((line) -> Pattern.compile("\"([^\"]+)\"").matcher(line.split(" \\| ", 2)[0]).results())
			.map((quoted) -> quoted.group(1))
			.toList();
		assertThat(messages).isNotEmpty();
		String code;
		try (Stream<Path> files = sources()) {
			code = files.filter((file) -> file.toString().replace('\\', '/').contains("/src/main/java/"))
				.map(DocsTests::read)
				.collect(Collectors.joining());
		}
		assertThat(messages).allMatch(code::contains);
	}

	@Test
	void theIndexListsAllPagesAndTheDecisionsAll() throws IOException {
		assertLists(ROOT.resolve("docs/index.md"));
		assertLists(ROOT.resolve("docs/adr/README.md"));
	}

	private static void assertLists(Path list) throws IOException {
		Set<String> listed = LINK.matcher(Files.readString(list))
			.results()
			.map((link) -> link.group(1).replaceFirst("#.*", ""))
			.collect(Collectors.toSet());
		try (Stream<Path> beside = Files.list(list.getParent())) {
			assertThat(beside.filter((file) -> file.toString().endsWith(".md") && !file.equals(list))
				.map((file) -> file.getFileName().toString())).isNotEmpty().isSubsetOf(listed);
		}
	}

	private static void assertCompiles(List<JavaFileObject> sources, Path output) {
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
		boolean compiled = compiler
			.getTask(null, null, problems, List.of("-d", output.toString(), "-proc:none"), null, sources)
			.call();
		assertThat(problems.getDiagnostics()).isEmpty();
		assertThat(compiled).isTrue();
	}

	private static JavaFileObject source(String name, String code) {
		return new SimpleJavaFileObject(URI.create("string:///" + name), JavaFileObject.Kind.SOURCE) {
			@Override
			public CharSequence getCharContent(boolean ignoreEncodingErrors) {
				return code;
			}
		};
	}

}
