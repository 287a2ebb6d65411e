package org.fasteners.benchmarks.file;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A mapped file through which holder and waiter communicate. Its access time is
 * negligible for the measurement.
 */
final class HandOverBoard {

	/** The number of the round in which the holder holds the lock. */
	static final int HELD = 0;

	/** The number of the round in which the waiter starts to wait. */
	static final int WAITING = 8;

	/** The start of the wait. */
	static final int WAITING_SINCE = 16;

	/** The number of the round in which the waiter has acquired and released the lock. */
	static final int DONE = 24;

	static final int BYTES = 32;

	private static final long LONGEST_WAIT = TimeUnit.MINUTES.toNanos(1);

	private static final VarHandle LONG = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

	private final ByteBuffer values;

	HandOverBoard(Path file) throws IOException {
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
			this.values = channel.map(MapMode.READ_WRITE, 0, BYTES).order(ByteOrder.nativeOrder());
		}
	}

	long get(int place) {
		return (long) LONG.getVolatile(this.values, place);
	}

	void set(int place, long value) {
		LONG.setVolatile(this.values, place, value);
	}

	/**
	 * Wait until a round is reached.
	 * @param place the position of the number of the round
	 * @param round the round
	 * @param pause nanoseconds between two reads
	 * @throws IllegalStateException if the wait is so long that the other process must
	 * have died
	 */
	void await(int place, long round, long pause) {
		long begin = System.nanoTime();
		while (get(place) < round) {
			if (System.nanoTime() - begin > LONGEST_WAIT) {
				throw new IllegalStateException("The other process does not reach round " + round);
			}
			if (pause > 0) {
				LockSupport.parkNanos(pause);
			}
			else {
				Thread.onSpinWait();
			}
		}
	}

}
