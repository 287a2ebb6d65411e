package org.fasteners.process.file;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

import org.fasteners.LockException;
import org.fasteners.LockMode;
import org.fasteners.process.InterProcessLocks;

/**
 * What runs in a JVM of another default locale: it acquires what it is told, holds it,
 * and answers with the message if it cannot.
 */
final class LocalePeer {

	private static final Logger LOGGER = Logger.getLogger("org.fasteners");

	private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

	private LocalePeer() {
	}

	public static void main(String[] arguments) throws IOException {
		StringBuilder log = new StringBuilder();
		LOGGER.addHandler(new Log(log));
		InterProcessLocks locks = locks(Path.of(arguments[0]));
		BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		OUT.println("ready");
		String order = orders.readLine();
		while (order != null) {
			OUT.println(order.equals("log") ? log : obey(locks, order.split(" ", -1)));
			order = orders.readLine();
		}
	}

	/** As both sides use them: keys are spread, and there is one attempt. */
	static InterProcessLocks locks(Path directory) {
		FileLockSettings settings = FileLockSettings.DEFAULT.withAccess(LockDirectoryAccess.ANYONE).withKeyFiles(16);
		return new InterProcessLocks(new FileLockEngine(directory, settings), Duration.ZERO);
	}

	private static String obey(InterProcessLocks locks, String[] order) {
		try {
			switch (order[0]) {
				case "digits" -> {
					return String.format(Locale.getDefault(Locale.Category.FORMAT), "%d", 16);
				}
				case "path" -> locks.get(order[1]).acquire(LockMode.EXCLUSIVE);
				case "key" -> locks.get(order[1], order[2]).acquire(LockMode.EXCLUSIVE);
				case "permits" -> locks.semaphore(order[1], Integer.parseInt(order[2])).acquire();
				default -> throw new IllegalArgumentException(order[0]);
			}
			return "done";
		}
		catch (LockException ex) {
			return String.valueOf(ex.getMessage());
		}
	}

	private static final class Log extends Handler {

		private final StringBuilder log;

		Log(StringBuilder log) {
			this.log = log;
		}

		@Override
		public void publish(LogRecord message) {
			this.log.append(new SimpleFormatter().formatMessage(message)).append("; ");
		}

		@Override
		public void flush() {
			// nothing is kept back
		}

		@Override
		public void close() {
			// nothing is open
		}

	}

}
