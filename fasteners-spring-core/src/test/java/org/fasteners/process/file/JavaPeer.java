package org.fasteners.process.file;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.process.InterProcessLocks;
import org.fasteners.process.Pauses;

/**
 * What runs in a child JVM: reads orders from its standard input.
 */
final class JavaPeer {

	/** The property that says who goes first. */
	static final String PREFERENCE = "preference";

	/** The property that says with what files are locked. */
	static final String PROTOCOL = "protocol";

	private final SharedExclusiveLock lock;

	private final Path directory;

	/** Threads that do one section after another. */
	private final List<Background<Boolean>> loops = new ArrayList<>();

	private volatile boolean halted;

	private JavaPeer(SharedExclusiveLock lock, Path directory) {
		this.lock = lock;
		this.directory = directory;
	}

	public static void main(String[] arguments) throws IOException {
		Path directory = Path.of(arguments[0]);
		FileLockSettings settings = FileLockSettings.DEFAULT
			.withProtocol(LockProtocol.valueOf(System.getProperty(PROTOCOL)));
		InterProcessLocks locks = new InterProcessLocks(new FileLockEngine(directory, settings),
				LockPreference.valueOf(System.getProperty(PREFERENCE)), Pauses.DEFAULT, null);
		SharedExclusiveLock lock = (arguments.length > 2) ? locks.get(arguments[1], arguments[2])
				: locks.get(arguments[1]);
		JavaPeer peer = new JavaPeer(lock, directory);
		BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		answer("ready");
		String order = orders.readLine();
		while (order != null) {
			answer(peer.obey(order.split(" ", -1)));
			order = orders.readLine();
		}
	}

	private String obey(String[] order) throws IOException {
		switch (order[0]) {
			case "lock" -> this.lock.side(LockMode.valueOf(order[1])).lock();
			case "unlock" -> this.lock.side(LockMode.valueOf(order[1])).unlock();
			case "try" -> {
				try (LockAttempt attempt = this.lock.tryAcquire(LockMode.valueOf(order[1]),
						Duration.ofMillis(Long.parseLong(order[2])))) {
					return String.valueOf(attempt.isAcquired());
				}
			}
			case "count" -> count(this.lock, Path.of(order[1]), Integer.parseInt(order[2]));
			case "loop" -> loop(LockMode.valueOf(order[1]), Integer.parseInt(order[2]), Integer.parseInt(order[3]),
					Long.parseLong(order[4]));
			case "halt" -> halt();
			case "upgrade" -> upgrade(this.lock, Sections.beside(this.directory), Integer.parseInt(order[1]));
			default -> throw new IllegalArgumentException(order[0]);
		}
		return "done";
	}

	/** Each step reads a number and writes the next one, and tells who overlaps. */
	static void count(SharedExclusiveLock lock, Path file, int times) throws IOException {
		Path inside = file.resolveSibling("inside");
		for (int i = 0; i < times; i++) {
			try (LockHold hold = lock.acquire(LockMode.EXCLUSIVE)) {
				Files.writeString(inside, "", StandardOpenOption.CREATE_NEW);
				int before = Integer.parseInt(Files.readString(file).trim());
				Files.writeString(file, String.valueOf(before + 1));
				Files.delete(inside);
			}
		}
	}

	/** One section after another, in each of so many threads, until told to halt. */
	private void loop(LockMode mode, int threads, int process, long micros) throws IOException {
		Sections sections = Sections.beside(this.directory);
		for (int i = 0; i < threads; i++) {
			repeat((mode == LockMode.UPDATE) ? () -> upgrade(this.lock, sections, 1) : () -> {
				try (LockHold hold = this.lock.acquire(mode)) {
					sections.perform(mode, process, micros);
				}
			});
		}
	}

	private void repeat(Background.Action action) {
		this.loops.add(Background.start(() -> {
			while (!this.halted) {
				action.run();
			}
		}));
	}

	private void halt() {
		this.halted = true;
		this.loops.forEach(Background::result);
		this.loops.clear();
		this.halted = false;
	}

	/**
	 * Under an update hold write, let readers in, and write once more. Nobody else may
	 * have written since the hold began.
	 */
	static void upgrade(SharedExclusiveLock lock, Sections sections, int times) {
		for (int i = 0; i < times; i++) {
			try (LockHold update = lock.acquire(LockMode.UPDATE)) {
				long written = sections.written();
				for (int mine = 0; mine < 2; mine++) {
					try (LockHold write = lock.acquire(LockMode.EXCLUSIVE)) {
						long others = sections.written() - written - mine;
						if (others != 0) {
							throw new AssertionError(
									String.format(Locale.ROOT, "%d wrote while an update hold was held", others));
						}
						sections.write(Thread::yield);
					}
				}
			}
		}
	}

	private static void answer(String line) {
		System.out.println(line);
	}

}
