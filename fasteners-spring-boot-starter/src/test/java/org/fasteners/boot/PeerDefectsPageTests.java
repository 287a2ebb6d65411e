package org.fasteners.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests that {@code docs/peer-defects.md} names existing tests. Needs the sources.
 */
class PeerDefectsPageTests {

	private static final Path PAGE = Path.of("..", "docs", "peer-defects.md");

	private static final Pattern NAMED = Pattern.compile("`(\\w+#\\w+)`");

	private static final Pattern TEST = Pattern.compile("@(?:Test|ParameterizedTest)\\b.*?\\bvoid (\\w+)\\(",
			Pattern.DOTALL);

	@BeforeAll
	static void whereTheSourcesAre() {
		assumeThat(PAGE).exists();
	}

	@Test
	void theTestsThatItNamesExist() throws IOException {
		assertThat(named()).isNotEmpty();
		assertThat(tests()).containsAll(named());
	}

	@Test
	void itNamesAllTestsThatAreAboutPeersAlone() throws IOException {
		assertThat(named()).containsAll(tests().stream()
			.filter((test) -> test.startsWith(PeerDefectsIntegrationTests.class.getSimpleName() + "#"))
			.toList());
	}

	private static Set<String> named() throws IOException {
		return NAMED.matcher(Files.readString(PAGE))
			.results()
			.map((match) -> match.group(1))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	/** The tests of core and starter, as {@code Type#method}. */
	private static Set<String> tests() throws IOException {
		try (Stream<Path> core = Files.walk(Path.of("..", "fasteners-spring-core", "src", "test", "java"));
				Stream<Path> starter = Files.walk(Path.of("src", "test", "java"))) {
			return Stream.concat(core, starter)
				.filter((path) -> path.toString().endsWith(".java"))
				.flatMap(PeerDefectsPageTests::testsIn)
				.collect(Collectors.toCollection(TreeSet::new));
		}
	}

	private static Stream<String> testsIn(Path source) {
		String type = source.getFileName().toString().replace(".java", "");
		try {
			return TEST.matcher(Files.readString(source)).results().map((match) -> type + "#" + match.group(1));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
