package org.fasteners.benchmarks.file;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The traced process: acquires and releases a free lock, after a warm-up. It prints a
 * line before and after the measured pairs, which mark them in the trace.
 */
final class TracedLoop {

	static final String BEGIN = "begin";

	static final String END = "end";

	private static final int WARMUP = 1000;

	private TracedLoop() {
	}

	/**
	 * Acquire and release the lock.
	 * @param args the directory, whether to use shared mode, and the number of pairs
	 */
	public static void main(String... args) throws IOException {
		try (OpenLock lock = FileContender.OURS_FAIR.open(Path.of(args[0]))) {
			var side = Boolean.parseBoolean(args[1]) ? lock.readLock() : lock.writeLock();
			PairLoop.run(side, WARMUP);
			System.out.println(BEGIN);
			long begin = System.nanoTime();
			PairLoop.run(side, Integer.parseInt(args[2]));
			long elapsed = System.nanoTime() - begin;
			System.out.println(END);
			System.out.println(elapsed);
		}
	}

}
