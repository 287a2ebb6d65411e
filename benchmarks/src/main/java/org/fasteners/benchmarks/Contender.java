package org.fasteners.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;

import org.fasteners.LockPreference;
import org.fasteners.thread.ReaderWriterLock;

/**
 * A lock in the comparison of thread locks.
 */
enum Contender {

	/** The lock of this library by default: writers first. */
	OURS("ours"),

	/** The lock of this library, readers first. */
	OURS_READER("ours-reader"),

	/** The lock of this library, readers and writers in turn. */
	OURS_FAIR("ours-fair"),

	/** The reader-writer lock of the JDK. */
	RRWL("rrwl"),

	/** The reader-writer lock of the JDK, approximately first come, first served. */
	RRWL_FAIR("rrwl-fair"),

	/** The view of the {@link StampedLock} of the JDK, which is not re-entrant. */
	STAMPED("stamped"),

	/** The {@link ReentrantLock} of the JDK: readers exclude each other. */
	REENTRANT("reentrant");

	/** The contender that the others are compared with. */
	static final Contender REFERENCE = RRWL;

	private final String label;

	Contender(String label) {
		this.label = label;
	}

	/**
	 * Return the contender with a label.
	 * @param label a value of the benchmark parameter {@code lock}
	 * @return the contender
	 * @throws IllegalArgumentException if the label is unknown
	 */
	static Contender of(String label) {
		return Arrays.stream(values())
			.filter((contender) -> contender.label.equals(label))
			.findAny()
			.orElseThrow(() -> new IllegalArgumentException(String.format(Locale.ROOT,
					"Unknown lock '%s', expected one of: %s", label, String.join(", ", labels()))));
	}

	static List<String> labels() {
		return Arrays.stream(values()).map(Contender::label).toList();
	}

	String label() {
		return this.label;
	}

	/**
	 * Return whether several threads may read at the same time.
	 */
	boolean isShared() {
		return this != REENTRANT;
	}

	ReadWriteLock create() {
		return switch (this) {
			case OURS -> ours(LockPreference.WRITER);
			case OURS_READER -> ours(LockPreference.READER);
			case OURS_FAIR -> ours(LockPreference.FAIR);
			case RRWL -> new ReentrantReadWriteLock(false);
			case RRWL_FAIR -> new ReentrantReadWriteLock(true);
			case STAMPED -> new StampedLock().asReadWriteLock();
			case REENTRANT -> new OneSided();
		};
	}

	private static ReadWriteLock ours(LockPreference preference) {
		return ReaderWriterLock.builder().preference(preference).build();
	}

	/**
	 * One lock for reading and for writing. It is as large as its superclass.
	 */
	private static final class OneSided extends ReentrantLock implements ReadWriteLock {

		@Override
		public Lock readLock() {
			return this;
		}

		@Override
		public Lock writeLock() {
			return this;
		}

	}

}
