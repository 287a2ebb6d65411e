package org.fasteners.benchmarks.file;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The process whose system calls are counted: pairs on a free lock, after others to warm
 * up. What it prints shows in the trace where they begin and end.
 */
final class TracedLoop {

	static final String BEGIN = "begin";

	static final String END = "end";

	private static final int WARMUP = 1000;

	private TracedLoop() {
	}

	/**
	 * Lock and unlock.
	 * @param args the directory, whether to share, and how many pairs
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
