package org.fasteners.interceptor;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.fasteners.LockMisuseException.Finding;
import org.fasteners.LockRegistry;
import org.fasteners.annotation.InterProcessLimited;
import org.fasteners.annotation.InterProcessLocked;
import org.fasteners.annotation.Locked;
import org.fasteners.annotation.ReadLocked;
import org.fasteners.config.EnableFasteners;
import org.fasteners.registry.LockRegistries;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Names that are meant as expressions are refused with what to write instead.
 */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class LockNamesIntegrationTests {

	private final List<Finding> findings;

	LockNamesIntegrationTests(@TempDir Path directory) {
		try (AnnotationConfigApplicationContext context = context(directory, Misnamed.class)) {
			this.findings = Refusal.of(context).findings();
		}
	}

	private static AnnotationConfigApplicationContext context(Path directory, Class<?> bean) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.registerBean(LockRegistry.class, () -> LockRegistries.builder().lockDirectory(directory).build());
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test", Map.of("blank", " orders", "expression", "#id", "nothing", "  ")));
		context.register(Annotations.class, bean);
		return context;
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', value = {
			"parameter | \"#id\" looks like an expression | Write key = \"#id\" and a plain name",
			"prefix | \"order-#id\" looks like an expression | Write key = \"#id\" and a plain name, as in value = \"order\"",
			"template | \"order:#{#id}\" looks like an expression | key = \"#id\" and a plain name, as in value = \"order\"",
			"property | looks like an expression | key = \"#order.id\"",
			"root | looks like an expression | key = \"#root.target\"",
			"bean | looks like an expression | key = \"@clock.zone\"",
			"type | looks like an expression | key = \"T(java.time.Clock).systemUTC()\"",
			"text | with its quotes | Write \"orders\"", "before | begins or ends with a blank | Write \"orders\"",
			"after | begins or ends with a blank | Write \"orders\"",
			"placeholder | begins or ends with a blank | Write \"orders\"",
			"replaced | \"#id\" looks like an expression | Write key = \"#id\"",
			"nothing | must not be empty or blank when its placeholders are replaced | Write the name",
			"file | looks like an expression | as in value = \"shows\"",
			"fileWithBlank | begins or ends with a blank | Write \"shows/hamlet\"",
			"semaphore | looks like an expression | interProcessSemaphore(path, permits)" })
	void aNameThatIsMeantAsAnExpressionIsRefusedWithTheFix(String method, String cause, String fix) {
		assertThat(this.findings).filteredOn((finding) -> finding.place().equals("Misnamed." + method + "()"))
			.singleElement()
			.satisfies((finding) -> Refusal.assertFinding(finding, "Misnamed." + method + "()", cause, fix));
	}

	@Test
	void namesWithOtherSignsAreNames(@TempDir Path directory) {
		try (AnnotationConfigApplicationContext context = context(directory, Named.class)) {
			context.refresh();
			context.getBean(Named.class).sharp();
		}
	}

	@Test
	void inCodeANameIsAnyText() {
		try (LockRegistry registry = LockRegistries.builder().build()) {
			registry.lock("#id").acquire().close();
			registry.lock(" order-#{id} ").acquire().close();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableFasteners
	static class Annotations {

	}

	static class Misnamed {

		@Locked("#id")
		void parameter(String id) {
		}

		@ReadLocked("order-#id")
		void prefix(String id) {
		}

		@Locked("order:#{#id}")
		void template(String id) {
		}

		@Locked("#order.id")
		void property(String order) {
		}

		@Locked("#root.target")
		void root() {
		}

		@Locked("@clock.zone")
		void bean() {
		}

		@Locked("T(java.time.Clock).systemUTC()")
		void type() {
		}

		@Locked("'orders'")
		void text() {
		}

		@Locked(" orders")
		void before() {
		}

		@Locked("orders\t")
		void after() {
		}

		@Locked("${blank}")
		void placeholder() {
		}

		@Locked("${expression}")
		void replaced() {
		}

		@Locked("${nothing}")
		void nothing() {
		}

		@InterProcessLocked("shows/#show")
		void file(String show) {
		}

		@InterProcessLocked("shows/hamlet ")
		void fileWithBlank() {
		}

		@InterProcessLimited(value = "reports-#id", permits = 3)
		void semaphore(String id) {
		}

	}

	static class Named {

		@Locked("C#")
		void sharp() {
		}

		@Locked("issue#42")
		void number() {
		}

		@Locked("two words, and it's one name")
		void words() {
		}

		@Locked("user@host")
		void mail() {
		}

	}

}
