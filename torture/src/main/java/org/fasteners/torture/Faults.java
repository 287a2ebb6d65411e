package org.fasteners.torture;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Kills and stops workers at random. Half of the faults first wait a little for a worker
 * that is in a section. The end of a run has no faults: the death of a hanging worker
 * would release the processes that wait for it, and hide that it hung.
 */
final class Faults {

	private static final long LONGEST_STOP = TimeUnit.MILLISECONDS.toNanos(300);

	private static final long LONGEST_FAULTLESS_END = TimeUnit.SECONDS.toNanos(5);

	private static final long LONGEST_AIM = TimeUnit.MILLISECONDS.toNanos(3);

	private final List<WorkerProcess> workers;

	private final SplittableRandom random;

	private final long end;

	private final Schedule kill;

	private final Schedule stop;

	private long kills;

	private long stops;

	Faults(List<WorkerProcess> workers, Options options, SplittableRandom random, long now) {
		this.workers = workers;
		this.random = random;
		long nanos = TimeUnit.SECONDS.toNanos(options.seconds());
		this.end = now + nanos - Math.min(LONGEST_FAULTLESS_END, nanos / 4);
		this.kill = new Schedule(options.killEvery(), now);
		this.stop = new Schedule(options.stopEvery(), now);
	}

	void inject(long now) throws IOException {
		for (WorkerProcess worker : this.workers) {
			worker.resumeIfDue(now);
		}
		if (now - this.end >= 0) {
			return;
		}
		if (this.kill.isDue(now)) {
			kill();
		}
		if (this.stop.isDue(now)) {
			stop(now);
		}
	}

	long kills() {
		return this.kills;
	}

	long stops() {
		return this.stops;
	}

	private void kill() {
		List<WorkerProcess> candidates = candidates(WorkerProcess::isAtWork);
		if (!candidates.isEmpty()) {
			candidates.get(this.random.nextInt(candidates.size())).kill();
			this.kills++;
		}
	}

	private void stop(long now) throws IOException {
		List<WorkerProcess> candidates = candidates((worker) -> worker.isAtWork() && !worker.isStopped());
		if (!candidates.isEmpty()) {
			candidates.get(this.random.nextInt(candidates.size())).stop(now + this.random.nextLong(1, LONGEST_STOP));
			this.stops++;
		}
	}

	private List<WorkerProcess> candidates(Predicate<WorkerProcess> condition) {
		List<WorkerProcess> all = this.workers.stream().filter(condition).toList();
		if (this.random.nextBoolean()) {
			return all;
		}
		long start = System.nanoTime();
		while (System.nanoTime() - start < LONGEST_AIM) {
			List<WorkerProcess> inside = all.stream().filter(WorkerProcess::isInside).toList();
			if (!inside.isEmpty()) {
				return inside;
			}
		}
		return all;
	}

	/**
	 * The times of one kind of fault: half to one and a half intervals apart.
	 */
	private final class Schedule {

		private final long interval;

		private long next;

		Schedule(Duration interval, long now) {
			this.interval = interval.toNanos();
			this.next = now + this.interval;
		}

		boolean isDue(long now) {
			if (this.interval == 0 || now - this.next < 0) {
				return false;
			}
			this.next = now + this.interval / 2 + Faults.this.random.nextLong(this.interval);
			return true;
		}

	}

}
