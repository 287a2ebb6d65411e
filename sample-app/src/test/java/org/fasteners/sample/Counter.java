package org.fasteners.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.jayway.jsonpath.JsonPath;

/**
 * A running counter: its process and a client of its HTTP interface.
 */
final class Counter implements AutoCloseable {

	private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

	private final HttpClient client = HttpClient.newHttpClient();

	private final Process process;

	private final int port;

	private Counter(Process process, int port) {
		this.process = process;
		this.port = port;
	}

	/**
	 * Start a counter and wait until it accepts requests.
	 * @param directory the directory that it shares with other counters
	 */
	static Counter open(Path directory, String... options) throws IOException, InterruptedException {
		List<String> args = new ArrayList<>();
		args.add("--server.port=0");
		args.add("--box-office.data-directory=" + directory.resolve("data"));
		args.add("--fasteners.lock-directory=" + directory.resolve("locks"));
		args.addAll(List.of(options));
		Path output = Files.createTempFile(directory, "counter", ".log");
		Process process = SampleJar.start(output, directory, args.toArray(String[]::new));
		try {
			return new Counter(process, awaitPort(process, output));
		}
		catch (IOException | InterruptedException | RuntimeException ex) {
			process.destroyForcibly();
			throw ex;
		}
	}

	private static int awaitPort(Process process, Path output) throws IOException, InterruptedException {
		long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
		while (System.nanoTime() < deadline && !process.waitFor(50, TimeUnit.MILLISECONDS)) {
			Matcher port = PORT.matcher(Files.readString(output));
			if (port.find()) {
				return Integer.parseInt(port.group(1));
			}
		}
		throw new IllegalStateException("The counter did not start:\n" + Files.readString(output));
	}

	long pid() {
		return this.process.pid();
	}

	HttpResponse<String> get(String path) throws IOException, InterruptedException {
		return send(request(path).GET());
	}

	HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
		return send(request(path).POST(BodyPublishers.ofString(body)));
	}

	HttpResponse<String> put(String path, String body) throws IOException, InterruptedException {
		return send(request(path).PUT(BodyPublishers.ofString(body)));
	}

	/**
	 * Sell seats.
	 * @return the numbers of the seats; empty if fewer seats than requested are left
	 */
	List<Integer> sell(String show, int seats) throws IOException, InterruptedException {
		HttpResponse<String> response = post("/api/shows/" + show + "/sales", "{\"seats\":" + seats + "}");
		return switch (response.statusCode()) {
			case 201 -> JsonPath.read(response.body(), "$.seats");
			case 409 -> List.of();
			default -> throw new IllegalStateException(response + " " + response.body());
		};
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path))
			.header("Content-Type", "application/json")
			.timeout(Duration.ofMinutes(1));
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
		return this.client.send(request.build(), BodyHandlers.ofString());
	}

	@Override
	public void close() {
		this.process.destroyForcibly().onExit().join();
	}

}
