package org.fasteners.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class BoxOfficeTests {

	@Test
	void salesAreLinesOfTheFileOfTheShow(@TempDir Path directory) throws Exception {
		BoxOffice boxOffice = new BoxOffice(properties(directory, "hamlet", 3));
		assertThat(boxOffice.sell("hamlet", 2, 30)).containsExactly(1, 2);
		assertThat(boxOffice.sell("hamlet", 2, 30)).isEmpty();
		assertThat(boxOffice.sell("hamlet", 1, 45)).containsExactly(3);
		long pid = ProcessHandle.current().pid();
		assertThat(directory.resolve("shows")).isDirectoryNotContaining("glob:**.tmp");
		assertThat(Files.readAllLines(directory.resolve("shows/hamlet.csv"))).containsExactly("1,30," + pid,
				"2,30," + pid, "3,45," + pid);
	}

	@Test
	void seatsInTheFileAreSold(@TempDir Path directory) throws Exception {
		Path shows = Files.createDirectory(directory.resolve("shows"));
		Files.write(shows.resolve("hamlet.csv"), List.of("1,30,4242", "2,45,4243"));
		BoxOffice boxOffice = new BoxOffice(properties(directory, "hamlet", 3));
		assertThat(boxOffice.shows()).containsExactly(new Show("hamlet", 3, 2, null));
		assertThat(boxOffice.show("hamlet"))
			.isEqualTo(new Show("hamlet", 3, 2, List.of(new Sale(1, 30, 4242), new Sale(2, 45, 4243))));
		assertThat(boxOffice.sell("hamlet", 1, 30)).containsExactly(3);
	}

	@Test
	void anUnknownShowHasNoFile(@TempDir Path directory) throws Exception {
		BoxOffice boxOffice = new BoxOffice(properties(directory, "hamlet", 3));
		assertThatIllegalArgumentException().isThrownBy(() -> boxOffice.sell("../hamlet", 1, 30))
			.withMessageContaining("../hamlet");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".", "..", "../hamlet", "a/b", "a\\b", "Hamlet", "hamlet.csv", "-", "a--b", "hämlet" })
	void aShowWithAnInvalidNameIsRefused(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> properties(Path.of("."), name, 3))
			.withMessageContaining("'" + name + "'");
	}

	@Test
	void aShowWithoutSeatsIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> properties(Path.of("."), "hamlet", 0))
			.withMessageContaining("'hamlet'");
	}

	private static BoxOfficeProperties properties(Path directory, String show, int seats) {
		return new BoxOfficeProperties(directory, 30, Map.of(show, seats));
	}

}
