package org.fasteners.torture;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The options of the command line.
 *
 * @param processes the number of concurrent workers
 * @param python how many of the workers run in Python
 * @param seconds the duration of the run, in seconds
 * @param killEvery the mean time between kills; zero for no kills
 * @param stopEvery the mean time between stops of a worker; zero for no stops
 * @param seed the seed of all random choices
 * @param javaHomes the Java installations that run the workers
 * @param plantedBug a planted bug
 * @param storms the storms that replace the usual run; empty for the usual run
 */
record Options(int processes, int python, int seconds, Duration killEvery, Duration stopEvery, long seed,
		List<Path> javaHomes, PlantedBug plantedBug, List<Storm> storms) {

	static final String USAGE = """
			Usage: java -jar torture.jar [options]
			  --processes N      number of concurrent workers (8)
			  --python N         number of workers in Python among them (2)
			  --seconds N        duration of the run (60)
			  --kill-every TIME  mean time between kills (kill -9) of a worker, as 100ms or 2s;
			                     0 for no kills (100ms)
			  --stop-every TIME  mean time between stops (SIGSTOP) of a worker; 0 for no stops
			                     (500ms)
			  --seed N           seed of all random choices (a new one)
			  --java HOME        Java home for the workers; may be repeated (the Java that runs this
			                     program, and Java 25 below /usr/lib/jvm)
			  --sabotage BUG     planted bug, to show that it is detected: none, no-lock, lost-lock
			                     (none)
			  --storm KINDS      run storms instead, one after another, each for an equal part of the
			                     duration: all, or some of namespaces,replaced,memory,descriptors,
			                     registries,semaphores,key-files,stopped,interrupts; uses only
			                     --seconds, --minutes, --seed and --java
			  --minutes N        duration of the run, instead of --seconds

			Exit status: 0 passed, 1 failed, 2 usage, 3 inconclusive (workers did not start in
			time, and no lock has failed).""";

	private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s)");

	static Options parse(String... arguments) throws UsageException {
		Parser parser = new Parser(Arrays.asList(arguments).iterator());
		parser.parse();
		return new Options(parser.processes, parser.python, parser.seconds, parser.killEvery, parser.stopEvery,
				parser.seed, parser.javaHomes.isEmpty() ? JavaHome.defaults() : parser.javaHomes, parser.plantedBug,
				parser.storms);
	}

	/** Return the options that reproduce the run. */
	String replay() {
		String options = String.format(Locale.ROOT,
				"--processes %d --python %d --seconds %d --kill-every %dms --stop-every %dms --seed %d", this.processes,
				this.python, this.seconds, this.killEvery.toMillis(), this.stopEvery.toMillis(), this.seed);
		return (this.plantedBug == PlantedBug.NONE) ? options : options + " --sabotage " + this.plantedBug.option();
	}

	private static final class Parser {

		private final Iterator<String> arguments;

		private int processes = 8;

		private int python = 2;

		private int seconds = 60;

		private Duration killEvery = Duration.ofMillis(100);

		private Duration stopEvery = Duration.ofMillis(500);

		private long seed = new SplittableRandom().nextLong(1, 1_000_000_000);

		private final List<Path> javaHomes = new ArrayList<>();

		private PlantedBug plantedBug = PlantedBug.NONE;

		private List<Storm> storms = List.of();

		Parser(Iterator<String> arguments) {
			this.arguments = arguments;
		}

		void parse() throws UsageException {
			while (this.arguments.hasNext()) {
				String option = this.arguments.next();
				switch (option) {
					case "--processes" -> this.processes = number(option, 1, 500);
					case "--python" -> this.python = number(option, 0, 500);
					case "--seconds" -> this.seconds = number(option, 1, 1_000_000);
					case "--minutes" -> this.seconds = 60 * number(option, 1, 10_000);
					case "--storm" -> this.storms = Storm.parse(value(option));
					case "--kill-every" -> this.killEvery = time(option);
					case "--stop-every" -> this.stopEvery = time(option);
					case "--seed" -> this.seed = seed(option);
					case "--java" -> this.javaHomes.add(Path.of(value(option)));
					case "--sabotage" -> this.plantedBug = plantedBug(option);
					default -> throw new UsageException("Unknown option '" + option + "'");
				}
			}
		}

		private String value(String option) throws UsageException {
			if (!this.arguments.hasNext()) {
				throw new UsageException(option + " requires a value");
			}
			return this.arguments.next();
		}

		private int number(String option, int least, int most) throws UsageException {
			String value = value(option);
			if (!value.matches("\\d{1,9}") || Integer.parseInt(value) < least || Integer.parseInt(value) > most) {
				throw new UsageException(String.format(Locale.ROOT, "%s must be a number from %d to %d, not '%s'",
						option, least, most, value));
			}
			return Integer.parseInt(value);
		}

		private long seed(String option) throws UsageException {
			String value = value(option);
			try {
				return Long.parseLong(value);
			}
			catch (NumberFormatException ex) {
				throw new UsageException(option + " must be a whole number, not '" + value + "'");
			}
		}

		private Duration time(String option) throws UsageException {
			String value = value(option);
			Matcher time = TIME.matcher(value);
			if (value.equals("0")) {
				return Duration.ZERO;
			}
			if (!time.matches()) {
				throw new UsageException(option + " must be a time as 100ms or 2s, or 0, not '" + value + "'");
			}
			long amount = Long.parseLong(time.group(1));
			return time.group(2).equals("s") ? Duration.ofSeconds(amount) : Duration.ofMillis(amount);
		}

		private PlantedBug plantedBug(String option) throws UsageException {
			String value = value(option);
			for (PlantedBug candidate : PlantedBug.values()) {
				if (candidate.option().equals(value)) {
					return candidate;
				}
			}
			throw new UsageException(option + " must be none, no-lock or lost-lock, not '" + value + "'");
		}

	}

}
