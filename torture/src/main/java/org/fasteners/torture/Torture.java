package org.fasteners.torture;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Runs many processes that contend for a few locks while they are killed, stopped and
 * interrupted, and reports whether a lock has failed. With {@code --storm} it exposes
 * them to other kinds of disturbances. The exit status is:
 * <ul>
 * <li>0: no lock has failed, and each kind of worker has completed enough sections
 * <li>1: failed
 * <li>2: the options are invalid, or the run cannot start on this machine
 * <li>3: inconclusive: no lock has failed, but workers did not start in time
 * </ul>
 * The last line of the output has the options and the seed to repeat the run. The random
 * choices will be the same, but the scheduling of the machine will differ.
 */
public final class Torture {

	/** Strong reference: a logger that is garbage collected loses its level. */
	private static final Logger LOG = Logger.getLogger("org.fasteners");

	private Torture() {
	}

	/**
	 * Run the program.
	 * @param arguments the options
	 * @throws IOException if an operation fails that is unrelated to locks
	 * @throws InterruptedException if the main thread is interrupted
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
			List<Kind> kinds = Kind.perProcess(options, JavaHome.of(options.javaHomes()));
			if (!KernelTable.isReadable()) {
				throw new UsageException("/proc/locks is not readable: torture runs on Linux only");
			}
			Python python = (options.python() > 0) ? Python.find() : new Python("none");
			Result result = run(options, kinds, python);
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

	private static Result run(Options options, List<Kind> kinds, Python python)
			throws IOException, InterruptedException {
		try (Site site = Site.create(); Signals signals = new Signals()) {
			Run run = new Run(options, kinds, new Launcher(options, site, python), signals);
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
