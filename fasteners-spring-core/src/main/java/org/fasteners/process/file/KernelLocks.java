package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockState;
import org.jspecify.annotations.Nullable;

/**
 * Who holds locks of a file, read from the kernel's table. Linux alone; elsewhere nobody
 * is known.
 *
 * @see <a href=
 * "https://man7.org/linux/man-pages/man5/proc_locks.5.html">proc_locks(5)</a>
 */
final class KernelLocks {

	/**
	 * As in {@code 1: POSIX ADVISORY WRITE 4242 08:01:1835021 0 2}, with an arrow before
	 * the kind if it is somebody who waits in the kernel.
	 */
	private static final Pattern LINE = Pattern.compile(
			"\\d+: (-> )?(POSIX|FLOCK) +\\S+ +(READ|WRITE) +(-?\\d+) +([0-9a-f]+:[0-9a-f]+):(\\d+) +(\\d+) +(\\d+|EOF)");

	/** How the JDK shows the identity of a file on a POSIX system. */
	private static final Pattern IDENTITY = Pattern.compile("\\(dev=([0-9a-f]+),ino=(\\d+)\\)");

	private static final int LOOKS = 10;

	static final KernelTable TABLE = new KernelTable(Path.of("/proc/locks"), System::nanoTime, KernelTable.MOST_BYTES);

	private KernelLocks() {
	}

	/**
	 * Look for holders, to no purpose but that the classes and lambdas which that takes
	 * are linked. A class whose first use fails, for want of memory or stack, cannot be
	 * used any more in this JVM, so that each timeout would end with an error.
	 * @param file any file
	 */
	static void rehearse(Path file) {
		Entry mine = new Entry(false, LockProtocol.FCNTL, false, ProcessHandle.current().pid(), "", 0, 0, 0);
		List<LockHolder> found = new ArrayList<>(holders(List.of(mine), (entry) -> entry.mode(0)));
		found.addAll(holders(file, 0, 2));
		found.addAll(holders(file, LockProtocol.FLOCK));
		locks(file, 0, 2).forEach((located) -> found.add(located.holder()));
		found.forEach(LockHolder::description);
	}

	/**
	 * Who holds a record lock.
	 * @param data the byte that readers share
	 * @param update the byte of the update hold; a writer has both
	 */
	static List<LockHolder> holders(Path file, long data, long update) {
		return holders(entries(file, LockProtocol.FCNTL, data, update), (entry) -> entry.mode(data));
	}

	/**
	 * Who holds any lock of a file.
	 */
	static List<LockHolder> holders(Path file, LockProtocol protocol) {
		return holders(entries(file, protocol, 0, Long.MAX_VALUE),
				(entry) -> entry.write ? LockMode.EXCLUSIVE : LockMode.SHARED);
	}

	private static List<LockHolder> holders(List<Entry> entries, Function<Entry, LockMode> mode) {
		Map<Long, LockMode> modes = new LinkedHashMap<>();
		for (Entry entry : entries) {
			modes.merge(entry.pid, mode.apply(entry), KernelLocks::stronger);
		}
		return modes.entrySet().stream().map((holder) -> holder(holder.getKey(), holder.getValue())).toList();
	}

	/**
	 * Whether the table shows a lock of this process on a whole file.
	 * @return {@code HELD} if it does, {@code LOST} if it does not, else {@code UNKNOWN}
	 */
	static LockState shown(Path file, LockProtocol protocol, boolean write) {
		return shown(file, protocol, 0, Long.MAX_VALUE, write);
	}

	/** Which locks there are in a range of bytes. */
	static List<Located> locks(Path file, long first, long last) {
		return entries(file, LockProtocol.FCNTL, first, last).stream()
			.map((entry) -> new Located(entry.first, entry.last,
					holder(entry.pid, entry.write ? LockMode.EXCLUSIVE : LockMode.SHARED)))
			.toList();
	}

	/**
	 * Whether the table shows a lock of this process on all bytes of a range. The table
	 * is not read in one piece, so that a line may be missed when other processes come
	 * and go; therefore it is read more than once for one that is not there. If it cannot
	 * be read as a whole, or not now, what it does not show is not known.
	 * @return {@code HELD} if it does, {@code LOST} if it does not, else {@code UNKNOWN}
	 */
	static LockState shown(Path file, long first, long last, boolean write) {
		return shown(file, LockProtocol.FCNTL, first, last, write);
	}

	private static LockState shown(Path file, LockProtocol protocol, long first, long last, boolean write) {
		return shown(TABLE, file, protocol,
				(entry) -> entry.write == write && entry.first <= first && entry.last >= last);
	}

	static LockState shown(KernelTable table, Path file, LockProtocol protocol, Predicate<Entry> wanted) {
		long me = ProcessHandle.current().pid();
		for (int look = 0; look < LOOKS; look++) {
			long asked = System.nanoTime();
			KernelTable.Reading reading = table.read();
			if (entries(reading, file, protocol).stream()
				.anyMatch((entry) -> entry.pid == me && !entry.waits && wanted.test(entry))) {
				return LockState.HELD;
			}
			if (!reading.isWholeSince(asked)) {
				return LockState.UNKNOWN;
			}
		}
		return LockState.LOST;
	}

	private static LockMode stronger(LockMode one, LockMode other) {
		return (one.compareTo(other) > 0) ? one : other;
	}

