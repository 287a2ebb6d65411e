package org.fasteners.benchmarks.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/**
 * A process that runs sections under a lock one after another, at the same time as other
 * processes.
 */
final class SectionLoop {

	/** Bounds an attempt that would otherwise never succeed. */
	private static final long TIMEOUT_SECONDS = 2;

	private final SectionPlan plan;

	private final Lock lock;

	private final Samples waits = new Samples();

	private long sections;

	private long timeouts;

	private long longest;

	private SectionLoop(SectionPlan plan, Lock lock) {
		this.plan = plan;
		this.lock = lock;
	}

	/**
	 * Start when a line arrives, and print a {@link SectionReport} at the end.
	 * @param args the directory and the {@link SectionPlan}
	 */
	public static void main(String... args) throws IOException, InterruptedException {
		SectionPlan plan = SectionPlan.parse(args[1]);
		try (OpenLock lock = plan.lock().open(Path.of(args[0]))) {
			System.out.println("ready");
			if (System.in.read() != -1) {
				SectionLoop loop = new SectionLoop(plan, plan.shared() ? lock.readLock() : lock.writeLock());
				System.out.println(loop.run());
			}
		}
	}

	private SectionReport run() throws InterruptedException {
		long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(this.plan.millis());
		long now = System.nanoTime();
		while (now < end) {
			boolean locked = this.lock.tryLock(TIMEOUT_SECONDS, TimeUnit.SECONDS);
			long begin = System.nanoTime();
			this.waits.add(begin - now);
			if (locked) {
				runSection(begin);
			}
			else {
				this.timeouts++;
			}
			if (this.plan.gap() > 0) {
				Sleep.until(System.nanoTime() + this.plan.nextGap());
			}
			now = System.nanoTime();
		}
		return SectionReport.of(this.sections, this.timeouts, this.longest, this.waits);
	}

	private void runSection(long begin) {
		try {
			if (this.plan.longest() > 0) {
				Sleep.until(begin + this.plan.nextSection());
			}
		}
		finally {
			this.longest = Math.max(this.longest, System.nanoTime() - begin);
			this.lock.unlock();
		}
		this.sections++;
	}

}
