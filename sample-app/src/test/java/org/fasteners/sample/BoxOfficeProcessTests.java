package org.fasteners.sample;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests with two counters of one box office, as separate processes. Each test sells its
 * own show.
 */
@Timeout(120)
class BoxOfficeProcessTests {

	private static Path directory;

	private static Counter first;

	private static Counter second;

	@BeforeAll
	static void openCounters(@TempDir Path temporaryDirectory) throws Exception {
		directory = temporaryDirectory;
		String[] patience = { "--box-office.sale-timeout=1m", "--fasteners.default-timeout=1m" };
		first = open(patience);
		second = open(patience);
	}

	@AfterAll
	static void closeCounters() {
		first.close();
		second.close();
	}

	private static Counter open(String... options) throws Exception {
		List<String> all = new ArrayList<>(List.of(options));
		for (String show : List.of("one-sale=60", "sold-out=60", "rush=300", "taken=60", "priced=60", "reported=60")) {
			all.add("--box-office.shows." + show);
		}
		return Counter.open(directory, all.toArray(String[]::new));
	}

	@Test
	void showsAreListedWithTheirSeats() throws Exception {
		HttpResponse<String> shows = first.get("/api/shows");
		assertThat(shows.statusCode()).isEqualTo(200);
		List<Map<String, Object>> hamlet = JsonPath.read(shows.body(), "$[?(@.show == 'hamlet')]");
		assertThat(hamlet).containsExactly(Map.of("show", "hamlet", "seats", 500, "sold", 0));
	}

	@Test
	void theOtherCounterSeesASaleAndSellsTheNextSeats() throws Exception {
		HttpResponse<String> sale = first.post("/api/shows/one-sale/sales", "{\"seats\":2}");
		assertThat(sale.statusCode()).isEqualTo(201);
		assertThat(sale.body()).isEqualTo("{\"seats\":[1,2]}");
		assertThat(second.sell("one-sale", 1)).containsExactly(3);
		Map<String, Object> show = JsonPath.read(second.get("/api/shows/one-sale").body(), "$");
		assertThat(show).containsEntry("show", "one-sale")
			.containsEntry("seats", 60)
			.containsEntry("sold", 3)
			.containsEntry("sales", List.of(sale(1, first.pid()), sale(2, first.pid()), sale(3, second.pid())));
	}

	private static Map<String, Object> sale(int seat, long counter) {
		return Map.of("seat", seat, "price", 30, "counter", (int) counter);
	}

	@Test
	void moreSeatsThanAreLeftAreNotSold() throws Exception {
		assertThat(first.sell("sold-out", 59)).hasSize(59);
		HttpResponse<String> sale = second.post("/api/shows/sold-out/sales", "{\"seats\":2}");
		assertProblem(sale, 409);
		assertThat(second.sell("sold-out", 1)).containsExactly(60);
		assertThat(first.sell("sold-out", 1)).isEmpty();
	}

