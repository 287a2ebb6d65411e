package org.fasteners.torture;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

import org.fasteners.LockRegistry;
import org.fasteners.registry.LockRegistries;
import org.fasteners.torture.StormBoard.Cell;
import org.fasteners.torture.StormBoard.Phase;
import org.jspecify.annotations.Nullable;

/**
 * The main class of a child JVM of a storm: threads that use the locks, and, for some
 * kinds of storms, one thread that disturbs them from within the process.
 */
final class StormWorker {

	/** The number of threads per process that use the locks. */
	static final int THREADS = 2;

	private static final int FAILED = 3;

	private static final int ENOUGH = 50;

	private static final int CHUNK = 1 << 16;

	private static final Logger LOG = Logger.getLogger("org.fasteners");

	private final Storm storm;

	private final StormBoard board;

	private final Path lockDirectory;

	private final int process;

	private final SplittableRandom random;

	/** The registry of all threads; replaced in the storm that closes registries. */
	private volatile LockRegistry registry;

	private StormWorker(Storm storm, StormBoard board, Path lockDirectory, int process, long seed) {
		this.storm = storm;
		this.board = board;
		this.lockDirectory = lockDirectory;
		this.process = process;
		this.random = new SplittableRandom(seed);
		this.registry = open(0);
	}

	/**
	 * Run a process of a storm.
	 * @param arguments storm, board, lock directory, number of the process, seed
	 */
	public static void main(String[] arguments) throws Exception {
		LOG.setLevel(Level.SEVERE);
		if (arguments[0].equals(Storm.DESCRIPTORS.name())) {
			loadClassesOfDirectories();
		}
		Thread parent = new Thread(StormWorker::exitWithParent, "parent");
		parent.setDaemon(true);
		parent.start();
		new StormWorker(Storm.valueOf(arguments[0]), StormBoard.open(Path.of(arguments[1])), Path.of(arguments[2]),
				Integer.parseInt(arguments[3]), Long.parseLong(arguments[4]))
			.work();
	}

