package org.fasteners.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * The list of planted bugs keeps up with the sources and the documentation. Whether the
 * tests catch them, {@link SabotageProcessTests} shows.
 */
class PlantedBugTests {

	static List<PlantedBug> bugs() {
		return PlantedBug.all();
	}

	@ParameterizedTest
	@MethodSource("bugs")
	void thePlaceOfTheBugIsThere(PlantedBug bug) throws IOException {
		assertThat(bug.changes()).isNotEmpty();
		for (Map.Entry<Path, String> source : bug.sabotaged().entrySet()) {
			assertThat(source.getValue()).isNotEqualTo(Files.readString(source.getKey()));
		}
	}

	@ParameterizedTest
	@MethodSource("bugs")
	void theTestThatCatchesTheBugIsThere(PlantedBug bug) {
		assertThatNoException().isThrownBy(() -> NamedTests.find(bug.test()));
	}

	@Test
	void theListInTheDocumentationIsThisOne() throws IOException {
		String list = Files.readString(Path.of("..", "docs", "planted-bugs.md"));
		String section = list.substring(list.indexOf("## Between processes"));
		List<String> rows = new ArrayList<>();
		Matcher row = Pattern.compile("\\| (.+) \\| `(\\w+\\.\\w+)`( \\(hangs\\))? \\|").matcher(section);
		while (row.find()) {
			rows.add(row.group());
		}
		assertThat(rows).containsExactlyElementsOf(bugs().stream()
			.map((bug) -> String.format(Locale.ROOT, "| %s | `%s`%s |", bug.name(), bug.test(),
					bug.hangs() ? " (hangs)" : ""))
			.toList());
	}

}
