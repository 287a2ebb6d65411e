package org.fasteners.benchmarks.file;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Objects;

import com.sun.management.OperatingSystemMXBean;

/**
 * Processor time used up to a moment, or between two moments.
 *
 * @param clock the moment, or the time between the moments, in nanoseconds
 * @param process the processor time of the process, in nanoseconds
 * @param thread the processor time of one of its threads, in nanoseconds
 */
record ProcessorTime(long clock, long process, long thread) {

	/**
	 * Return the processor time that this process has used so far.
	 * @param thread one of its threads
	 */
	static ProcessorTime now(Thread thread) {
		OperatingSystemMXBean system = Objects.requireNonNull(
				ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class),
				"This JVM does not provide processor times");
		return new ProcessorTime(System.nanoTime(), system.getProcessCpuTime(),
				ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId()));
	}

	static ProcessorTime parse(String text) {
		String[] parts = text.split(" ", -1);
		return new ProcessorTime(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
	}

	ProcessorTime since(ProcessorTime earlier) {
		return new ProcessorTime(this.clock - earlier.clock, this.process - earlier.process,
				this.thread - earlier.thread);
	}

	/** The usage of the process, in percent of one processor. */
	double processPercent() {
		return 100.0 * this.process / this.clock;
	}

	/** The usage of the thread, in percent of one processor. */
	double threadPercent() {
		return 100.0 * this.thread / this.clock;
	}

	@Override
	public String toString() {
		return String.format(Locale.ROOT, "%d %d %d", this.clock, this.process, this.thread);
	}

}