	/**
	 * Answer locks that ask whether there are processes that wait in the kernel for them.
	 * @return how long to pause before the table is read again for that, in nanoseconds
	 */
	static long answer(Set<FlockLock> asking) {
		if (asking.isEmpty()) {
			return 0;
		}
		KernelTable.Reading reading = TABLE.read();
		for (FlockLock lock : asking) {
			lock.answer(entriesOf(lock.opened(), reading).stream().anyMatch(Entry::waits));
		}
		return TABLE.pause();
	}

	/** The locks that are held. */
	private static List<Entry> entries(Path file, LockProtocol protocol, long first, long last) {
		return entries(TABLE.read(), file, protocol).stream()
			.filter((entry) -> !entry.waits && entry.overlaps(first, last))
			.toList();
	}

	private static List<Entry> entries(KernelTable.Reading reading, Path file, LockProtocol protocol) {
		try {
			Map<String, Object> attributes = Files.readAttributes(file, "unix:ino,dev", LinkOption.NOFOLLOW_LINKS);
			return entries(reading, (long) Objects.requireNonNull(attributes.get("ino")),
					(long) Objects.requireNonNull(attributes.get("dev")), protocol);
		}
		catch (IOException | UnsupportedOperationException ex) {
			return List.of();
		}
	}

	/**
	 * The locks by {@code flock(2)} of a file of known identity. Its file system is not
	 * asked: it might not answer, and the calling thread serves locks of others as well.
	 */
	private static List<Entry> entriesOf(@Nullable Object identity, KernelTable.Reading reading) {
		Matcher numbers = IDENTITY.matcher(String.valueOf(identity));
		return numbers.matches() ? entries(reading, Long.parseLong(numbers.group(2)),
				Long.parseUnsignedLong(numbers.group(1), 16), LockProtocol.FLOCK) : List.of();
	}

	private static List<Entry> entries(KernelTable.Reading reading, long inode, long device, LockProtocol protocol) {
		List<Entry> entries = reading.lines(inode)
			.stream()
			.map(Entry::parse)
			.flatMap(Optional::stream)
			.filter((entry) -> entry.protocol == protocol)
			.collect(Collectors.toCollection(ArrayList::new));
		// Some file systems (btrfs) show another device there, so it only breaks ties.
		String shown = device(device);
		if (entries.stream().anyMatch((entry) -> entry.device.equals(shown))) {
			entries.removeIf((entry) -> !entry.device.equals(shown));
		}
		return entries;
	}

	/**
	 * The inode of the file in which this process has locked that byte and no other.
	 * @param place the byte
	 * @param device the number of the device that the file must be on The whole table is
	 * read, however long it is: this is asked for a file that was replaced while it was
	 * opened, and for no other.
	 * @return -1 if that is not shown
	 * @throws IOException if it could not be looked at, as without descriptors
	 */
	static long inodeOfLock(long place, long device) throws IOException {
		try {
			long me = ProcessHandle.current().pid();
			String shown = device(device);
			List<Entry> found = Files.readAllLines(Path.of("/proc/locks"))
				.stream()
				.map(Entry::parse)
				.flatMap(Optional::stream)
				.filter((entry) -> entry.protocol == LockProtocol.FCNTL && !entry.waits && entry.pid == me
						&& entry.first == place && entry.last == place && entry.device.equals(shown))
				.toList();
			return (found.size() == 1) ? found.get(0).inode : -1;
		}
		catch (NoSuchFileException ex) {
			return -1;
		}
	}

	private static LockHolder holder(long pid, LockMode mode) {
		if (pid <= 0) {
			return new LockHolder(mode, 0, null, null, null);
		}
		Instant started = ProcessHandle.of(pid).flatMap((process) -> process.info().startInstant()).orElse(null);
		return new LockHolder(mode, pid, null, Program.of(pid), started);
	}

	private static String device(long number) {
		long major = ((number >>> 8) & 0xfff) | ((number >>> 32) & ~0xfffL);
		long minor = (number & 0xff) | ((number >>> 12) & ~0xffL);
		return String.format(Locale.ROOT, "%02x:%02x", major, minor);
	}

	/**
	 * Who has a lock, and where.
	 *
	 * @param first the first byte that is locked
	 * @param last the last one
	 * @param holder who has it
	 */
	record Located(long first, long last, LockHolder holder) {
	}

	/**
	 * One line of the table.
	 */
	record Entry(boolean waits, LockProtocol protocol, boolean write, long pid, String device, long inode, long first,
			long last) {

		static Optional<Entry> parse(String line) {
			Matcher matcher = LINE.matcher(line);
			if (!matcher.matches()) {
				return Optional.empty();
			}
			return Optional.of(new Entry(matcher.group(1) != null,
					"FLOCK".equals(matcher.group(2)) ? LockProtocol.FLOCK : LockProtocol.FCNTL,
					"WRITE".equals(matcher.group(3)), Long.parseLong(matcher.group(4)), matcher.group(5),
					Long.parseLong(matcher.group(6)), Long.parseLong(matcher.group(7)),
					"EOF".equals(matcher.group(8)) ? Long.MAX_VALUE : Long.parseLong(matcher.group(8))));
		}

		boolean overlaps(long from, long to) {
			return this.first <= to && this.last >= from;
		}

		LockMode mode(long data) {
			if (!this.write) {
				return LockMode.SHARED;
			}
			return overlaps(data, data) ? LockMode.EXCLUSIVE : LockMode.UPDATE;
		}

	}

}
