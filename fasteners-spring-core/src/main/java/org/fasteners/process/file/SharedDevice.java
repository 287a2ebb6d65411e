package org.fasteners.process.file;

import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * What all copies of this library in this JVM know of the files of one device.
 * <p>
 * Thread-safe.
 */
final class SharedDevice {

	/*-
	 * An entry of the table of the JVM (JvmTable), under the device as the JDK shows it in
	 * the identity of a file ("(dev=fd00"). Its value is an Object[] of JDK objects. The
	 * layout is frozen:
	 *
	 *   0  a ConcurrentHashMap     the files by their identity, as text: see SharedFile
	 *   1  an AtomicInteger        how many open engines, of all copies, use the device
	 *   2  an AtomicInteger        how many channels of lock files are open
	 *   3  an AtomicInteger        with more than that a channel is closed to open another
	 *   4  a ConcurrentLinkedQueue channels of which it is not yet known of which file
	 *   5  a ConcurrentLinkedQueue channels of which that will never be known
	 *
	 * Which channels are closed. The channel of a lock file is idle if there is no lock in
	 * the file and no attempt (SharedFile). Idle channels stay open so that the next
	 * attempt needs not open them, but
	 *
	 *  - not more than the bound (DescriptorLimit). A thread that opens one more closes a
	 *    quarter of them, those that were not used since the last time first. While more
	 *    than the bound are in use, each is closed as soon as it is idle;
	 *  - none when the last engine that uses the device is closed. One that is in use then
	 *    is closed when it becomes idle.
	 *
	 * This is done for each device by itself, by threads that open or release files of that
	 * device. So a thread never waits for a hung device on account of a file of another.
	 *
	 * A channel that was opened while its path was replaced may be of any file. It must not
	 * be closed before it is known which one, because that would drop the locks of this
	 * process on it. The kernel's table shows the inode of a lock that is taken through the
	 * channel, as a specimen. While another lock is in the way that is tried again later. If
	 * the kernel does not show its locks, the channel stays open.
	 */

	private static final int FILES = 0;

	private static final int ENGINES = 1;

	private static final int OPEN = 2;

	private static final int SWEEP = 3;

	private static final int UNKNOWN = 4;

	private static final int KEPT = 5;

	private static final int MOST_IDLE = DescriptorLimit.mostIdle();

	/** Specimens are above all locks, and there are so many that no two collide. */
	private static final long SPECIMENS = 1L << 61;

	/** How the JDK begins the identity of a file on a POSIX system. */
	private static final String DEVICE = "(dev=";

	private static final String INODE = ",ino=";

	private final String name;

	private final Map<String, Object[]> files;

	private final AtomicInteger engines;

	private final AtomicInteger open;

	private final AtomicInteger sweepAbove;

	private final Queue<AsynchronousFileChannel> unknown;

	private final Queue<AsynchronousFileChannel> kept;

	@SuppressWarnings("unchecked") // the comment above says what is there
	private SharedDevice(String name, Object[] parts) {
		this.name = name;
		this.files = (Map<String, Object[]>) parts[FILES];
		this.engines = (AtomicInteger) parts[ENGINES];
		this.open = (AtomicInteger) parts[OPEN];
		this.sweepAbove = (AtomicInteger) parts[SWEEP];
		this.unknown = (Queue<AsynchronousFileChannel>) parts[UNKNOWN];
		this.kept = (Queue<AsynchronousFileChannel>) parts[KEPT];
	}

	/** The device of a file. */
	static SharedDevice of(String file) {
		int end = file.indexOf(INODE);
		return named((end < 0) ? "" : file.substring(0, end));
	}

	private static SharedDevice named(String name) {
		Object[] parts = (Object[]) JvmTable.get().computeIfAbsent(name, (key) -> parts());
		return new SharedDevice(name, parts);
	}

	private static Object[] parts() {
		return new Object[] { new ConcurrentHashMap<String, Object[]>(), new AtomicInteger(), new AtomicInteger(),
				new AtomicInteger(MOST_IDLE), new ConcurrentLinkedQueue<AsynchronousFileChannel>(),
				new ConcurrentLinkedQueue<AsynchronousFileChannel>() };
	}

	Map<String, Object[]> files() {
		return this.files;
	}

	/** An engine begins to use the device. */
	void join() {
		this.engines.incrementAndGet();
	}

	/** An engine ends to use the device; with the last one all that is idle is closed. */
	void leave() {
		if (this.engines.decrementAndGet() == 0) {
			closeIdle();
		}
	}

	/** Whether a channel is closed as soon as it is idle. */
	boolean closesIdle() {
		return this.engines.get() <= 0 || this.open.get() > MOST_IDLE;
	}

	/** The channel of a lock file was opened. */
	void countOpened() {
		this.open.incrementAndGet();
	}

