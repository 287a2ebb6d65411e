package org.fasteners.boot.framework6;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.fasteners.boot.FastenersAutoConfiguration;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that slice tests import the auto-configurations that the application has.
 */
class SliceImportsTests {

	private static final String AUTO_CONFIGURATION = "org.springframework.boot.autoconfigure.AutoConfiguration.imports";

	@Test
	void webSlicesHaveAllAndOthersAllButTheWebAutoConfigurations() throws IOException {
		List<String> all = lines(AUTO_CONFIGURATION);
		List<String> withoutWeb = all.stream().filter((name) -> !name.contains("Web")).toList();
		for (String slice : slices()) {
			assertThat(lines(slice)).as(slice)
				.isEqualTo((slice.endsWith("WebMvc.imports") || slice.endsWith("WebFlux.imports")) ? all : withoutWeb);
		}
	}

	@Test
	void eachSliceIsListedForSpringBoot3And4() throws IOException {
		Set<String> before4 = names("org.springframework.boot.test.autoconfigure.", true);
		Set<String> from4 = names("org.springframework.boot.test.autoconfigure.", false);
		assertThat(before4).hasSize(18).contains("AutoConfigureWebMvc", "AutoConfigureDataJpa");
		// renamed in Spring Boot 4
		before4.remove("AutoConfigureWebClient");
		before4.add("AutoConfigureRestClient");
		assertThat(from4).isEqualTo(before4);
	}

	private static Set<String> names(String prefix, boolean with) throws IOException {
		return slices().stream()
			.filter((slice) -> slice.startsWith(prefix) == with)
			.map((slice) -> slice.substring(slice.indexOf("AutoConfigure", prefix.length()),
					slice.length() - ".imports".length()))
			.collect(Collectors.toSet());
	}

	private static List<String> lines(String name) throws IOException {
		return new ClassPathResource("META-INF/spring/" + name, FastenersAutoConfiguration.class.getClassLoader())
			.getContentAsString(java.nio.charset.StandardCharsets.UTF_8)
			.lines()
			.filter((line) -> line.startsWith("org.fasteners."))
			.toList();
	}

	private static List<String> slices() throws IOException {
		try (Stream<Path> files = Files.list(directory())) {
			return files.map((file) -> file.getFileName().toString())
				.filter((name) -> name.contains(".AutoConfigure") && !name.equals(AUTO_CONFIGURATION))
				.sorted()
				.toList();
		}
	}

	/** The directory of a file that no other library has. */
	private static Path directory() {
		URL file = Objects.requireNonNull(FastenersAutoConfiguration.class.getClassLoader()
			.getResource("META-INF/spring/org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureJdbc.imports"));
		try {
			return Objects.requireNonNull(Path.of(file.toURI()).getParent());
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
