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
 * Memory that the processes of a storm share: what is counted, and which thread is inside
 * of which lock. A thread is a slot, and each cell of a slot is written by that thread
 * alone, but for {@link Cell#ACCUSED}. Nothing here allocates, because memory may have
 * run out.
 * <p>
 * No process is killed in a storm, so a mark on the board is that of a thread that lives.
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

	/** What the coordinator wants now. */
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

	/** Workers that meet again and again count the meetings. */
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

	/** What the holders of a lock count up, unguarded. */
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
	 * How a run goes on.
	 */
	enum Phase {

		/** The storm. */
		STORM,

		/** The disturbance has ended, and locking goes on. */
		CALM,

		/** No thread asks for a lock any more; all are to be free. */
		REST,

		/** The processes are to end. */
		END

	}

	/**
	 * What there is of each thread.
	 */
	enum Cell {

		/** In which lock it is, and how: see {@link StormSection}. */
		MARK,

		/** How many sections it has finished. */
		SECTIONS,

		/** How many of them have counted. */
		COUNTED,

		/** How often a lock was refused. */
		REFUSED,

		/** How often it was not alone. */
		OVERLAPS,

		/** How often it was not alone and no loss was seen. */
		UNSEEN,

		/** How often it saw that its lock was lost. */
		LOST,

		/** How often a timeout was late by seconds. */
		LATE,

		/** How often something was refused that must not be. */
		WRONG,

		/** The mark that another thread has met beside its own. */
		ACCUSED,

		/**
		 * How far it is: 1 for started, 2 for resting; the round where there are rounds.
		 */
		STATE,

		/** The round that it has finished. */
		ROUND

	}

}
