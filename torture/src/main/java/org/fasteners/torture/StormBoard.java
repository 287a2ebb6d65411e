package org.fasteners.torture;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Memory that the processes of a storm share: the counters, and the lock that each thread
 * holds. A slot belongs to one thread, which is the only writer of its cells, except for
 * {@link Cell#REPORTED}. No operation allocates, because memory may be exhausted.
 * <p>
 * No process is killed in a storm, so each mark on the board belongs to a live thread.
 */
// all processes of a storm run the same classes
@SuppressWarnings("EnumOrdinal")
final class StormBoard {

	private static final VarHandle CELLS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

	private static final int PHASE = 0;

	private static final int ROUND = 1;

	private static final int LOCKS = 2;

	private static final int HEADER = 3;

	private static final int PER_SLOT = Cell.values().length;

	private final MappedByteBuffer memory;

	private StormBoard(MappedByteBuffer memory) {
		this.memory = memory;
	}

	static StormBoard create(Path file, int locks, int slots) throws IOException {
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ,
				StandardOpenOption.WRITE)) {
			long size = (long) Long.BYTES * (HEADER + locks + (long) slots * PER_SLOT);
			StormBoard board = new StormBoard(channel.map(MapMode.READ_WRITE, 0, size));
			board.set(LOCKS, locks);
			return board;
		}
	}

	static StormBoard open(Path file) throws IOException {
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
			return new StormBoard(channel.map(MapMode.READ_WRITE, 0, channel.size()));
		}
	}

	/** The phase that the coordinator has set. */
	Phase phase() {
		return switch ((int) get(PHASE)) {
			case 0 -> Phase.STORM;
			case 1 -> Phase.CALM;
			case 2 -> Phase.REST;
			default -> Phase.END;
		};
	}

	void phase(Phase phase) {
		set(PHASE, phase.ordinal());
	}

	/**
	 * The number of the round, for storms in which the workers start together repeatedly.
	 */
	long round() {
		return get(ROUND);
	}

	void round(long round) {
		set(ROUND, round);
	}

	int slots() {
		return (this.memory.capacity() / Long.BYTES - HEADER - locks()) / PER_SLOT;
	}

	int locks() {
		return (int) get(LOCKS);
	}

	/** The counter that the holders of a lock increment without an atomic operation. */
	long count(int lock) {
		return get(HEADER + lock);
	}

	void count(int lock, long count) {
		set(HEADER + lock, count);
	}

	long get(int slot, Cell cell) {
		return get(index(slot, cell));
	}

	void set(int slot, Cell cell, long value) {
		set(index(slot, cell), value);
	}

	void add(int slot, Cell cell) {
		set(slot, cell, get(slot, cell) + 1);
	}

	/** The sum over all threads. */
	long sum(Cell cell) {
		long sum = 0;
		for (int slot = 0; slot < slots(); slot++) {
			sum += get(slot, cell);
		}
		return sum;
	}

	private int index(int slot, Cell cell) {
		return HEADER + locks() + slot * PER_SLOT + cell.ordinal();
	}

	private long get(int index) {
		return (long) CELLS.getVolatile(this.memory, index * Long.BYTES);
	}

	private void set(int index, long value) {
		CELLS.setVolatile(this.memory, index * Long.BYTES, value);
	}

	/**
	 * The phases of a run, in their order.
	 */
	enum Phase {

		/** The disturbances happen. */
		STORM,

		/** The disturbances have ended, and the threads go on with their sections. */
		CALM,

		/** No thread requests a lock any more; all locks must be free. */
		REST,

		/** The processes must end. */
		END

	}

	/**
	 * The cells of each thread.
	 */
	enum Cell {

		/** The lock that the thread holds, and how: see {@link StormSection}. */
		MARK,

		/** The number of completed sections. */
		SECTIONS,

		/** The number of sections that incremented the counter. */
		COUNTED,

		/** The number of refused or timed-out acquisitions. */
		REFUSED,

		/** The number of overlaps that the thread has detected. */
		OVERLAPS,

		/** The number of overlaps in which neither holder detected a loss. */
		UNSEEN,

		/** The number of times the thread detected that its lock was lost. */
		LOST,

		/** The number of timeouts that were late by seconds. */
		LATE,

		/** The number of refusals that are not allowed. */
		WRONG,

		/** The mark that another thread has found beside its own. */
		REPORTED,

		/**
		 * The progress of the thread: 1 for started, 2 for resting.
		 */
		STATE,

		/** The number of the round that the thread has completed. */
		ROUND

	}

}
