package org.fasteners.sample;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the box office and a cron job with {@code flock(1)} exclude each other.
 */
@Timeout(120)
class CronJobProcessTests {

	@TempDir
	private Path directory;

	private Counter counter;

	@BeforeEach
	void open() throws Exception {
		this.counter = Counter.open(this.directory, "--fasteners.process.file.protocol=flock",
				"--box-office.sale-timeout=100ms", "--box-office.shows.rush=100000");
	}

	@AfterEach
	void close() {
		this.counter.close();
	}

	@Test
	void noCounterSellsDuringABackUp() throws Exception {
		this.counter.sell("hamlet", 2);
		Path archive = this.directory.resolve("archive");
		assertThat(run("mkfifo", archive.toString()).waitFor()).isZero();
		// the job holds the lock, and continues when this test reads the pipe
		Process backUp = backUp(archive);
		HttpResponse<String> sale = sale();
		while (sale.statusCode() == 201) {
			sale = sale();
		}
		assertThat(sale.statusCode()).isEqualTo(503);
		assertThat(JsonPath.<String>read(sale.body(), "$.holder")).contains("pid " + backUp.pid());
		assertThat(this.counter.get("/api/shows").statusCode()).isEqualTo(200);
		assertThat(files(archive)).contains("./shows/hamlet.csv");
		assertThat(backUp.waitFor()).isZero();
		assertThat(this.counter.sell("rush", 1)).hasSize(1);
	}

	private HttpResponse<String> sale() throws Exception {
		return this.counter.post("/api/shows/rush/sales", "{\"seats\":1}");
	}

	/** A sale has an unfinished file for a moment, which no archive may contain. */
	@Test
	void noBackUpContainsAnUnfinishedSale() throws Exception {
		this.counter.sell("rush", 10_000);
		Thread customers = new Thread(() -> {
			try {
				while (!Thread.interrupted()) {
					sale();
				}
			}
			catch (Exception ex) {
				// the end of the test
			}
		});
		customers.start();
		for (int i = 0; i < 20; i++) {
			Path archive = this.directory.resolve("archive" + i);
			assertThat(backUp(archive).waitFor()).isZero();
			assertThat(files(archive)).contains("./shows/rush.csv").noneMatch((file) -> file.endsWith(".tmp"));
		}
		customers.interrupt();
		customers.join(TimeUnit.MINUTES.toMillis(1));
	}

	private Process backUp(Path archive) throws IOException {
		Path script = Path.of(System.getProperty("sample.cron", "cron"), "backup.sh");
		assertThat(Files.isExecutable(script)).isTrue();
		return run(script.toString(), this.directory.resolve("locks").toString(),
				this.directory.resolve("data").toString(), archive.toString());
	}

	private static List<String> files(Path archive) throws IOException {
		return run("tar", "-tf", archive.toString()).inputReader().lines().toList();
	}

	private static Process run(String... command) throws IOException {
		return new ProcessBuilder(List.of(command)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
	}

}
