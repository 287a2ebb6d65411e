package org.fasteners.torture;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Lets many processes fight for a few locks while they are killed, stopped and
 * interrupted, and tells whether a lock has failed; or exposes them to storms of other
 * kinds ({@code --storm}). The exit status is 0 if nothing was lost and every kind of
 * worker did its share, 1 if not, 2 if the run could not start as it was asked for, and 3
 * if it is inconclusive: no lock has failed, but workers did not start in time. The last
 * line of the output has the options and the seed to run it again: the random choices
 * will be the same, what the machine makes of them will not.
 */
public final class Torture {

	/** Kept, or its level would be forgotten. */
	private static final Logger LOG = Logger.getLogger("org.fasteners");

	private Torture() {
	}

	/**
	 * Run it.
	 * @param arguments the options
	 * @throws IOException if something fails that has nothing to do with locks
	 * @throws InterruptedException never, because nobody interrupts
	 */
	public static void main(String[] arguments) throws IOException, InterruptedException {
		int status = run(arguments, System.out, System.err);
		System.exit(status);
	}

	static int run(String[] arguments, PrintStream out, PrintStream err) throws IOException, InterruptedException {
		try {
			Options options = Options.parse(arguments);
			if (!options.storms().isEmpty()) {
				return storms(options, out).status();
			}
			List<Kind> cast = Kind.cast(options, JavaHome.of(options.javaHomes()));
			if (!KernelTable.isReadable()) {
				throw new UsageException("There is no /proc/locks here: this runs on Linux alone");
			}
			Python python = (options.python() > 0) ? Python.find() : new Python("none");
			Result result = run(options, cast, python);
			out.println(result.report(options));
			return result.verdict().status();
		}
		catch (UsageException ex) {
			err.println(ex.getMessage());
			err.println(Options.USAGE);
			return Verdict.USAGE;
		}
	}

	private static Verdict storms(Options options, PrintStream out)
			throws IOException, InterruptedException, UsageException {
		LOG.setLevel(Level.WARNING);
		StormOptions storms = new StormOptions(options.storms(), options.seconds(), options.seed(),
				JavaHome.of(options.javaHomes()));
		Verdict verdict = Verdict.PASSED;
		for (Storm storm : storms.storms()) {
			StormResult result = run(storm, storms);
			out.println(result.line());
			verdict = verdict.and(result.verdict());
		}
		out.println(verdict + ": " + storms.replay());
		return verdict;
	}

	private static StormResult run(Storm storm, StormOptions options) throws IOException, InterruptedException {
		try (Site site = Site.create(); Signals signals = new Signals()) {
			StormRun run = new StormRun(storm, options, site, signals);
			Thread hook = new Thread(run::kill, "end");
			Runtime.getRuntime().addShutdownHook(hook);
			try {
				return run.run();
			}
			finally {
				Runtime.getRuntime().removeShutdownHook(hook);
			}
		}
	}

	private static Result run(Options options, List<Kind> cast, Python python)
			throws IOException, InterruptedException {
		try (Site site = Site.create(); Signals signals = new Signals()) {
			Run run = new Run(options, cast, new Launcher(options, site, python), signals);
			Thread hook = new Thread(run::kill, "end");
			Runtime.getRuntime().addShutdownHook(hook);
			try {
				return run.run();
			}
			finally {
				Runtime.getRuntime().removeShutdownHook(hook);
			}
		}
	}

}