	private void work() throws InterruptedException {
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < THREADS; i++) {
			int slot = this.process * THREADS + i;
			threads.add(start(new StormThread(this, slot, this.random.split()), "storm " + slot));
		}
		List<Thread> disturbers = new ArrayList<>();
		switch (this.storm) {
			case MEMORY -> disturbers.add(start(this::exhaustMemory, "memory"));
			case REGISTRIES -> disturbers.add(start(this::reopen, "registries"));
			case INTERRUPTS -> disturbers.add(start(() -> interrupt(threads), "interrupts"));
			default -> {
			}
		}
		for (Thread thread : threads) {
			thread.join();
		}
		for (Thread disturber : disturbers) {
			disturber.join();
		}
		for (int i = 0; i < THREADS; i++) {
			this.board.set(this.process * THREADS + i, Cell.STATE, 2);
		}
		while (this.board.phase() != Phase.END) {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
		}
		this.registry.close();
		// the coordinator checks for leaked holds before this point, because the end of
		// the process releases them
		Runtime.getRuntime().halt(0);
	}

	private Thread start(Runnable body, String name) {
		Thread thread = new Thread(body, name);
		thread.setUncaughtExceptionHandler((failed, ex) -> {
			if (ex instanceof OutOfMemoryError && this.storm == Storm.MEMORY) {
				System.err.println("A thread of the storm has ended for lack of memory: " + failed.getName());
			}
			ex.printStackTrace();
			Runtime.getRuntime().halt(FAILED);
		});
		thread.start();
		return thread;
	}

	/** Open a registry that distributes keys over some files; zero for the default. */
	LockRegistry open(int keyFiles) {
		LockRegistries.Builder builder = LockRegistries.builder()
			.lockDirectory(this.lockDirectory)
			.defaultTimeout(patience());
		return ((keyFiles > 0) ? builder.keyFiles(keyFiles) : builder).build();
	}

	Storm storm() {
		return this.storm;
	}

	StormBoard board() {
		return this.board;
	}

	LockRegistry registry() {
		return this.registry;
	}

	int process() {
		return this.process;
	}

	/**
	 * Fill the heap, free it, and pause for a moment, again and again. Starts after the
	 * threads have completed enough sections for their classes to be loaded.
	 */
	private void exhaustMemory() {
		int first = this.process * THREADS;
		while (this.board.phase() == Phase.STORM && (this.board.get(first, Cell.SECTIONS) < ENOUGH
				|| this.board.get(first + 1, Cell.SECTIONS) < ENOUGH)) {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
		}
		@Nullable Object chunks = null;
		long exhausted = 1;
		long free = 1;
		while (this.board.phase() == Phase.STORM) {
			try {
				chunks = new Object[] { new byte[CHUNK], chunks };
			}
			catch (OutOfMemoryError ex) {
				LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
				chunks = fillUp(chunks);
				LockSupport.parkNanos(exhausted);
				chunks = null;
				LockSupport.parkNanos(free);
				exhausted = this.random.nextLong(1, TimeUnit.MILLISECONDS.toNanos(10));
				free = this.random.nextLong(1, TimeUnit.MILLISECONDS.toNanos(20));
			}
		}
	}

	/** Allocate pieces so small that nothing else fits. */
	private static @Nullable Object fillUp(@Nullable Object chunks) {
		@Nullable Object all = chunks;
		try {
			while (true) {
				all = new Object[] { all, null };
			}
		}
		catch (OutOfMemoryError ex) {
			return all;
		}
	}

	/**
	 * Close the registry while other threads use it, again and again. Each round also
	 * uses a semaphore whose number of permits all processes change at the same moment:
	 * permits of the previous round must not block the new number.
	 */
	private void reopen() {
		int slot = this.process * THREADS;
		long round = 0;
		while (this.board.phase().compareTo(Phase.REST) < 0) {
			LockRegistry last = this.registry;
			this.registry = open(0);
			last.close();
			if (this.board.round() > round) {
				round = this.board.round();
				new StormRound(this, slot, (int) (round % 2) + 1).run();
				this.board.set(slot, Cell.ROUND, round);
			}
			LockSupport.parkNanos(this.random.nextLong(1, TimeUnit.MILLISECONDS.toNanos(20)));
		}
	}

	private void interrupt(List<Thread> threads) {
		while (this.board.phase() == Phase.STORM) {
			LockSupport.parkNanos(this.random.nextLong(1, TimeUnit.MILLISECONDS.toNanos(5)));
			threads.get(this.random.nextInt(threads.size())).interrupt();
		}
	}

	/** The timeout of an attempt. */
	static Duration patience() {
		return Duration.ofMillis(50);
	}

	/**
	 * Without free descriptors a class can be loaded from a jar, which is open already,
	 * but not from a directory of classes.
	 */
	private static void loadClassesOfDirectories() throws IOException {
		for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
			Path directory = Path.of(entry);
			if (Files.isDirectory(directory)) {
				try (Stream<Path> files = Files.walk(directory.resolve("org/fasteners"))) {
					files.map((file) -> directory.relativize(file).toString())
						.filter((name) -> name.endsWith(".class"))
						.forEach(StormWorker::load);
				}
			}
		}
	}

	private static void load(String file) {
		String name = file.substring(0, file.length() - ".class".length()).replace(File.separatorChar, '.');
		try {
			Class.forName(name, false, StormWorker.class.getClassLoader());
		}
		catch (ClassNotFoundException | LinkageError ex) {
			// requires an absent library, so the storm does not use it
		}
	}

	private static void exitWithParent() {
		try {
			System.in.read();
		}
		catch (IOException ex) {
			// equivalent to the end of the parent
		}
		Runtime.getRuntime().halt(FAILED);
	}

}