	@Test
	void countersInARushSellEverySeatOnce() throws Exception {
		List<Integer> seats = new ArrayList<>();
		int threads = 6;
		ExecutorService customers = Executors.newFixedThreadPool(threads);
		try {
			CyclicBarrier doorsOpen = new CyclicBarrier(threads);
			List<Callable<List<Integer>>> queues = new ArrayList<>();
			for (int i = 0; i < threads; i++) {
				Counter counter = (i % 2 == 0) ? first : second;
				queues.add(() -> {
					doorsOpen.await(1, TimeUnit.MINUTES);
					return buyUntilSoldOut(counter);
				});
			}
			for (Future<List<Integer>> queue : customers.invokeAll(queues)) {
				seats.addAll(queue.get());
			}
		}
		finally {
			customers.shutdownNow();
		}
		assertThat(seats).containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, 300).boxed().toList());
		List<Integer> counters = JsonPath.read(first.get("/api/shows/rush").body(), "$.sales[*].counter");
		assertThat(counters).contains((int) first.pid(), (int) second.pid());
	}

	private static List<Integer> buyUntilSoldOut(Counter counter) throws IOException, InterruptedException {
		List<Integer> bought = new ArrayList<>();
		List<Integer> seats = counter.sell("rush", 1);
		while (!seats.isEmpty()) {
			bought.addAll(seats);
			seats = counter.sell("rush", 1);
		}
		return bought;
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"seats\":0}", "{\"seats\":-1}", "{\"seats\":null}", "{\"seats\":\"two\"}",
			"{\"seats\":1.5}", "{\"seats\":99999999999}", "{}", "{", "[]", "null", "nonsense", "" })
	void anInvalidOrderIsRefused(String body) throws Exception {
		assertProblem(first.post("/api/shows/hamlet/sales", body), 400);
		assertProblem(first.put("/api/prices/hamlet", body.replace("seats", "price")), 400);
	}

	@ParameterizedTest
	@CsvSource({ "cats, 404", "HAMLET, 400", "..., 400", "hamlet.csv, 400", "..%5Cshows, 400" })
	void anUnknownShowIsNotFound(String show, int status) throws Exception {
		assertThat(first.get("/api/shows/" + show).statusCode()).isEqualTo(status);
		assertThat(first.post("/api/shows/" + show + "/sales", "{\"seats\":1}").statusCode()).isEqualTo(status);
		assertThat(first.put("/api/prices/" + show, "{\"price\":1}").statusCode()).isEqualTo(status);
	}

	@Test
	void aPriceIsChangedAtOneCounterAndItsTillCountsIt() throws Exception {
		long before = revenue(first);
		first.sell("priced", 1);
		assertThat(first.put("/api/prices/priced", "{\"price\":45}").statusCode()).isEqualTo(204);
		first.sell("priced", 2);
		assertThat(revenue(first) - before).isEqualTo(30 + 2 * 45);
		assertThat(price(first)).isEqualTo(45);
		assertThat(price(second)).isEqualTo(30);
	}

	private static int price(Counter counter) throws Exception {
		return JsonPath.read(counter.get("/api/prices").body(), "$.priced");
	}

	private static long revenue(Counter counter) throws Exception {
		Integer revenue = JsonPath.read(counter.get("/api/till").body(), "$.revenue");
		return revenue;
	}

	@Test
	void aSaleThatTimesOutNamesTheHolderOfTheLock() throws Exception {
		try (Counter impatient = open("--box-office.sale-timeout=100ms", "--fasteners.default-timeout=200ms")) {
			assertThat(impatient.get("/api/shows").statusCode()).isEqualTo(200);
			whileThisProcessHolds("shows", () -> {
				HttpResponse<String> sale = impatient.post("/api/shows/taken/sales", "{\"seats\":1}");
				assertProblem(sale, 503);
				assertThat(sale.headers().firstValue("Retry-After")).hasValue("1");
				Map<String, Object> problem = JsonPath.read(sale.body(), "$");
				assertThat(problem).containsEntry("lock", "shows");
				assertThat(Duration.parse((String) problem.get("waited")))
					.isGreaterThanOrEqualTo(Duration.ofMillis(100));
				assertThat(problem.get("holder")).asString().contains("pid " + ProcessHandle.current().pid());
				assertProblem(impatient.get("/api/shows"), 503);
				assertProblem(impatient.post("/api/report", ""), 503);
			});
			assertThat(impatient.sell("taken", 1)).containsExactly(1);
		}
	}

	@Test
	void theReportIsWrittenUnlessAnotherProcessWritesIt() throws Exception {
		first.sell("reported", 4);
		assertThat(first.post("/api/report", "").body()).isEqualTo("{\"written\":true}");
		Path report = directory.resolve("data/report.csv");
		assertThat(report).content().contains("reported,60,4,120\n");
		Files.delete(report);
		whileThisProcessHolds("report",
				() -> assertThat(first.post("/api/report", "").body()).isEqualTo("{\"written\":false}"));
		assertThat(report).doesNotExist();
		assertThat(second.post("/api/report", "").body()).isEqualTo("{\"written\":true}");
		assertThat(report).exists();
	}

	/**
	 * Hold the plain lock of the operating system, without the library.
	 */
	@SuppressWarnings("try") // the lock is only closed
	private static void whileThisProcessHolds(String lock, ThrowingRunnable body) throws Exception {
		Path file = directory.resolve("locks").resolve(lock);
		// the file exists after the first counter has used the lock
		assertThat(file).exists();
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE); FileLock held = channel.lock()) {
			body.run();
		}
	}

	private static void assertProblem(HttpResponse<String> response, int status) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat((Integer) JsonPath.read(response.body(), "$.status")).isEqualTo(status);
		assertThat(response.body()).doesNotContain("Exception", "org.fasteners");
	}

	@FunctionalInterface
	private interface ThrowingRunnable {

		void run() throws Exception;

	}

}