	/** Close idle channels if there are too many. To be called without any mutex. */
	void makeRoom() {
		closeUnknown();
		if (this.open.get() > this.sweepAbove.get()) {
			int most = MOST_IDLE - MOST_IDLE / 4;
			if (close(most, false) > most) {
				close(most, true);
			}
			// If all are in use, look again when there are a quarter more.
			this.sweepAbove.set(Math.max(MOST_IDLE, this.open.get() + MOST_IDLE / 4));
		}
	}

	/** The channel of a lock file was closed. */
	void countClosed() {
		if (this.open.decrementAndGet() == MOST_IDLE) {
			this.sweepAbove.set(MOST_IDLE);
		}
	}

	/**
	 * Close all that is idle.
	 * @return whether anything was closed
	 */
	boolean closeIdle() {
		closeUnknown();
		int before = this.open.get();
		return close(0, true) < before;
	}

	private int close(int most, boolean all) {
		for (Map.Entry<String, Object[]> file : this.files.entrySet()) {
			if (this.open.get() <= most) {
				break;
			}
			try {
				new SharedFile(this, file.getKey(), file.getValue()).closeIfIdle(all);
			}
			catch (IOException ex) {
				SharedFile.logFailure(file.getKey(), ex);
			}
		}
		return this.open.get();
	}

	/**
	 * Close a channel when it is known of which file it is and no lock is lost by that.
	 * To be called without any mutex.
	 * @param channel was opened at a path of this device while the file there was
	 * replaced
	 * @return {@code false} if it stays open, as it is not known of which file it is
	 */
	boolean closeUnknown(AsynchronousFileChannel channel) {
		closeUnknown();
		return identify(channel);
	}

	/** Try again to find out which files the channels are of that are not known. */
	void closeUnknown() {
		for (int i = this.unknown.size(); i > 0; i--) {
			AsynchronousFileChannel channel = this.unknown.poll();
			if (channel != null && channel.isOpen()) {
				boolean unused = identify(channel);
			}
		}
	}

	private boolean identify(AsynchronousFileChannel channel) {
		String file;
		try {
			file = fileOf(channel);
		}
		catch (IOException | OverlappingFileLockException ex) {
			// Another lock is held in the file, or there are no descriptors: tried again
			this.unknown.add(channel);
			return false;
		}
		if (file == null) {
			this.kept.add(channel);
			return false;
		}
		try {
			SharedFile.close(file, channel);
		}
		catch (IOException ex) {
			SharedFile.logFailure(file, ex);
		}
		return true;
	}

	/**
	 * The identity of the file of a channel; {@code null} if the kernel does not show it.
	 */
	private @Nullable String fileOf(AsynchronousFileChannel channel) throws IOException {
		long place = place();
		try (FileLock specimen = specimen(channel, place)) {
			if (specimen == null) {
				throw new OverlappingFileLockException();
			}
			long inode = KernelLocks.inodeOfLock(place, number());
			return (inode < 0) ? null : this.name + INODE + inode + ")";
		}
	}

	private static long place() {
		return SPECIMENS + 2 * ThreadLocalRandom.current().nextLong(1L << 60);
	}

	/** The number of the device; -1 if it is not known. */
	private long number() {
		return this.name.startsWith(DEVICE) ? Long.parseUnsignedLong(this.name.substring(DEVICE.length()), 16) : -1;
	}

	private static @Nullable FileLock specimen(AsynchronousFileChannel channel, long place) throws IOException {
		try {
			return specimen(channel, place, true);
		}
		catch (NonReadableChannelException ex) {
			return specimen(channel, place, false);
		}
	}

	private static @Nullable FileLock specimen(AsynchronousFileChannel channel, long place, boolean shared)
			throws IOException {
		try {
			return channel.tryLock(place, 1, shared);
		}
		catch (AssertionError ex) {
			// what the JDK makes of a file whose identity it cannot read
			if (ex.getCause() instanceof IOException cause) {
				throw cause;
			}
			throw ex;
		}
	}

	/**
	 * Whether two channels are of one file, as far as that can be told: the JDK refuses a
	 * second lock of one range of a file, through whatever channel. A range beside it
	 * must be free, or else the whole file is locked.
	 */
	static boolean areOfOneFile(AsynchronousFileChannel one, AsynchronousFileChannel other) throws IOException {
		long place = place();
		try (FileLock specimen = specimen(one, place)) {
			return specimen != null && !isLocked(other, place + 2) && isLocked(other, place)
					&& !isLocked(other, place + 2);
		}
		catch (OverlappingFileLockException ex) {
			return false;
		}
	}

	private static boolean isLocked(AsynchronousFileChannel channel, long place) throws IOException {
		try (FileLock unexpected = specimen(channel, place)) {
			return false;
		}
		catch (OverlappingFileLockException ex) {
			return true;
		}
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof SharedDevice device && this.name.equals(device.name);
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.name);
	}

}
