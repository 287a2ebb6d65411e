package org.fasteners.torture;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

import org.fasteners.LockAttempt;
import org.fasteners.LockMode;

/**
 * One thread of a worker: runs bursts of sections with pauses in between. Without the
 * pauses the file would never be free as a whole. Python's fasteners, which retry only
 * every few milliseconds, would then starve.
 */
final class WorkerThread implements Runnable {

	private static final int USUAL_BURST = 8;

	private static final int LONGEST_BURST = 100;

	private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(30);

	private final Board board;

	private final Behaviour behaviour;

	private final Section section;

	private final Entrance entrance;

	private final RandomGenerator random;

	WorkerThread(Board board, Behaviour behaviour, Section section, Entrance entrance, RandomGenerator random) {
		this.board = board;
		this.behaviour = behaviour;
		this.section = section;
		this.entrance = entrance;
		this.random = random;
	}

	@Override
	public void run() {
		while (!this.board.isStopping()) {
			int sections = 1 + this.random.nextInt((this.random.nextInt(20) == 0) ? LONGEST_BURST : USUAL_BURST);
			for (int i = 0; i < sections && !this.board.isStopping(); i++) {
				attempt();
			}
			LockSupport.parkNanos(this.random.nextLong(1, LONGEST_PAUSE));
			// clear an interrupt that arrived while the thread did not wait
			Thread.interrupted();
		}
	}

	private void attempt() {
		int resource = this.random.nextInt(this.behaviour.firstResource(), this.behaviour.endOfResources());
		int percent = this.random.nextInt(100) - this.behaviour.readPercent();
		LockMode mode = (percent < 0) ? LockMode.SHARED
				: (percent < this.behaviour.updatePercent()) ? LockMode.UPDATE : LockMode.EXCLUSIVE;
		attempt(resource, mode);
	}

	private void attempt(int resource, LockMode mode) {
		try (LockAttempt attempt = this.entrance.enter(resource, mode)) {
			if (!attempt.isAcquired()) {
				return;
			}
			switch (mode) {
				case SHARED -> this.section.read(resource);
				case UPDATE -> this.section.update(resource, this.entrance);
				case EXCLUSIVE -> this.section.write(resource);
			}
		}
	}

}
