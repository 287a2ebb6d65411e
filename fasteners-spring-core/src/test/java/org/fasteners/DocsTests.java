package org.fasteners;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The Java code of the README compiles, and its tests are there.
 */
class DocsTests {

	private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

	/** A line at the end that says where a name leads to. */
	private static final Pattern LINK = Pattern.compile("(?m)^\\[(\\w+)]: (\\S+)$");

	private static final Pattern TESTS = Pattern.compile("\\[(\\w+(?:Tests|Contract))]");

	private static final String TABLE = "\\| Python \\| here \\|\n\\|---\\|---\\|\n";

	/** An annotation, a call or a block; not a mere name. */
	private static final Pattern CODE = Pattern.compile("`(@[^`]+|[^`]+[)}])`");

	/** What the section before the table says that names stand for. */
	private static final String NAMES = "LockRegistry registry, ReaderWriterLock lock, ExclusiveLock single, SharedExclusiveLock shared, LockedFile file, Path path, FileChannel channel";

	private static final String IMPORTS = """
			package readme;
			import java.io.IOException;
			import java.nio.channels.FileChannel;
			import java.nio.charset.StandardCharsets;
			import java.nio.file.Path;
			import java.time.Duration;
			import java.util.List;
			import java.util.concurrent.*;
			import org.fasteners.*;
			import org.fasteners.annotation.*;
			import org.fasteners.config.*;
			import org.fasteners.process.*;
			import org.fasteners.process.file.*;
			import org.fasteners.registry.*;
			import org.fasteners.thread.*;
			import org.springframework.context.annotation.*;
			import org.springframework.stereotype.*;
			import static java.nio.file.StandardOpenOption.*;
			""";

	@Test
	void itsJavaCodeCompiles(@TempDir Path output) throws IOException {
		List<JavaFileObject> sources = new ArrayList<>();
		Matcher blocks = BLOCK.matcher(readme());
		while (blocks.find()) {
			sources.add(source(String.format(Locale.ROOT, "Block%d.java", sources.size()), IMPORTS + blocks.group(1)));
		}
		assertThat(sources).hasSizeGreaterThanOrEqualTo(3);
		assertCompiles(sources, output);
	}

	/** In each row at least one piece of code, and all of them. */
	@Test
	void itsTableForThoseWhoKnowPythonCompiles(@TempDir Path output) throws IOException {
		String table = readme().split(TABLE, 2)[1].split("\n\n", 2)[0];
		List<String> members = new ArrayList<>();
		for (String row : table.lines().toList()) {
			String here = row.split("(?<!\\\\)\\|", -1)[2];
			List<String> code = CODE.matcher(here).results().map((found) -> found.group(1)).toList();
			assertThat(code).as(row).hasSizeGreaterThanOrEqualTo(here.isBlank() ? 0 : 1);
			code.forEach((piece) -> members.add(member(piece, members.size())));
		}
		assertThat(members).hasSizeGreaterThan(40);
		assertCompiles(List.of(source("Rows.java", IMPORTS + "class Rows {\n" + String.join("\n", members) + "\n}")),
				output);
	}

	private static String member(String code, int number) {
		return code.startsWith("@") ? String.format(Locale.ROOT, "%s void row%d() { }", code, number)
				: String.format(Locale.ROOT, "void row%d(%s) throws Exception { %s; }", number, NAMES, code);
	}

	/** Each links to the tests that hold it, and they are there. */
	@Test
	void eachBehaviourNamesItsTests() throws IOException {
		Map<String, String> links = new HashMap<>();
		LINK.matcher(readme()).results().forEach((link) -> links.put(link.group(1), link.group(2)));
		assertThat(links).isNotEmpty()
			.allSatisfy((name, file) -> assertThat(Path.of("..", file)).as(name).isRegularFile());
		List<String> behaviours = readme().split("\n## Behaviour\n", 2)[1].split("\n## ", 2)[0].lines()
			.filter((line) -> line.matches("\\d+\\. .*"))
			.toList();
		assertThat(behaviours).hasSizeGreaterThan(20);
		for (int i = 0; i < behaviours.size(); i++) {
			String behaviour = behaviours.get(i);
			assertThat(behaviour).startsWith(String.format(Locale.ROOT, "%d. **", i + 1));
			List<String> tests = TESTS.matcher(behaviour).results().map((found) -> found.group(1)).toList();
			assertThat(tests).as(behaviour).isNotEmpty().allMatch(links::containsKey);
		}
	}

	private static String readme() throws IOException {
		return Files.readString(Path.of("..", "README.md"));
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
