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
 * Memory that all processes share: a mapped file of numbers. What a process has written
 * outlives a {@code kill -9} of the process. Each number is read and written in a single
 * access, and accesses are in program order. There is no atomic read-modify-write: the
 * counters of the workers are therefore protected by their lock alone.
 */
final class Board {

	private static final VarHandle CELLS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

	private final MappedByteBuffer memory;

	private final Layout layout;

	private Board(MappedByteBuffer memory, Layout layout) {
		this.memory = memory;
		this.layout = layout;
	}

	/** Create a board of zeros. */
	static Board create(Path file, Layout layout) throws IOException {
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ,
				StandardOpenOption.WRITE)) {
			MappedByteBuffer memory = channel.map(MapMode.READ_WRITE, 0, (long) Long.BYTES * layout.size());
			Board board = new Board(memory, layout);
			board.set(Layout.PROCESSES, layout.processes());
			board.set(Layout.THREADS, layout.threads());
			board.set(Layout.RESOURCES, layout.resources());
			return board;
		}
	}

	/** Open a board that another process has created. */
	static Board open(Path file) throws IOException {
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
			MappedByteBuffer memory = channel.map(MapMode.READ_WRITE, 0, channel.size());
			return new Board(memory, new Layout((int) get(memory, Layout.PROCESSES), (int) get(memory, Layout.THREADS),
					(int) get(memory, Layout.RESOURCES)));
		}
	}

	Layout layout() {
		return this.layout;
	}

	long get(int cell) {
		return get(this.memory, cell);
	}

	void set(int cell, long value) {
		CELLS.setVolatile(this.memory, cell * Long.BYTES, value);
	}

	/** Add to a number that has a single writer. */
	void add(int cell, long number) {
		set(cell, get(cell) + number);
	}

	/** Request that all workers end. */
	void stop() {
		set(Layout.STOPPING, 1);
	}

	boolean isStopping() {
		return get(Layout.STOPPING) != 0;
	}

	private static long get(MappedByteBuffer memory, int cell) {
		return (long) CELLS.getVolatile(memory, cell * Long.BYTES);
	}

}
