package org.fasteners.torture;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.fasteners.CountingSemaphore;
import org.fasteners.LockAttempt;
import org.fasteners.LockEngineException;
import org.fasteners.LockException;
import org.fasteners.LockHold;
import org.fasteners.LockInterruptedException;
import org.fasteners.LockMode;
import org.fasteners.LockPathException;
import org.fasteners.LockRegistry;
import org.fasteners.LockRegistryClosedException;
import org.fasteners.LockStolenException;
import org.fasteners.LockTimeoutException;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.torture.StormBoard.Cell;
import org.fasteners.torture.StormBoard.Phase;

/**
 * One thread of a storm: runs section after section until the phase {@link Phase#REST}.
 * Refusals that the kind of storm allows are counted. Any other exception ends the
 * process.
 */
final class StormThread implements Runnable {

	private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(3);

	/** Delay beyond a timeout that counts as late, even on a busy machine. */
	private static final long LATE = TimeUnit.SECONDS.toNanos(5);

	private static final int[] KEY_FILES = { 4, 16, 1 };

	private final StormWorker worker;

	private final StormBoard board;

	private final Storm storm;

	private final int slot;

	private final SplittableRandom random;

	private final StormSection section;

	private long round;

	StormThread(StormWorker worker, int slot, SplittableRandom random) {
		this.worker = worker;
		this.board = worker.board();
		this.storm = worker.storm();
		this.slot = slot;
		this.random = random;
		this.section = new StormSection(this.board, slot, new Work(random.split()), this.storm);
	}

	@Override
	public void run() {
		this.board.set(this.slot, Cell.STATE, 1);
		while (this.board.phase().compareTo(Phase.REST) < 0) {
			try {
				attempt();
			}
			catch (LockException | IllegalStateException ex) {
				if (!isAllowed(ex)) {
					throw ex;
				}
				this.board.add(this.slot, Cell.REFUSED);
			}
			catch (OutOfMemoryError | LinkageError | InternalError ex) {
				if (this.storm != Storm.MEMORY || !isOutOfMemory(ex)) {
					throw ex;
				}
				this.board.add(this.slot, Cell.REFUSED);
			}
			LockSupport.parkNanos(this.random.nextLong(1, LONGEST_PAUSE));
			Thread.interrupted();
		}
	}

	private void attempt() {
		switch (this.storm) {
			case SEMAPHORES -> permit();
			case KEY_FILES -> keyOfRound();
			default -> lock();
		}
	}

	private void lock() {
		int number = this.random.nextInt(this.board.locks());
		SharedExclusiveLock lock = lock(this.worker.registry(), number);
		boolean shared = this.random.nextInt(4) == 0;
		LockMode mode = shared ? LockMode.SHARED : LockMode.EXCLUSIVE;
		int way = shared ? StormSection.SHARED : StormSection.EXCLUSIVE;
		if (this.storm == Storm.MEMORY) {
			detached(lock, mode, number, way);
			return;
		}
		long start = System.nanoTime();
		try (LockAttempt attempt = lock.tryAcquire(mode, StormWorker.patience())) {
			if (attempt.isAcquired()) {
				this.section.perform(number, way, lock::verify);
				return;
			}
		}
		refused(start);
	}

	/** The lock of a file, or of a key of a file. */
	private SharedExclusiveLock lock(LockRegistry registry, int number) {
		return (this.storm == Storm.DESCRIPTORS || number % 2 == 0)
				? registry.interProcessReaderWriterLock(StormRun.path(this.storm, number))
				: registry.interProcessReaderWriterLock(StormRun.path(this.storm, number - 1), "key " + number);
	}

	private void refused(long start) {
		this.board.add(this.slot, Cell.REFUSED);
		if (System.nanoTime() - start - StormWorker.patience().toNanos() > LATE) {
			this.board.add(this.slot, Cell.LATE);
		}
	}

	/** Detach half of the holds. Retry a close that fails for lack of memory. */
	private void detached(SharedExclusiveLock lock, LockMode mode, int number, int way) {
		LockHold hold = lock.acquire(mode);
		try {
			if (this.random.nextBoolean()) {
				hold = hold.detach();
			}
			this.section.perform(number, way, lock::verify);
		}
		finally {
			close(hold);
		}
	}

	private static void close(LockHold hold) {
		while (true) {
			try {
				hold.close();
				return;
			}
			catch (OutOfMemoryError ex) {
				LockSupport.parkNanos(1);
			}
		}
	}

	private void permit() {
		int permits = 1 + this.worker.process() % 2;
		try (LockRegistry registry = this.worker.open(0)) {
			for (int i = 0; i < 4; i++) {
				CountingSemaphore semaphore = registry.interProcessSemaphore("pool", permits);
				try (LockAttempt attempt = semaphore.tryAcquire(Duration.ofMillis(10))) {
					if (attempt.isAcquired()) {
						this.section.perform(0, StormSection.PERMITS + permits, semaphore::verify);
					}
					else {
						this.board.add(this.slot, Cell.REFUSED);
					}
				}
			}
		}
		// the other number of permits gets its chance while this one is not in use
		LockSupport.parkNanos(this.random.nextLong(1, TimeUnit.MILLISECONDS.toNanos(20)));
	}

	/** Each round has its own path, for which all processes start at the same time. */
	private void keyOfRound() {
		long now = this.board.round();
		if (now == this.round) {
			Thread.onSpinWait();
			return;
		}
		this.round = now;
		int files = KEY_FILES[this.worker.process() % KEY_FILES.length];
		try (LockRegistry registry = this.worker.open(files)) {
			SharedExclusiveLock lock = registry.interProcessReaderWriterLock("round-" + now, "key");
			for (int i = 0; i < 5; i++) {
				try (LockAttempt attempt = lock.tryAcquire(LockMode.EXCLUSIVE, Duration.ofMillis(20))) {
					if (attempt.isAcquired()) {
						this.section.perform(0, StormSection.EXCLUSIVE, lock::verify);
					}
				}
			}
		}
		finally {
			this.board.set(this.slot, Cell.ROUND, now);
		}
	}

	/**
	 * While the JVM creates a class, it wraps the error; for a lambda, it even omits the
	 * cause.
	 */
	private static boolean isOutOfMemory(Throwable failure) {
		if (failure instanceof BootstrapMethodError && failure.getCause() == null) {
			return true;
		}
		Throwable cause = failure;
		while (cause != null && !(cause instanceof OutOfMemoryError)) {
			cause = cause.getCause();
		}
		return cause != null;
	}

	private boolean isAllowed(RuntimeException ex) {
		if (ex instanceof LockTimeoutException || ex instanceof LockInterruptedException) {
			return true;
		}
		return switch (this.storm) {
			case REPLACED -> ex instanceof LockPathException || ex instanceof LockEngineException
					|| ex instanceof LockStolenException;
			case DESCRIPTORS -> ex instanceof LockEngineException || ex instanceof LockPathException;
			case REGISTRIES -> ex instanceof LockRegistryClosedException;
			case SEMAPHORES, KEY_FILES -> ex instanceof LockPathException;
			default -> false;
		};
	}

}
