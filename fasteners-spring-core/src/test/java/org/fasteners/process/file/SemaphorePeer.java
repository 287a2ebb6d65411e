package org.fasteners.process.file;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.fasteners.Background;
import org.fasteners.CountingSemaphore;
import org.fasteners.LockAttempt;
import org.fasteners.LockException;
import org.fasteners.LockHold;
import org.fasteners.LockRegistry;
import org.fasteners.registry.LockRegistries;

/**
 * What runs in a child JVM that uses semaphores: reads orders from its standard input,
 * each of which begins with a path and the number of its permits.
 */
final class SemaphorePeer {

	private final Path directory;

	private final LockRegistry registry;

	private final Deque<LockHold> holds = new ArrayDeque<>();

	/** Threads that do one section after another. */
	private final List<Background<Boolean>> loops = new ArrayList<>();

	private volatile boolean halted;

	private SemaphorePeer(Path directory) {
		this.directory = directory;
		this.registry = LockRegistries.builder().lockDirectory(directory).build();
	}

	static Peer start(Path directory) throws IOException {
		return Peer.program(List.of(Peer.javaExecutable(), "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp",
				System.getProperty("java.class.path"), SemaphorePeer.class.getName(), directory.toString()));
	}

	public static void main(String[] arguments) throws IOException {
		SemaphorePeer peer = new SemaphorePeer(Path.of(arguments[0]));
		BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		System.out.println("ready");
		String line = orders.readLine();
		while (line != null) {
			System.out.println(peer.answer(line.split(" ", -1)));
			line = orders.readLine();
		}
	}

	private String answer(String[] order) throws IOException {
		try {
			return obey(this.registry.interProcessSemaphore(order[0], Integer.parseInt(order[1])), order);
		}
		catch (LockException ex) {
			return ex.getClass().getSimpleName() + ": " + ex.getMessage();
		}
	}

	private String obey(CountingSemaphore semaphore, String[] order) throws IOException {
		switch (order[2]) {
			case "take" -> this.holds.push(semaphore.acquire(Integer.parseInt(order[3])));
			case "give" -> this.holds.pop().close();
			case "try" -> {
				try (LockAttempt attempt = semaphore.tryAcquire(Integer.parseInt(order[3]),
						Duration.ofMillis(Long.parseLong(order[4])))) {
					return String.valueOf(attempt.isAcquired());
				}
			}
			case "loop" -> loop(semaphore, Integer.parseInt(order[3]), Integer.parseInt(order[4]),
					Integer.parseInt(order[5]), Long.parseLong(order[6]));
			case "halt" -> {
				this.halted = true;
				this.loops.forEach(Background::result);
			}
			default -> throw new IllegalArgumentException(order[2]);
		}
		return "done";
	}

	/**
	 * One section after another, with one permit up to so many, in each of the threads.
	 */
	private void loop(CountingSemaphore semaphore, int threads, int most, int process, long micros) throws IOException {
		Sections sections = Sections.beside(this.directory);
		for (int i = 0; i < threads; i++) {
			int permits = 1 + i % most;
			this.loops.add(Background.start(() -> {
				while (!this.halted) {
					try (LockHold hold = semaphore.acquire(permits)) {
						sections.limited(permits, semaphore.permits(), process, micros);
					}
				}
			}));
		}
	}

}
