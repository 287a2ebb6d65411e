package org.fasteners.benchmarks.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/**
 * The process of the holder or of the waiter, for a lock of this library.
 * {@code hand_over.py} is the equivalent for other locks. Prints a time for each round,
 * by the monotonic clock of the machine: the holder prints the time just before its
 * release, the waiter the time just after its acquisition.
 */
final class HandOverSide {

	private static final long SEED = 42;

	private static final long PAUSE = TimeUnit.MICROSECONDS.toNanos(50);

	private final Lock lock;

	private final HandOverBoard board;

	private final SplittableRandom random = new SplittableRandom(SEED);

	private HandOverSide(Lock lock, HandOverBoard board) {
		this.lock = lock;
		this.board = board;
	}

	/**
	 * Take part in all rounds.
	 * @param args {@code holder} or {@code waiter}, the label of the lock, the directory,
	 * the file of the board, and {@link HandOverPlan plans}
	 */
	public static void main(String... args) throws IOException {
		List<HandOverPlan> plans = Arrays.stream(args).skip(4).map(HandOverPlan::parse).toList();
		try (OpenLock lock = FileContender.of(args[1]).open(Path.of(args[2]))) {
			HandOverSide side = new HandOverSide(lock.writeLock(), new HandOverBoard(Path.of(args[3])));
			long[] times = args[0].equals("holder") ? side.hold(plans)
					: side.await(plans.stream().mapToInt(HandOverPlan::rounds).sum());
			Arrays.stream(times).forEach(System.out::println);
		}
	}

	private long[] hold(List<HandOverPlan> plans) {
		return plans.stream()
			.flatMapToLong((plan) -> this.random.longs(plan.rounds(), plan.hold() / 2, plan.hold() * 3 / 2))
			.map(new HoldRounds()::next)
			.toArray();
	}

	private long[] await(int rounds) {
		long[] times = new long[rounds];
		for (int round = 1; round <= rounds; round++) {
			this.board.await(HandOverBoard.HELD, round, PAUSE);
			this.board.set(HandOverBoard.WAITING_SINCE, System.nanoTime());
			this.board.set(HandOverBoard.WAITING, round);
			this.lock.lock();
			try {
				times[round - 1] = System.nanoTime();
			}
			finally {
				this.lock.unlock();
			}
			this.board.set(HandOverBoard.DONE, round);
		}
		return times;
	}

	/** The rounds of the holder. */
	private final class HoldRounds {

		private long round;

		long next(long hold) {
			this.round++;
			long released = holdFor(hold);
			HandOverSide.this.board.await(HandOverBoard.DONE, this.round, PAUSE);
			return released;
		}

		/** Hold the lock for a time that starts when the other process waits. */
		private long holdFor(long hold) {
			HandOverBoard board = HandOverSide.this.board;
			HandOverSide.this.lock.lock();
			try {
				board.set(HandOverBoard.HELD, this.round);
				board.await(HandOverBoard.WAITING, this.round, 0);
				Sleep.until(board.get(HandOverBoard.WAITING_SINCE) + hold);
				return System.nanoTime();
			}
			finally {
				HandOverSide.this.lock.unlock();
			}
		}

	}

}
