package org.fasteners.process.file;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import org.fasteners.LockMode;

/**
 * The locked sections of several processes: how many each of them has done, and whether
 * any of them overlapped that should not. Counters in a file that all of them map.
 * <p>
 * Thread-safe, between processes too.
 */
final class Sections {

	private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

	/** How many processes may count apart from one another. */
	private static final int PROCESSES = 8;

	private static final int READING = PROCESSES;

	private static final int WRITING = PROCESSES + 1;

	private static final int OVERLAPS = PROCESSES + 2;

	private static final int WRITTEN = PROCESSES + 3;

	/** Read and then written, by who writes: what overlaps gets lost. */
	private static final int UNGUARDED = PROCESSES + 4;

	private static final int COUNTERS = PROCESSES + 5;

	private final ByteBuffer counters;

	private Sections(ByteBuffer counters) {
		this.counters = counters;
	}

	/** Of those who use the locks of a directory. */
	static Sections beside(Path lockDirectory) throws IOException {
		Path file = lockDirectory.resolveSibling("sections");
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
				StandardOpenOption.WRITE)) {
			return new Sections(channel.map(MapMode.READ_WRITE, 0, (long) COUNTERS * Long.BYTES));
		}
	}

	private long get(int counter) {
		return (long) LONGS.getVolatile(this.counters, counter * Long.BYTES);
	}

	private void set(int counter, long value) {
		LONGS.setVolatile(this.counters, counter * Long.BYTES, value);
	}

	private long add(int counter, long number) {
		return (long) LONGS.getAndAdd(this.counters, counter * Long.BYTES, number);
	}

	/**
	 * Do one, while the lock is held. Who writes is busy for that time, who reads sleeps
	 * for half of it up to one and a half.
	 */
	void perform(LockMode mode, int process, long micros) {
		if (mode == LockMode.EXCLUSIVE) {
			write(() -> work(micros));
		}
		else {
			read(() -> LockSupport.parkNanos(
					TimeUnit.MICROSECONDS.toNanos(micros / 2 + ThreadLocalRandom.current().nextLong(micros + 1))));
		}
		add(process, 1);
	}

	/** What is done while nobody else may read or write. */
	void write(Runnable action) {
		long others = add(WRITING, 1) + get(READING);
		long before = get(UNGUARDED);
		action.run();
		set(UNGUARDED, before + 1);
		others += get(READING);
		add(WRITING, -1);
		add(WRITTEN, 1);
		add(OVERLAPS, others);
	}

	/** What is done while nobody else may write. */
	void read(Runnable action) {
		add(READING, 1);
		long others = get(WRITING);
		action.run();
		others += get(WRITING);
		add(READING, -1);
		add(OVERLAPS, others);
	}

	/**
	 * What is done with some permits of a semaphore, while no more than so many are out.
	 */
	void limited(int permits, int most, int process, long micros) {
		long out = add(READING, permits) + permits;
		add(OVERLAPS, Math.max(0, out - most));
		work(micros);
		add(READING, -permits);
		add(process, 1);
	}

	private static void work(long micros) {
		long start = System.nanoTime();
		while (System.nanoTime() - start < TimeUnit.MICROSECONDS.toNanos(micros)) {
			Thread.onSpinWait();
		}
	}

	/** How many one process has done. */
	long done(int process) {
		return get(process);
	}

	/** How many all have done. */
	long done() {
		return IntStream.range(0, PROCESSES).mapToLong(this::get).sum();
	}

	/** How many read at the moment. */
	long reading() {
		return get(READING);
	}

	/** How many were done exclusively. */
	long written() {
		return get(WRITTEN);
	}

	/** How many times somebody met who should not have been there, or wrote in vain. */
	long violations() {
		return get(OVERLAPS) + get(WRITTEN) - get(UNGUARDED);
	}

}
