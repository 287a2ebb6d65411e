package org.fasteners.sample;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntConsumer;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.FileSystemUtils;

/**
 * One round of {@code prove}, and its result. There are as many customers as seats, in
 * equal numbers at all counters.
 * <p>
 * Each counter is a separate process. It proceeds as follows:
 * <ol>
 * <li>It creates its file of tickets when it is ready.
 * <li>It waits for a byte on its standard input, which starts the round.
 * <li>It writes a ticket for each seat that a sale has returned.
 * </ol>
 *
 * @param sold the number of tickets
 * @param doubleSold the number of seats on more than one ticket
 * @param lost the number of seats on a ticket that are missing in the file of the show
 * @param time the time from the start of the round to the end of the last counter
 */
record ProveRound(int sold, int doubleSold, int lost, Duration time) {

	/**
	 * The command that starts a counter.
	 */
	static final String COUNTER = "prove-counter";

	private static final String SHOW = "prove";

	private static final int PRICE = 30;

	static ProveRound run(boolean locking, int processes, int seats, IntConsumer progress)
			throws IOException, InterruptedException {
		Path directory = Files.createTempDirectory("box-office-prove");
		Map<Path, Process> counters = new LinkedHashMap<>();
		progress.accept(0);
		try {
			for (int i = 0; i < processes; i++) {
				Path tickets = directory.resolve("tickets-" + i);
				int customers = (seats + i) / processes;
				counters.put(tickets, start(locking, seats, directory, tickets, customers));
			}
			awaitReady(counters);
			long start = System.nanoTime();
			for (Process counter : counters.values()) {
				try (OutputStream startLine = counter.getOutputStream()) {
					startLine.write('\n');
				}
			}
			awaitEnd(counters, progress);
			Duration time = Duration.ofNanos(System.nanoTime() - start);
			// the counters have ended, so a plain object without locks is sufficient
			BoxOffice boxOffice = new BoxOffice(new BoxOfficeProperties(data(directory), PRICE, Map.of(SHOW, seats)));
			List<Sale> sales = Objects.requireNonNull(boxOffice.show(SHOW).sales());
			return of(tickets(counters.keySet()), sales, time);
		}
		finally {
			for (Process counter : counters.values()) {
				counter.destroyForcibly().waitFor();
			}
			FileSystemUtils.deleteRecursively(directory);
		}
	}

	static ProveRound of(List<Integer> tickets, List<Sale> sales, Duration time) {
		Set<Integer> once = new HashSet<>();
		Set<Integer> twice = new HashSet<>();
		for (Integer seat : tickets) {
			if (!once.add(seat)) {
				twice.add(seat);
			}
		}
		Set<Integer> lost = new HashSet<>(once);
		sales.forEach((sale) -> lost.remove(sale.seat()));
		return new ProveRound(tickets.size(), twice.size(), lost.size(), time);
	}

	/**
	 * Run a counter.
	 * @param args {@link #COUNTER}, the file of tickets, the number of customers, and the
	 * options of Spring Boot
	 */
	static void sell(String... args) throws IOException {
		SpringApplication application = new SpringApplication(BoxOfficeApplication.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		try (ConfigurableApplicationContext context = application.run(args);
				Writer tickets = Files.newBufferedWriter(Path.of(args[1]))) {
			BoxOffice boxOffice = context.getBean(BoxOffice.class);
			if (System.in.read() == -1) {
				return; // the parent process has ended
			}
			for (int customers = Integer.parseInt(args[2]); customers > 0; customers--) {
				for (Integer seat : boxOffice.sell(SHOW, 1, PRICE)) {
					tickets.write(seat + "\n");
					tickets.flush();
				}
			}
		}
	}

	private static Process start(boolean locking, int seats, Path directory, Path tickets, int customers)
			throws IOException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		// options for a JVM that runs for seconds
		command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
		String classPath = System.getProperty("java.class.path");
		if (classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator)) {
			command.addAll(List.of("-jar", classPath));
		}
		else {
			command.addAll(List.of("-cp", classPath, BoxOfficeApplication.class.getName()));
		}
		command.addAll(List.of(COUNTER, tickets.toString(), Integer.toString(customers)));
		command.add("--fasteners.enabled=" + locking);
		command.add("--fasteners.lock-directory=" + directory.resolve("locks"));
		command.add("--box-office.data-directory=" + data(directory));
		command.add("--box-office.sale-timeout=30s");
		command.add("--box-office.shows." + SHOW + "=" + seats);
		command.add("--spring.main.banner-mode=off");
		command.add("--logging.level.root=warn");
		return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log(tickets).toFile()).start();
	}

	private static void awaitReady(Map<Path, Process> counters) throws IOException, InterruptedException {
		while (!counters.keySet().stream().allMatch(Files::exists)) {
			Thread.sleep(20);
			checkNoneFailed(counters);
		}
	}

	private static void awaitEnd(Map<Path, Process> counters, IntConsumer progress)
			throws IOException, InterruptedException {
		boolean running = true;
		while (running) {
			Thread.sleep(20);
			running = counters.values().stream().anyMatch(Process::isAlive);
			checkNoneFailed(counters);
			progress.accept(tickets(counters.keySet()).size());
		}
	}

	private static void checkNoneFailed(Map<Path, Process> counters) throws IOException {
		for (Map.Entry<Path, Process> counter : counters.entrySet()) {
			if (!counter.getValue().isAlive() && counter.getValue().exitValue() != 0) {
				throw new IllegalStateException(String.format(Locale.ROOT, "A counter ended with status %d:%n%s",
						counter.getValue().exitValue(), Files.readString(log(counter.getKey()))));
			}
		}
	}

	private static List<Integer> tickets(Collection<Path> files) throws IOException {
		List<Integer> tickets = new ArrayList<>();
		for (Path file : files) {
			Files.readAllLines(file).forEach((line) -> tickets.add(Integer.valueOf(line)));
		}
		return tickets;
	}

	private static Path data(Path directory) {
		return directory.resolve("data");
	}

	private static Path log(Path tickets) {
		return tickets.resolveSibling(tickets.getFileName() + ".log");
	}

}
