package org.fasteners.torture;

import java.util.Locale;

import org.fasteners.torture.StormBoard.Cell;

/**
 * The result of one storm.
 *
 * @param storm the kind of storm
 * @param sections the number of completed sections
 * @param refused the number of acquisitions that were refused or timed out
 * @param disturbances the number of disturbances by the coordinator: replaced files,
 * stopped processes, started rounds
 * @param overlaps the number of incompatible sections that ran at the same time
 * @param lostUpdates the number of missing increments
 * @param unseen the number of overlaps that no holder could detect
 * @param late the number of timeouts that were late by seconds
 * @param wrong the number of refusals that are not allowed
 * @param held the number of locks that stayed held after all sections
 * @param stuck the number of threads that did not come to rest
 * @param failed the number of processes that ended by themselves
 * @param idle the number of threads that completed no section
 * @param started whether all processes started in time
 */
record StormResult(Storm storm, long sections, long refused, long disturbances, long overlaps, long lostUpdates,
		long unseen, long late, long wrong, long held, long stuck, long failed, long idle, boolean started) {

	/**
	 * With fewer sections in total, a thread without a section was not starved by a lock:
	 * the machine was busy.
	 */
	private static final long ENOUGH_TO_STARVE = 1_000;

	Verdict verdict() {
		boolean broken = this.overlaps + this.lostUpdates + this.unseen + this.late + this.wrong + this.held
				+ this.stuck + this.failed > 0;
		if (broken) {
			return Verdict.FAILED;
		}
		boolean few = (this.idle > 0) ? this.sections < ENOUGH_TO_STARVE : this.sections == 0;
		if (!this.started || few) {
			return Verdict.INCONCLUSIVE;
		}
		return (this.idle > 0) ? Verdict.FAILED : Verdict.PASSED;
	}

	/** Return the result in one line. */
	String line() {
		return String.format(Locale.ROOT,
				"%-12s %-12s sections=%d refused=%d disturbances=%d overlaps=%d lost-updates=%d unseen-losses=%d late=%d wrong=%d held=%d stuck=%d failed=%d idle=%d",
				this.storm.option(), verdict(), this.sections, this.refused, this.disturbances, this.overlaps,
				this.lostUpdates, this.unseen, this.late, this.wrong, this.held, this.stuck, this.failed, this.idle);
	}

	static long lostUpdates(StormBoard board) {
		long counted = 0;
		for (int lock = 0; lock < board.locks(); lock++) {
			counted += board.count(lock);
		}
		return Math.abs(board.sum(Cell.COUNTED) - counted);
	}

}
