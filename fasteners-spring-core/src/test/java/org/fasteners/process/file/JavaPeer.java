package org.fasteners.process.file;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.process.InterProcessLocks;

/**
 * What runs in a child JVM: reads orders from its standard input.
 */
final class JavaPeer {

	private JavaPeer() {
	}

	public static void main(String[] arguments) throws IOException {
		InterProcessLocks locks = new InterProcessLocks(
				new FileLockEngine(Path.of(arguments[0]), LockDirectoryAccess.OWNER), null);
		SharedExclusiveLock lock = (arguments.length > 2) ? locks.get(arguments[1], arguments[2])
				: locks.get(arguments[1]);
		BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		answer("ready");
		String order = orders.readLine();
		while (order != null) {
			answer(obey(lock, order.split(" ", -1)));
			order = orders.readLine();
		}
	}

	private static String obey(SharedExclusiveLock lock, String[] order) throws IOException {
		switch (order[0]) {
			case "lock" -> lock.side(LockMode.valueOf(order[1])).lock();
			case "unlock" -> lock.side(LockMode.valueOf(order[1])).unlock();
			case "try" -> {
				try (LockAttempt attempt = lock.tryAcquire(LockMode.valueOf(order[1]),
						Duration.ofMillis(Long.parseLong(order[2])))) {
					return String.valueOf(attempt.isAcquired());
				}
			}
			case "count" -> count(lock, Path.of(order[1]), Integer.parseInt(order[2]));
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

	private static void answer(String line) {
		System.out.println(line);
	}

}
