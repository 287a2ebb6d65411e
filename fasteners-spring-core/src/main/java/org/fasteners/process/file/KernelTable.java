package org.fasteners.process.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * The kernel's table of file locks, as it was read last. All callers of this JVM share
 * one reading.
 * <p>
 * Thread-safe.
 */
final class KernelTable {

	/*-
	 * The table has the locks of all processes of the machine, so any user can make it large,
	 * and reading it dear: some microseconds for each lock. Therefore
	 *
	 *  - it is never read under a mutex that lock operations need. The mutex here serves
	 *    readings alone;
	 *  - threads that ask at the same time share a reading that begins after they asked;
	 *  - a reading that takes less than two milliseconds is cheap, and made at each request.
	 *    Dear ones may take one percent of the time, with one second in reserve. When that is
	 *    used up, a caller gets the last reading, which says that it is an old one;
	 *  - a reading ends after one megabyte (some 17,000 locks), and says so.
	 *
	 * What an old or incomplete reading shows was so; what it does not show means nothing.
	 */

	static final int MOST_BYTES = 1 << 20;

	static final long CHEAP = TimeUnit.MILLISECONDS.toNanos(2);

	static final long RESERVE = TimeUnit.SECONDS.toNanos(1);

	/** Of which part of the time may be spent on reading. */
	static final int PART = 100;

	private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);

	private final Path source;

	private final LongSupplier clock;

	private final int mostBytes;

	private final ReentrantLock mutex = new ReentrantLock();

	private @Nullable Reading last;

	/** How long the last readings took. */
	private final long[] costs = new long[4];

	private int readings;

	/** How long readings may take in all. */
	private long allowance = RESERVE;

	private long allowedAt;

	KernelTable(Path source, LongSupplier clock, int mostBytes) {
		this.source = source;
		this.clock = clock;
		this.mostBytes = mostBytes;
		this.allowedAt = clock.getAsLong();
	}

	/**
	 * The table as it is now, or, if it was read too often, as it was.
	 */
	Reading read() {
		long asked = this.clock.getAsLong();
		this.mutex.lock();
		try {
			Reading known = this.last;
			if (known != null && (known.begun - asked > 0 || !mayRead())) {
				return known;
			}
			return readNow();
		}
		finally {
			this.mutex.unlock();
		}
	}

	/** How long to pause between two readings for a hint, in nanoseconds. */
	long pause() {
		this.mutex.lock();
		try {
			return Math.min(PART * cost(), LONGEST_PAUSE);
		}
		finally {
			this.mutex.unlock();
		}
	}

	private boolean mayRead() {
		long now = this.clock.getAsLong();
		this.allowance = Math.min(RESERVE, this.allowance + (now - this.allowedAt) / PART);
		this.allowedAt = now;
		return cost() < CHEAP || this.allowance > 0;
	}

	/** The shortest of the last: a busy machine makes single ones longer. */
	private long cost() {
		return Arrays.stream(this.costs).min().orElse(0);
	}

	private Reading readNow() {
		long begun = this.clock.getAsLong();
		Reading reading = Reading.of(bytes(), this.mostBytes, begun);
		this.costs[Math.floorMod(this.readings++, this.costs.length)] = this.clock.getAsLong() - begun;
		if (cost() >= CHEAP) {
			this.allowance -= cost();
		}
		this.last = reading;
		return reading;
	}

	/**
	 * One byte more than are looked at, if there are so many; {@code null} on systems
	 * without the table.
	 */
	private byte @Nullable [] bytes() {
		try (InputStream table = Files.newInputStream(this.source)) {
			return table.readNBytes(this.mostBytes + 1);
		}
		catch (IOException ex) {
			return null;
		}
	}

	/**
	 * What was read.
	 */
	static final class Reading {

		private static final int LINES = 64;

		private final String text;

		/** When it began. */
		private final long begun;

		private final boolean complete;

		/** Where each line begins, and the inode that it is about. */
		private int[] starts = new int[LINES];

		private long[] inodes = new long[LINES];

		private int lines;

		private Reading(String text, long begun, boolean complete) {
			this.text = text;
			this.begun = begun;
			this.complete = complete;
		}

		static Reading of(byte @Nullable [] table, int mostBytes, long begun) {
			if (table == null) {
				return new Reading("", begun, false);
			}
			boolean complete = table.length <= mostBytes;
			String text = new String(table, 0, Math.min(table.length, mostBytes), StandardCharsets.ISO_8859_1);
			Reading reading = new Reading(text, begun, complete);
			int start = 0;
			// what follows the last end of a line is cut off
			for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
				reading.add(start, end);
				start = end + 1;
			}
			return reading;
		}

		private void add(int start, int end) {
			if (this.lines == this.starts.length) {
				this.starts = Arrays.copyOf(this.starts, 2 * this.lines);
				this.inodes = Arrays.copyOf(this.inodes, 2 * this.lines);
			}
			this.starts[this.lines] = start;
			this.inodes[this.lines] = inode(start, end);
			this.lines++;
		}

		/**
		 * The number behind the last colon, as in
		 * {@code 1: POSIX ADVISORY WRITE 42 08:01:1835021 0 2}.
		 */
		private long inode(int start, int end) {
			int colon = this.text.lastIndexOf(':', end);
			long inode = 0;
			for (int i = colon + 1; colon >= start && i < end; i++) {
				int digit = this.text.charAt(i) - '0';
				if (digit < 0 || digit > 9) {
					return inode;
				}
				inode = 10 * inode + digit;
			}
			return inode;
		}

		/** Whether it began at a time or after it, and has the whole table. */
		boolean isWholeSince(long time) {
			return this.complete && this.begun - time >= 0;
		}

		/** The lines about a file. */
		List<String> lines(long inode) {
			List<String> found = new ArrayList<>();
			for (int i = 0; i < this.lines; i++) {
				if (this.inodes[i] == inode) {
					found.add(this.text.substring(this.starts[i], this.text.indexOf('\n', this.starts[i])));
				}
			}
			return found;
		}

	}

}
