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
 * What holder and waiter tell each other, by a file that both have mapped, because that
 * takes no time that would matter.
 */
final class HandOverBoard {

	/** The round in which the holder holds the lock. */
	static final int HELD = 0;

	/** The round in which the waiter is about to wait. */
	static final int WAITING = 8;

	/** Since when it waits. */
	static final int WAITING_SINCE = 16;

	/** The round in which the waiter has had the lock. */
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
	 * @param place which of the rounds
	 * @param round the round
	 * @param pause nanoseconds between two looks
	 * @throws IllegalStateException if that takes so long that the other process must
	 * have died
	 */
	void await(int place, long round, long pause) {
		long begin = System.nanoTime();
		while (get(place) < round) {
			if (System.nanoTime() - begin > LONGEST_WAIT) {
				throw new IllegalStateException("The other process does not get to round " + round);
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
