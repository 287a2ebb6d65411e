package org.fasteners.torture;

import java.util.Locale;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One run: starts the workers, injects the faults, replaces each dead worker by a new
 * one, and adds up the results. Runs in a single thread.
 */
final class Run {

	private static final int THREADS = 3;

	private static final long TICK_MILLIS = 5;

	/** Reading the kernel's table slows down lock operations, so not at each tick. */
	private static final int TICKS_PER_CHECK = 5;

	private static final long REPORT_EVERY = TimeUnit.SECONDS.toNanos(10);

	/** Longer than any wait of a worker, even on a busy machine. */
	private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

	private static final long DUMP_MILLIS = 2000;

	private final Options options;

	private final Board board;

	private final List<WorkerProcess> workers = new ArrayList<>();

	private final TableReferee table;

	private final Faults faults;

	private final long start = System.nanoTime();

	/** The time of the last tick. */
	private long lastTick = this.start;

	private long deathsInside;

	private long stuck;

	private long failures;

	Run(Options options, List<Kind> kinds, Launcher launcher, Signals signals) throws IOException {
		this.options = options;
		Site site = launcher.site();
		this.board = Board.create(site.board(), new Layout(kinds.size(), THREADS, Resources.NUMBER));
		for (Kind kind : kinds) {
			this.workers.add(new WorkerProcess(this.workers.size(), kind, this.board, launcher, signals));
		}
		this.table = new TableReferee(this.board, KernelTable.of(site.lockFile()));
		this.faults = new Faults(this.workers, options, launcher.random(-1, 0), this.start);
	}

	Result run() throws IOException, InterruptedException {
		try {
			for (WorkerProcess worker : this.workers) {
				worker.start();
			}
			long end = this.start + TimeUnit.SECONDS.toNanos(this.options.seconds());
			long report = this.start + REPORT_EVERY;
			long now = System.nanoTime();
			for (int tick = 1; now - end < 0; tick++) {
				tick(tick, now);
				if (now - report >= 0) {
					report += REPORT_EVERY;
					progress(now);
				}
				Thread.sleep(TICK_MILLIS);
				now = System.nanoTime();
			}
			finish();
			return result();
		}
		finally {
			kill();
		}
	}

	/** A stopped worker cannot detect by itself that this process ends. */
	void kill() {
		this.workers.forEach(WorkerProcess::kill);
	}

	private void tick(int tick, long now) throws IOException {
		for (WorkerProcess worker : this.workers) {
			if (!worker.isRunning()) {
				cleanUp(worker, false);
				worker.start();
			}
		}
		this.workers.forEach((worker) -> worker.clock(now - this.lastTick));
		this.lastTick = now;
		this.faults.inject(now);
		if (tick % TICKS_PER_CHECK == 0) {
			this.table.check();
		}
	}

	private void cleanUp(WorkerProcess worker, boolean mayEnd) {
		if (worker.cleanUp()) {
			this.deathsInside++;
		}
		if (worker.hasFailed(mayEnd)) {
			this.failures++;
			System.err.println("FAILED: a worker of kind " + worker.kind().name() + " has ended by itself");
		}
	}

	private void finish() throws IOException, InterruptedException {
		this.board.stop();
		// a worker that has not started holds no lock, and is not waited for
		this.workers.stream().filter((worker) -> !worker.hasStarted()).forEach(WorkerProcess::kill);
		long end = System.nanoTime() + PATIENCE;
		for (WorkerProcess worker : this.workers) {
			worker.resume();
		}
		List<WorkerProcess> late = new ArrayList<>();
		for (WorkerProcess worker : this.workers) {
			if (!worker.awaitEnd(Math.max(1, end - System.nanoTime()))) {
				late.add(worker);
			}
		}
		reportStuck(late);
		for (WorkerProcess worker : this.workers) {
			worker.awaitEnd(PATIENCE);
			cleanUp(worker, true);
		}
	}

	private void reportStuck(List<WorkerProcess> late) throws IOException, InterruptedException {
		this.stuck = late.size();
		if (late.isEmpty()) {
			return;
		}
		System.err.println("The locks in the kernel's table: " + this.table.locks());
		for (WorkerProcess worker : late) {
			worker.dump();
		}
		Thread.sleep(DUMP_MILLIS);
		for (WorkerProcess worker : late) {
			System.err.println("STUCK: a worker of kind " + worker.kind().name() + " does not end");
			System.err.println(worker.output());
		}
		kill();
	}

	private void progress(long now) {
		System.out.printf(Locale.ROOT, "%d s: %d sections, %d kills, %d stops, %d overlaps%n",
				TimeUnit.NANOSECONDS.toSeconds(now - this.start),
				this.workers.stream().mapToLong(WorkerProcess::sections).sum(), this.faults.kills(),
				this.faults.stops(), overlaps());
	}

	private long overlaps() {
		long overlaps = 0;
		for (int slot = 0; slot < this.board.layout().slots(); slot++) {
			overlaps += this.board.get(this.board.layout().overlaps(slot));
		}
		return overlaps;
	}

	private Result result() {
		Tally tally = new Tally(this.board);
		long lostUpdates = 0;
		for (int resource = 0; resource < Resources.NUMBER; resource++) {
			lostUpdates += tally.lost(resource);
		}
		return new Result(Result.sections(this.workers), quota(), this.faults.kills(), this.deathsInside,
				this.faults.stops(), this.table.confirmed(), overlaps(), lostUpdates, this.table.conflicts(),
				this.table.lost(), this.stuck, this.failures, late());
	}

	/** The kinds of which no worker ran for at least half of the time. */
	private Set<String> late() {
		long half = TimeUnit.SECONDS.toNanos(this.options.seconds()) / 2;
		Map<String, Long> longest = new HashMap<>();
		this.workers.forEach((worker) -> longest.merge(worker.kind().name(), worker.ran(), Math::max));
		longest.values().removeIf((ran) -> ran >= half);
		return longest.keySet();
	}

	/**
	 * The number of sections that each kind must complete. It is small, because it must
	 * show starvation but not a busy machine.
	 */
	private long quota() {
		return Math.max(1, this.options.seconds() / 4);
	}

}
