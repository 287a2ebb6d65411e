package org.fasteners.benchmarks.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Level;
import java.util.logging.Logger;

import org.fasteners.LockPreference;
import org.fasteners.LockRegistry;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.process.Pauses;
import org.fasteners.process.file.LockProtocol;
import org.fasteners.registry.LockRegistries;
import org.jspecify.annotations.Nullable;

/**
 * A lock in the comparison of file locks.
 */
public enum FileContender {

	/** The lock of this library, writers first. */
	OURS("ours"),

	/** The lock of this library, readers first. */
	OURS_READER("ours-reader"),

	/** The lock of this library by default: fair, no waiter starves. */
	OURS_FAIR("ours-fair"),

	/** The lock of this library with {@code flock(2)}, which supports no keys. */
	OURS_FLOCK("ours-flock"),

	/**
	 * The usual solution with the JDK alone: a {@link ReentrantLock} between the threads,
	 * and a file lock that is acquired inside it each time.
	 */
	CHANNEL("channel"),

	/** A {@link ReentrantLock} alone, which does not exclude other processes. */
	REENTRANT("reentrant");

	/** The locks of this library with its default protocol. */
	public static final List<FileContender> LIBRARY = List.of(OURS, OURS_READER, OURS_FAIR);

	/** The contender that the others are compared with. */
	public static final FileContender REFERENCE = CHANNEL;

	static final String FILE = "lock";

	/** A position in the file among those of locks of keys. */
	private static final long FIRST_KEY = 1 << 20;

	private static final Logger LOGGER = Logger.getLogger("org.fasteners");

	static {
		// suppresses a line with the lock directory from each process
		LOGGER.setLevel(Level.WARNING);
	}

	private final String label;

	FileContender(String label) {
		this.label = label;
	}

	/**
	 * Return the contender with a label.
	 * @param label a value of the benchmark parameter {@code lock}
	 * @return the contender
	 * @throws IllegalArgumentException if the label is unknown
	 */
	public static FileContender of(String label) {
		return Arrays.stream(values())
			.filter((contender) -> contender.label.equals(label))
			.findAny()
			.orElseThrow(() -> new IllegalArgumentException(String.format(Locale.ROOT,
					"Unknown file lock '%s', expected one of: %s", label, String.join(", ", labels()))));
	}

	/**
	 * Return the labels of all contenders.
	 * @return the labels, in the order of tables
	 */
	public static List<String> labels() {
		return Arrays.stream(values()).map(FileContender::label).toList();
	}

	/**
	 * Return the label.
	 * @return the label
	 */
	public String label() {
		return this.label;
	}

	/**
	 * Open a lock in a new directory, which is deleted when the lock is closed.
	 * @param key the key; {@code null} for the lock of the file
	 * @return the lock
	 * @throws IOException if it cannot be opened
	 */
	public OpenLock openInNewDirectory(@Nullable String key) throws IOException {
		BenchmarkDirectory directory = BenchmarkDirectory.create();
		OpenLock lock = open(directory.path(), key);
		return new OpenLock(lock.readLock(), lock.writeLock(), () -> {
			lock.close();
			directory.close();
		});
	}

	OpenLock open(Path directory) throws IOException {
		return open(directory, null);
	}

	private OpenLock open(Path directory, @Nullable String key) throws IOException {
		return switch (this) {
			case OURS, OURS_READER, OURS_FAIR, OURS_FLOCK -> library(registry(directory), key);
			case CHANNEL -> channel(directory, (key != null) ? FIRST_KEY : 0);
			case REENTRANT -> reentrant();
		};
	}

	/**
	 * Create a registry of this library.
	 * @param directory the lock directory
	 * @return the registry
	 * @throws IllegalStateException if this is not a lock of this library
	 */
	LockRegistry registry(Path directory) {
		return registry(directory, Pauses.DEFAULT);
	}

	LockRegistry registry(Path directory, Pauses pauses) {
		LockRegistries.Builder builder = LockRegistries.builder().lockDirectory(directory).pauses(pauses);
		return switch (this) {
			case OURS -> builder.processPreference(LockPreference.WRITER).build();
			case OURS_READER -> builder.processPreference(LockPreference.READER).build();
			case OURS_FAIR -> builder.processPreference(LockPreference.FAIR).build();
			case OURS_FLOCK -> builder.protocol(LockProtocol.FLOCK).build();
			default -> throw new IllegalStateException(String.format(Locale.ROOT, "'%s' has no registry", this.label));
		};
	}

	/** Create a registry with default settings, except for the number of key files. */
	static LockRegistry keys(Path directory, int files) {
		return LockRegistries.builder().lockDirectory(directory).keyFiles(files).build();
	}

	private static OpenLock library(LockRegistry registry, @Nullable String key) {
		SharedExclusiveLock lock = (key != null) ? registry.interProcessReaderWriterLock(FILE, key)
				: registry.interProcessReaderWriterLock(FILE);
		return new OpenLock(lock.readLock(), lock.writeLock(), registry::close);
	}

	private static OpenLock channel(Path directory, long first) throws IOException {
		FileChannel channel = FileChannel.open(directory.resolve("channel"), StandardOpenOption.CREATE,
				StandardOpenOption.READ, StandardOpenOption.WRITE);
		ReentrantLock mutex = new ReentrantLock();
		return new OpenLock(new ChannelLock(channel, mutex, first, true), new ChannelLock(channel, mutex, first, false),
				channel);
	}

	private static OpenLock reentrant() {
		ReentrantLock lock = new ReentrantLock();
		return new OpenLock(lock, lock, () -> {
		});
	}

}
