package org.fasteners.boot;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;
import org.fasteners.LockHold;
import org.fasteners.LockRegistry;
import org.fasteners.LockTimeoutException;
import org.fasteners.annotation.InterProcessReadLocked;
import org.fasteners.annotation.Locked;
import org.fasteners.process.file.LockedFile;
import org.fasteners.process.file.LockOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the response to a web request whose lock is not acquired in time, from real
 * servlet and reactive servers.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class ProblemDetailsIntegrationTests {

	private static final String ON = "fasteners.web.problem-details=true";

	private final HttpClient client = HttpClient.newHttpClient();

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	private ConfigurableApplicationContext start(WebApplicationType type, Class<?> configuration, String... settings) {
		return Start.webApplication(type, configuration,
				Stream.concat(Stream.of("server.port=0", "server.address=127.0.0.1",
						"fasteners.lock-directory=" + this.temp.resolve("locks"), "fasteners.default-timeout=0"),
						Stream.of(settings))
					.toArray(String[]::new));
	}

	/** Send a request while another thread holds the locks. */
	private HttpResponse<String> get(ConfigurableApplicationContext context, String path, String... headers)
			throws IOException, InterruptedException {
		LockRegistry registry = context.getBean(LockRegistry.class);
		HttpRequest.Builder request = HttpRequest.newBuilder(
				URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port") + path));
		if (headers.length > 0) {
			request.headers(headers);
		}
		try (LockHold thread = registry.lock("catalog").acquire();
				LockHold process = registry.interProcessLock("shows/hamlet").acquire();
				LockHold permits = registry.interProcessSemaphore("reports", 3).acquire(2)) {
			return this.client.send(request.timeout(Duration.ofSeconds(60)).build(), BodyHandlers.ofString());
		}
	}

	private static void assertProblem(HttpResponse<String> response, String lock, String detail) {
		assertThat(response.statusCode()).isEqualTo(503);
		assertThat(response.headers().firstValue("Content-Type"))
			.hasValueSatisfying((type) -> assertThat(type).startsWith("application/problem+json"));
		Map<String, Object> body = JsonPath.read(response.body(), "$");
		assertThat(body).containsEntry("title", "Service Unavailable")
			.containsEntry("status", 503)
			.containsEntry("detail", detail)
			.containsEntry("lock", lock);
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void theResponseNamesTheLockButNoInternals(WebApplicationType type, CapturedOutput output) throws Exception {
		try (ConfigurableApplicationContext context = start(type, Office.class, ON)) {
			HttpResponse<String> response = get(context, "/reload");
			assertProblem(response, "catalog", "Could not lock 'catalog' for writing within 20ms");
			assertThat(JsonPath.<Map<String, Object>>read(response.body(), "$"))
				.containsOnlyKeys(keys(response.body(), "title", "status", "detail", "lock"));
			assertThat(response.body()).doesNotContain("Office", "thread", "pid", "held", "java");
			assertProblem(get(context, "/sell"), "shows/hamlet", "Could not lock 'shows/hamlet' for reading at once");
			assertProblem(get(context, "/print"), "reports", "Could not get 2 of 3 permits of 'reports' at once");
		}
		assertThat(output.getAll().lines().filter((line) -> line.contains("Could not lock 'catalog'"))).singleElement()
			.asString()
			.contains("WARN", "in Clerk.reload(); held for writing by thread '");
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void theResponseHasRetryAfter(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = start(type, Office.class, ON)) {
			assertThat(get(context, "/reload").headers().allValues("Retry-After")).containsExactly("1");
		}
		for (String set : List.of("2", "1500ms", "PT2S")) {
			try (ConfigurableApplicationContext context = start(type, Office.class, ON,
					"fasteners.web.retry-after=" + set)) {
				assertThat(get(context, "/reload").headers().allValues("Retry-After")).as(set).containsExactly("2");
			}
		}
		try (ConfigurableApplicationContext context = start(type, Office.class, ON, "fasteners.web.retry-after=0")) {
			assertThat(get(context, "/reload").headers().allValues("Retry-After")).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void theResponseHasTheNameOfAFileButNotItsDirectory(WebApplicationType type, CapturedOutput output)
			throws Exception {
		Path file = this.temp.resolve("tally.txt");
		try (ConfigurableApplicationContext context = start(type, Office.class, ON);
				LockedFile held = LockedFile.open(file, CREATE, WRITE)) {
			assertThat(held).isNotNull();
			HttpResponse<String> response = get(context,
					"/file?path=" + URLEncoder.encode(file.toString(), StandardCharsets.UTF_8));
			assertProblem(response, "tally.txt", "Could not lock 'tally.txt' for writing at once");
			assertThat(response.body()).doesNotContain(this.temp.toString());
		}
		assertThat(output).as("the log").contains("tally.txt' for writing at once").contains(this.temp.toString());
	}

	@ParameterizedTest
	@ValueSource(strings = { "off", "no", "0" })
	void eachSpellingOfFalseSwitchesItOff(String value) {
		new WebApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(FastenersAutoConfiguration.class, FastenersWebAutoConfiguration.class))
			.withPropertyValues("fasteners.web.problem-details=" + value)
			.run((context) -> assertThat(context).doesNotHaveBean(LockTimeoutHandler.class));
	}

	/** A response may also have the members type and instance. */
	private static String[] keys(String body, String... keys) {
		Map<String, Object> all = JsonPath.read(body, "$");
		return Stream.concat(Stream.of(keys), Stream.of("type", "instance").filter(all::containsKey))
			.toArray(String[]::new);
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void withShowHolderTheResponseNamesTheHolder(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = start(type, Office.class, ON, "fasteners.web.show-holder=true")) {
			HttpResponse<String> response = get(context, "/reload");
			assertProblem(response, "catalog", "Could not lock 'catalog' for writing within 20ms");
			assertThat(JsonPath.<String>read(response.body(), "$.holder")).isEqualTo("thread '%s'",
					Thread.currentThread().getName());
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void namesAreEscapedAndCut(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = start(type, Office.class, ON)) {
			LockRegistry registry = context.getBean(LockRegistry.class);
			String key = "a\r\n\u202e<b>" + "x".repeat(100);
			try (LockHold hold = registry.lock("orders", key).acquire()) {
				HttpResponse<String> response = get(context, "/order?key=a%0D%0A%E2%80%AE%3Cb%3E" + "x".repeat(100),
						"Accept", "text/html");
				assertProblem(response, "orders[" + key + "]", "Could not lock 'orders[a\\u000d\\u000a\\u202e<b>"
						+ "x".repeat(66) + "...' for writing at once");
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void byDefaultThereAreNoProblemDetails(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = start(type, Office.class)) {
			HttpResponse<String> response = get(context, "/reload");
			assertThat(response.statusCode()).isEqualTo(500);
			assertThat(response.body()).doesNotContain("Could not lock");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void aHandlerOfAnOrderBelowZeroGoesFirst(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = start(type, OwnHandler.class, ON)) {
			HttpResponse<String> response = get(context, "/reload");
			assertThat(response.statusCode()).isEqualTo(423);
			assertThat(response.body()).isEqualTo("taken: catalog");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void aHandlerOfAllExceptionsWithoutAnOrderGoesLast(WebApplicationType type) throws Exception {
		try (ConfigurableApplicationContext context = start(type, CatchAll.class, ON)) {
			assertProblem(get(context, "/reload"), "catalog", "Could not lock 'catalog' for writing within 20ms");
			assertThat(get(context, "/fail").statusCode()).isEqualTo(418);
		}
	}

	@Test
	void theHandlerIsABeanOnlyIfConfigured() {
		AutoConfigurations web = AutoConfigurations.of(FastenersWebAutoConfiguration.class);
		new WebApplicationContextRunner().withConfiguration(web)
			.withPropertyValues(ON)
			.run((context) -> assertThat(context).hasSingleBean(LockTimeoutHandler.class));
		new ReactiveWebApplicationContextRunner().withConfiguration(web)
			.withPropertyValues(ON)
			.run((context) -> assertThat(context).hasSingleBean(LockTimeoutHandler.class));
		new WebApplicationContextRunner().withConfiguration(web)
			.run((context) -> assertThat(context).doesNotHaveBean(LockTimeoutHandler.class));
		new WebApplicationContextRunner().withConfiguration(web)
			.withPropertyValues("fasteners.web.problem-details=false")
			.run((context) -> assertThat(context).doesNotHaveBean(LockTimeoutHandler.class));
		new ApplicationContextRunner().withConfiguration(web)
			.withPropertyValues(ON)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LockTimeoutHandler.class));
		new ApplicationContextRunner().withConfiguration(web)
			.withPropertyValues(ON)
			.withClassLoader(new FilteredClassLoader("org.springframework.web", "org.springframework.http"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LockTimeoutHandler.class));
	}

	@Configuration(proxyBeanMethods = false)
	static class Office {

		@Bean
		Clerk clerk(LockRegistry registry) {
			return new Clerk(registry);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Office.class, Rude.class })
	static class OwnHandler {

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Office.class, Teapot.class })
	static class CatchAll {

	}

	@RestController
	static class Clerk {

		private final LockRegistry registry;

		Clerk(LockRegistry registry) {
			this.registry = registry;
		}

		@GetMapping("/reload")
		@Locked(value = "catalog", timeout = "20ms")
		String reload() {
			return "reloaded";
		}

		@GetMapping("/sell")
		@InterProcessReadLocked(value = "shows/hamlet", timeout = "0")
		String sell() {
			return "sold";
		}

		@GetMapping("/print")
		String print() {
			try (LockHold permits = this.registry.interProcessSemaphore("reports", 3).acquire(2)) {
				return "printed";
			}
		}

		@GetMapping("/order")
		String order(@RequestParam("key") String key) {
			try (LockHold hold = this.registry.lock("orders", key).acquire()) {
				return "ordered";
			}
		}

		@GetMapping("/file")
		String file(@RequestParam("path") String path) throws IOException {
			try (LockedFile file = LockedFile.open(Path.of(path), WRITE, LockOption.timeout(Duration.ZERO))) {
				return "locked";
			}
		}

		@GetMapping("/fail")
		String fail() {
			throw new IllegalStateException("failed");
		}

	}

	@RestControllerAdvice
	@Order(-1)
	static class Rude {

		@ExceptionHandler
		ResponseEntity<String> taken(LockTimeoutException ex) {
			return ResponseEntity.status(423).body("taken: " + ex.lockName());
		}

	}

	@RestControllerAdvice
	static class Teapot {

		@ExceptionHandler
		ProblemDetail any(Exception ex) {
			return ProblemDetail.forStatusAndDetail(HttpStatus.I_AM_A_TEAPOT, ex.toString());
		}

	}

}
