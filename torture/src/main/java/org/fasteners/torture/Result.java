package org.fasteners.torture;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

import org.fasteners.LockMode;

/**
 * The result of a run.
 *
 * @param sections the number of completed sections of each kind of worker, by mode
 * @param quota the number of sections that each kind must complete
 * @param kills the number of killed workers
 * @param killsInside how many of them were in a section
 * @param stops the number of stops of a worker
 * @param confirmed how often the kernel's table confirmed the lock of a section
 * @param overlaps the number of incompatible sections that ran at the same time
 * @param lostUpdates the number of missing increments
 * @param conflicts how often the kernel's table had conflicting locks
 * @param lostLocks the number of sections whose lock the kernel did not have
 * @param stuck the number of workers that did not end when requested
 * @param failures the number of workers that ended by themselves
 * @param late the kinds of workers that ran for less than half of the time, because they
 * did not start in time
 */
record Result(Map<String, Map<LockMode, Long>> sections, long quota, long kills, long killsInside, long stops,
		long confirmed, long overlaps, long lostUpdates, long conflicts, long lostLocks, long stuck, long failures,
		Set<String> late) {

	static Map<String, Map<LockMode, Long>> sections(List<WorkerProcess> workers) {
		Map<String, Map<LockMode, Long>> sections = new LinkedHashMap<>();
		for (WorkerProcess worker : workers) {
			Map<LockMode, Long> ofKind = sections.computeIfAbsent(worker.kind().name(),
					(kind) -> new LinkedHashMap<>());
			for (LockMode mode : LockMode.values()) {
				ofKind.merge(mode, worker.sections(mode), Long::sum);
			}
		}
		return sections;
	}

	/**
	 * Return the verdict. Too few sections count as starvation only for workers that had
	 * the time for more.
	 */
	Verdict verdict() {
		boolean broken = this.overlaps + this.lostUpdates + this.conflicts + this.lostLocks + this.stuck
				+ this.failures > 0;
		List<String> starved = starved();
		if (broken || !this.late.containsAll(starved)) {
			return Verdict.FAILED;
		}
		return starved.isEmpty() ? Verdict.PASSED : Verdict.INCONCLUSIVE;
	}

	/** The kinds of workers that completed too few sections. */
	List<String> starved() {
		return this.sections.keySet().stream().filter((kind) -> total(kind) < this.quota).toList();
	}

	/** Return a report of many lines. The last line summarises the result. */
	String report(Options options) {
		StringBuilder report = new StringBuilder(
				String.format(Locale.ROOT, "%-18s %10s %10s %10s%n", "sections", "reading", "updating", "writing"));
		this.sections.forEach((kind, modes) -> report.append(String.format(Locale.ROOT, "%-18s %10d %10d %10d%n", kind,
				modes.get(LockMode.SHARED), modes.get(LockMode.UPDATE), modes.get(LockMode.EXCLUSIVE))));
		report.append(String.format(Locale.ROOT, "%-18s %10d, %d of them in a section%n", "kills", this.kills,
				this.killsInside));
		report.append(String.format(Locale.ROOT, "%-18s %10d%n", "stops", this.stops));
		report.append(String.format(Locale.ROOT, "%-18s %10d%n", "seen in the kernel", this.confirmed));
		report.append(String.format(Locale.ROOT, "%-18s %10d%n", "overlaps", this.overlaps));
		report.append(String.format(Locale.ROOT, "%-18s %10d%n", "lost updates", this.lostUpdates));
		report.append(String.format(Locale.ROOT, "%-18s %10d%n", "lost locks", this.lostLocks));
		report.append(String.format(Locale.ROOT, "%-18s %10d%n", "kernel conflicts", this.conflicts));
		report.append(String.format(Locale.ROOT, "%-18s %10d%n", "stuck workers", this.stuck));
		report.append(String.format(Locale.ROOT, "%-18s %10d%n", "failed workers", this.failures));
		for (String kind : starved()) {
			report.append(String.format(Locale.ROOT, "%s completed fewer than %d sections%s%n", kind, this.quota,
					this.late.contains(kind) ? ": its workers did not start in time" : ""));
		}
		return report.append(lastLine(options)).toString();
	}

	private String lastLine(Options options) {
		StringJoiner kinds = new StringJoiner(" ");
		this.sections.keySet().forEach((kind) -> kinds.add(kind + "=" + total(kind)));
		return String.format(Locale.ROOT,
				"%s: %s kills=%d stops=%d overlaps=%d lost-updates=%d lost-locks=%d kernel-conflicts=%d stuck=%d failed=%d seed=%d (%s)",
				verdict(), kinds, this.kills, this.stops, this.overlaps, this.lostUpdates, this.lostLocks,
				this.conflicts, this.stuck, this.failures, options.seed(), options.replay());
	}

	private long total(String kind) {
		return this.sections.getOrDefault(kind, Map.of()).values().stream().mapToLong(Long::longValue).sum();
	}

}
