package org.fasteners.torture;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;

import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.registry.LockRegistries;

/**
 * The main class of a child JVM: threads that use the locks until the run ends or the
 * process is killed.
 */
final class Worker {

	/** Exit status for an error that the referee does not judge. */
	private static final int FAILED = 3;

	/**
	 * Its level suppresses a line with the lock directory from each worker. Strong
	 * reference: a logger that is garbage collected loses its level.
	 */
	private static final Logger LOG = Logger.getLogger("org.fasteners");

	private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

	private final Assignment assignment;

	private final Board board;

	private final SplittableRandom random;

	private Worker(Assignment assignment) throws IOException {
		this.assignment = assignment;
		this.board = Board.open(assignment.board());
		this.random = new SplittableRandom(assignment.seed());
	}

	public static void main(String[] arguments) throws Exception {
		LOG.setLevel(Level.WARNING);
		exitWithParent();
		new Worker(Assignment.parse(arguments)).work();
	}

	private void work() throws InterruptedException {
		Layout layout = this.board.layout();
		try (LockRegistry registry = LockRegistries.builder()
			.lockDirectory(this.assignment.lockDirectory())
			.processPreference(this.assignment.preference())
			.build()) {
			warmUp(registry);
			this.board.set(layout.life(this.assignment.process()),
					new Life(this.assignment.generation(), ProcessHandle.current().pid()).word());
			List<Thread> threads = new ArrayList<>();
			for (int i = 0; i < layout.threads(); i++) {
				threads.add(start(layout.firstSlot(this.assignment.process()) + i, registry));
			}
			if (this.assignment.behaviour() == Behaviour.IMPATIENT) {
				interrupt(threads);
			}
			for (Thread thread : threads) {
				thread.join();
			}
		}
	}

	/**
	 * Acquire a lock that no other process uses, so that classes are loaded and
	 * initialised before the process counts as started. On a busy machine this takes
	 * seconds, which must not count as starvation.
	 */
	private void warmUp(LockRegistry registry) {
		SharedExclusiveLock lock = registry.interProcessReaderWriterLock("warm-up/" + this.assignment.process(), "key");
		for (LockMode mode : LockMode.values()) {
			lock.acquire(mode).close();
		}
	}

	private Thread start(int slot, LockRegistry registry) {
		SplittableRandom own = this.random.split();
		Presence presence = new Presence(this.board, slot, this.assignment.generation());
		Section section = new Section(this.board, presence, new Work(own.split()), slot);
		Thread thread = new Thread(new WorkerThread(this.board, this.assignment.behaviour(), section,
				entrance(registry, own.split()), own), "worker " + slot);
		thread.setUncaughtExceptionHandler((failed, ex) -> {
			ex.printStackTrace();
			Runtime.getRuntime().halt(FAILED);
		});
		thread.start();
		return thread;
	}

	private Entrance entrance(LockRegistry registry, SplittableRandom own) {
		boolean patient = this.assignment.behaviour() != Behaviour.IMPATIENT;
		Entrance locked = new LockedEntrance(registry, own, patient);
		return switch (this.assignment.plantedBug()) {
			case NONE -> locked;
			case NO_LOCK -> (resource, mode) -> new NoLock(true);
			case LOST_LOCK ->
				new LeakyEntrance(locked, this.assignment.lockDirectory().resolve(Resources.PATH), own.split());
		};
	}

	private void interrupt(List<Thread> threads) {
		while (!this.board.isStopping()) {
			LockSupport.parkNanos(this.random.nextLong(1, LONGEST_PAUSE));
			threads.get(this.random.nextInt(threads.size())).interrupt();
		}
	}

	/**
	 * The parent never writes to the pipe, so a read returns only when the parent ends.
	 */
	private static void exitWithParent() {
		Thread watch = new Thread(() -> {
			try {
				System.in.read();
			}
			catch (IOException ex) {
				// equivalent to the end of the parent
			}
			Runtime.getRuntime().halt(FAILED);
		}, "parent");
		watch.setDaemon(true);
		watch.start();
	}

}
