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
 * What the command line asks for.
 *
 * @param processes how many workers there are at a time
 * @param python how many of them are in Python
 * @param seconds how long they work
 * @param killEvery how often one of them is killed, on average; zero for never
 * @param stopEvery how often one of them is stopped for a while; zero for never
 * @param seed what all random choices derive from
 * @param javaHomes the Javas that run the workers
 * @param sabotage a planted bug
 * @param storms the kinds of storms, if there are to be storms in place of the usual run
 */
record Options(int processes, int python, int seconds, Duration killEvery, Duration stopEvery, long seed,
		List<Path> javaHomes, Sabotage sabotage, List<Storm> storms) {

	static final String USAGE = """
			Usage: java -jar torture.jar [options]
			  --processes N      workers at a time (8)
			  --python N         how many of them are in Python (2)
			  --seconds N        how long they work (60)
			  --kill-every TIME  kill -9 one of them so often, as 100ms or 2s; 0 for never (100ms)
			  --stop-every TIME  SIGSTOP one of them so often for a while; 0 for never (500ms)
			  --seed N           what all random choices derive from (a new one)
			  --java HOME        a Java for the workers; may be repeated (the one that runs this,
			                     and Java 25 below /usr/lib/jvm)
			  --sabotage BUG     plant a bug, to see that it is found: none, no-lock, lost-lock
			                     (none)
			  --storm KINDS      in place of that, one storm after another for all the seconds:
			                     all, or some of namespaces,replaced,memory,descriptors,
			                     registries,semaphores,key-files,stopped,interrupts; only
			                     --seconds, --minutes, --seed and --java count then
			  --minutes N        as --seconds, for a long run

			Exit status: 0 passed, 1 failed, 2 usage, 3 inconclusive (workers did not start in
			time, and no lock has failed).""";

	private static final Pattern TIME = Pattern.compile("(\\d{1,9})(ms|s)");

	static Options parse(String... arguments) throws UsageException {
		Parser parser = new Parser(Arrays.asList(arguments).iterator());
		parser.parse();
		return new Options(parser.processes, parser.python, parser.seconds, parser.killEvery, parser.stopEvery,
				parser.seed, parser.javaHomes.isEmpty() ? JavaHome.defaults() : parser.javaHomes, parser.sabotage,
				parser.storms);
	}

	/** The options that matter, to be typed again. */
	String replay() {
		String options = String.format(Locale.ROOT,
				"--processes %d --python %d --seconds %d --kill-every %dms --stop-every %dms --seed %d", this.processes,
				this.python, this.seconds, this.killEvery.toMillis(), this.stopEvery.toMillis(), this.seed);
		return (this.sabotage == Sabotage.NONE) ? options : options + " --sabotage " + this.sabotage.option();
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

		private Sabotage sabotage = Sabotage.NONE;

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
					case "--sabotage" -> this.sabotage = sabotage(option);
					default -> throw new UsageException("There is no option '" + option + "'");
				}
			}
		}

		private String value(String option) throws UsageException {
			if (!this.arguments.hasNext()) {
				throw new UsageException(option + " needs a value");
			}
			return this.arguments.next();
		}

		private int number(String option, int least, int most) throws UsageException {
			String value = value(option);
			if (!value.matches("\\d{1,9}") || Integer.parseInt(value) < least || Integer.parseInt(value) > most) {
				throw new UsageException(String.format(Locale.ROOT, "%s is a number from %d to %d, not '%s'", option,
						least, most, value));
			}
			return Integer.parseInt(value);
		}

		private long seed(String option) throws UsageException {
			String value = value(option);
			try {
				return Long.parseLong(value);
			}
			catch (NumberFormatException ex) {
				throw new UsageException(option + " is a whole number, not '" + value + "'");
			}
		}

		private Duration time(String option) throws UsageException {
			String value = value(option);
			Matcher time = TIME.matcher(value);
			if (value.equals("0")) {
				return Duration.ZERO;
			}
			if (!time.matches()) {
				throw new UsageException(option + " is a time as 100ms or 2s, or 0, not '" + value + "'");
			}
			long amount = Long.parseLong(time.group(1));
			return time.group(2).equals("s") ? Duration.ofSeconds(amount) : Duration.ofMillis(amount);
		}

		private Sabotage sabotage(String option) throws UsageException {
			String value = value(option);
			for (Sabotage candidate : Sabotage.values()) {
				if (candidate.option().equals(value)) {
					return candidate;
				}
			}
			throw new UsageException(option + " is none, no-lock or lost-lock, not '" + value + "'");
		}

	}

}
