package org.fasteners.benchmarks.file;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

import org.fasteners.LockRegistry;
import org.fasteners.process.Pauses;

/**
 * A process that is idle, or has a thread that waits for a lock, and prints its processor
 * time on request.
 */
final class WaitingJvm {

	private WaitingJvm() {
	}

	/**
	 * Wait, and answer each line.
	 * @param args the directory of a lock, and the milliseconds after which a wait for it
	 * counts as long; none for an idle process
	 */
	public static void main(String... args) throws IOException, InterruptedException {
		Thread waiter = new Thread(() -> await(args), "waiter");
		waiter.setDaemon(true);
		waiter.start();
		BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		while (questions.readLine() != null) {
			System.out.println(ProcessorTime.now(waiter));
		}
	}

	private static void await(String... args) {
		try {
			if (args.length == 0) {
				Thread.sleep(Long.MAX_VALUE);
			}
			try (LockRegistry registry = registry(Path.of(args[0]), Duration.ofMillis(Long.parseLong(args[1])))) {
				registry.interProcessLock(FileContender.FILE).lock();
				throw new IllegalStateException("Could not wait for the lock: no other process holds it");
			}
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static LockRegistry registry(Path directory, Duration longWait) {
		Pauses usual = Pauses.DEFAULT;
		return FileContender.OURS_FAIR.registry(directory,
				new Pauses(usual.first(), usual.longest(), longWait, usual.longestOfLongWait()));
	}

}
