package org.fasteners.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * {@code docs/peer-defects.md} names tests that there are. Needs the sources.
 */
class PeerDefectsPageTests {

	private static final Path ROOT = Path.of("..");

	private static final Path PAGE = ROOT.resolve("docs").resolve("peer-defects.md");

	private static final Pattern NAMED = Pattern.compile("`(\\w+)#(\\w+)`");

	private static final Pattern TEST = Pattern.compile("@(?:Test|ParameterizedTest)\\b.*?\\bvoid (\\w+)\\(",
			Pattern.DOTALL);

	@Test
	void theTestsThatItNamesAreThere() throws IOException {
		assumeThat(PAGE).exists();
		Map<String, Path> sources = sources();
		assertThat(named()).isNotEmpty().allSatisfy((test) -> {
			String[] classAndMethod = test.split("#", 2);
			assertThat(sources).containsKey(classAndMethod[0]);
			assertThat(testsIn(sources.get(classAndMethod[0]))).contains(classAndMethod[1]);
		});
	}

	@Test
	void itNamesAllThatAreAboutPeersAlone() throws IOException {
		assumeThat(PAGE).exists();
		String type = PeerDefectsIntegrationTests.class.getSimpleName();
		assertThat(named())
			.containsAll(testsIn(sources().get(type)).stream().map((test) -> type + "#" + test).toList());
	}

	private static Set<String> named() throws IOException {
		return NAMED.matcher(Files.readString(PAGE))
			.results()
			.map((match) -> match.group(1) + "#" + match.group(2))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static Set<String> testsIn(Path source) {
		try {
			return TEST.matcher(Files.readString(source))
				.results()
				.map((match) -> match.group(1))
				.collect(Collectors.toCollection(TreeSet::new));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Map<String, Path> sources() throws IOException {
		try (Stream<Path> core = Files.walk(ROOT.resolve("fasteners-spring-core").resolve("src").resolve("test"));
				Stream<Path> starter = Files.walk(Path.of("src", "test"))) {
			return Stream.concat(starter, core)
				.filter((path) -> path.toString().endsWith(".java"))
				.collect(Collectors.toMap((path) -> path.getFileName().toString().replace(".java", ""),
						Function.identity(), (first, second) -> first));
		}
	}

}
