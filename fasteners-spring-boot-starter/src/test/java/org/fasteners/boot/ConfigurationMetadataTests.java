package org.fasteners.boot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.jayway.jsonpath.JsonPath;
import org.fasteners.interceptor.LockAdvice;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the metadata that editors show for the settings.
 */
class ConfigurationMetadataTests {

	private final List<Map<String, Object>> properties;

	ConfigurationMetadataTests() throws IOException {
		this.properties = new ArrayList<>();
		for (Resource resource : new PathMatchingResourcePatternResolver()
			.getResources("classpath*:META-INF/spring-configuration-metadata.json")) {
			String json = resource.getContentAsString(StandardCharsets.UTF_8);
			List<Map<String, Object>> ours = JsonPath.read(json, "$.properties[?(@.name =~ /fasteners\\..*/)]");
			this.properties.addAll(ours);
		}
	}

	@Test
	void allSettingsAreThere() {
		assertThat(this.properties).extracting((property) -> property.get("name"))
			.containsExactlyInAnyOrder("fasteners.enabled", "fasteners.lock-directory", "fasteners.default-timeout",
					"fasteners.validation", "fasteners.locks", "fasteners.aop.order", "fasteners.web.problem-details",
					"fasteners.web.show-holder", "fasteners.web.retry-after", "fasteners.process.locks",
					"fasteners.process.access", "fasteners.process.allow-network-file-system",
					"fasteners.process.file.protocol", "fasteners.process.preference", "fasteners.process.key-files",
					"fasteners.process.watchdog-interval", "fasteners.process.pause.first",
					"fasteners.process.pause.longest", "fasteners.process.pause.long-wait",
					"fasteners.process.pause.longest-of-long-wait");
	}

	@Test
	void eachSettingHasATypeAndADescription() {
		assertThat(this.properties).isNotEmpty().allSatisfy((property) -> {
			assertThat((String) property.get("type")).isNotBlank();
			assertThat((String) property.get("description")).isNotBlank().endsWith(".").doesNotContain("{@", "<");
		});
	}

	@Test
	void descriptionsOfMapsShowTheBrackets() {
		assertThat(this.properties).filteredOn((property) -> String.valueOf(property.get("name")).endsWith(".locks"))
			.hasSize(2)
			.allSatisfy((property) -> {
				assertThat((String) property.get("type")).startsWith("java.util.Map<");
				assertThat((String) property.get("description")).contains(property.get("name") + ".[")
					.contains("].timeout")
					.contains("preference");
			});
	}

	private void assertDefault(String name, Object value) {
		assertThat(this.properties).filteredOn((property) -> name.equals(property.get("name")))
			.singleElement()
			.satisfies((property) -> assertThat(property).containsEntry("defaultValue", value)
				.containsKeys("type", "description"));
	}

	@Test
	void defaultValuesAreListed() {
		assertThat(this.properties).filteredOn((property) -> "fasteners.enabled".equals(property.get("name")))
			.singleElement()
			.satisfies((property) -> assertThat(property).containsEntry("defaultValue", true));
		assertThat(this.properties).filteredOn((property) -> "fasteners.process.access".equals(property.get("name")))
			.singleElement()
			.satisfies((property) -> assertThat(property).containsEntry("defaultValue", "owner"));
		assertThat(this.properties).filteredOn((property) -> "fasteners.validation".equals(property.get("name")))
			.singleElement()
			.satisfies((property) -> assertThat(property).containsEntry("defaultValue", "fail"));
		assertThat(this.properties)
			.filteredOn((property) -> List.of("fasteners.web.problem-details", "fasteners.web.show-holder")
				.contains(property.get("name")))
			.hasSize(2)
			.allSatisfy((property) -> assertThat(property).containsEntry("defaultValue", false));
		assertDefault("fasteners.web.retry-after", "1s");
		assertDefault("fasteners.aop.order", LockAdvice.DEFAULT_ORDER);
		assertDefault("fasteners.process.preference", "fair");
		assertDefault("fasteners.process.pause.first", "20us");
		assertThat(this.properties).filteredOn((property) -> "fasteners.lock-directory".equals(property.get("name")))
			.singleElement()
			.satisfies((property) -> assertThat(property).doesNotContainKey("defaultValue")
				.containsEntry("type", "java.lang.String"));
	}

}
