package org.fasteners.torture;

import java.util.Locale;

import org.fasteners.torture.StormBoard.Cell;

/**
 * What came of one storm.
 *
 * @param storm which kind
 * @param sections how many sections were finished
 * @param refused how often a lock was refused, or not acquired in time
 * @param disturbances how often the coordinator has disturbed: replaced a file, stopped a
 * process, called a round
 * @param overlaps how often two were inside that must not be
 * @param lostUpdates how many counts are missing
 * @param unseen how many overlaps no holder could see
 * @param late how many timeouts were late by seconds
 * @param wrong how often something was refused that must not be
 * @param held how many locks stayed held although no thread was inside
 * @param stuck how many processes did not come to rest
 * @param failed how many ended by themselves
 * @param idle how many did not finish a section
 * @param started whether all processes started in time
 */
record StormResult(Storm storm, long sections, long refused, long disturbances, long overlaps, long lostUpdates,
		long unseen, long late, long wrong, long held, long stuck, long failed, long idle, boolean started) {

	/**
	 * With fewer sections in all, a thread without one was not starved by the lock: the
	 * machine was busy.
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

	/** One line. */
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
