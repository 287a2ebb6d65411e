package org.fasteners.boot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The settings that README and guide name exist, and {@code docs/configuration.md} lists
 * them all. Needs the sources.
 */
class SettingsPageTests {

	private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	private static final Pattern YAML = Pattern.compile("(?ms)^```yaml\n(fasteners:\n.*?)^```$");

	private static final Pattern BLOCK = Pattern.compile("(?ms)^```.*?^```$");

	private static final Pattern CODE = Pattern.compile("`(fasteners\\.[a-z][^`]*|\\.[a-z][a-z-]*)`");

	/** What there may be below each name of a lock. */
	private static final Map<String, List<String>> OF_A_LOCK = Map.of("fasteners.locks",
			List.of("timeout", "preference"), "fasteners.process.locks", List.of("timeout", "preference", "permits"));

	static List<Path> pages() throws IOException {
		try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
			return Stream
				.concat(Stream.of(ROOT.resolve("README.md")),
						docs.filter((file) -> file.toString().endsWith(".md")).sorted())
				.toList();
		}
	}

	@ParameterizedTest
	@MethodSource("pages")
	void theYamlBinds(Path page) throws IOException {
		for (MatchResult block : YAML.matcher(Files.readString(page)).results().toList()) {
			MutablePropertySources sources = new MutablePropertySources();
			new YamlPropertySourceLoader()
				.load("page", new ByteArrayResource(block.group(1).getBytes(StandardCharsets.UTF_8)))
				.forEach(sources::addLast);
			FastenersProperties properties = new Binder(ConfigurationPropertySources.from(sources))
				.bind("fasteners", Bindable.of(FastenersProperties.class),
						new NoUnboundElementsBindHandler(BindHandler.DEFAULT))
				.get();
			assertThat(properties).isNotNull();
		}
	}

	/** Some stand for several: {@code `fasteners.process.pause.first`, `.longest`}. */
	@ParameterizedTest
	@MethodSource("pages")
	void theSettingsThatItNamesExist(Path page) throws IOException {
		assertThat(legal()).containsAll(named(page));
	}

	@Test
	void allSettingsAreListed() throws IOException {
		assertThat(named(ROOT.resolve("docs/configuration.md"))).isEqualTo(legal());
	}

	@Test
	void theDefaultsAreThoseOfTheMetadata() throws IOException {
		Map<String, String> listed = new LinkedHashMap<>();
		Pattern.compile("(?m)^\\| `(fasteners\\.[a-z.-]+)` \\| `([^`]+)` \\|")
			.matcher(Files.readString(ROOT.resolve("docs/configuration.md")))
			.results()
			.forEach((row) -> listed.put(row.group(1), row.group(2)));
		Map<String, String> defaults = new LinkedHashMap<>();
		metadata().forEach((property) -> {
			if (property.containsKey("defaultValue")) {
				defaults.put(String.valueOf(property.get("name")), String.valueOf(property.get("defaultValue")));
			}
		});
		assertThat(listed).hasSizeGreaterThan(8)
			.allSatisfy((name, value) -> assertThat(value).as(name).isEqualTo(defaults.get(name)));
	}

	private static Set<String> named(Path page) throws IOException {
		Set<String> named = new TreeSet<>();
		for (String line : BLOCK.matcher(Files.readString(page)).replaceAll("").lines().toList()) {
			String before = "";
			for (MatchResult code : CODE.matcher(line).results().toList()) {
				String name = code.group(1).replaceFirst("[:=].*", "").replaceAll("\\[[^]]*]", "[]");
				if (!name.startsWith(".")) {
					before = name;
					named.add(name);
				}
				else if (!before.isEmpty()) {
					named.add(before.substring(0, before.lastIndexOf('.')) + name);
				}
			}
		}
		return named;
	}

	private static Set<String> legal() throws IOException {
		Set<String> legal = new TreeSet<>();
		for (Map<String, Object> property : metadata()) {
			String name = String.valueOf(property.get("name"));
			if (OF_A_LOCK.containsKey(name)) {
				OF_A_LOCK.get(name).forEach((setting) -> legal.add(name + ".[]." + setting));
			}
			else {
				legal.add(name);
			}
		}
		return legal;
	}

	private static List<Map<String, Object>> metadata() throws IOException {
		List<Map<String, Object>> properties = new ArrayList<>();
		for (Resource resource : new PathMatchingResourcePatternResolver()
			.getResources("classpath*:META-INF/spring-configuration-metadata.json")) {
			List<Map<String, Object>> ours = JsonPath.read(resource.getContentAsString(StandardCharsets.UTF_8),
					"$.properties[?(@.name =~ /fasteners\\..*/)]");
			properties.addAll(ours);
		}
		assertThat(properties).isNotEmpty();
		return properties;
	}

}
