package org.fasteners.process.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The user as which this process creates and opens files, by number: names can lie.
 *
 * @param user number of the user
 * @param group number of the primary group, which new files get
 * @param groups numbers of all groups of the process
 * @param unmappedUser the number that stands for every user without a number in the user
 * namespace of this process, or {@code null} if each user has one
 * @param unmappedGroup the same for groups
 */
record ProcessUser(int user, int group, Set<Integer> groups, @Nullable Integer unmappedUser,
		@Nullable Integer unmappedGroup) {

	/*-
	 * In a user namespace (user_namespaces(7)) stat(2) shows an owner without a number
	 * there as the overflow number, 65534. That number may also be the number of a user of
	 * the namespace, this process included: a process whose own user has no number there
	 * is shown as 65534, too. The two cannot be told apart, so in a namespace that does
	 * not map all numbers an owner of that number is unknown, and never oneself.
	 */

	private static final int ROOT = 0;

	private static final int FILE_SYSTEM_ID = 4;

	private static final int OVERFLOW = 65534;

	private static final long ALL = 0xFFFF_FFFFL;

	/**
	 * The user of this process.
	 * @return {@code null} where there is no {@code /proc}, as on macOS
	 */
	static @Nullable ProcessUser current() {
		Path proc = Path.of("/proc");
		try {
			return of(Files.readAllLines(proc.resolve("self/status")), lines(proc.resolve("self/uid_map")),
					lines(proc.resolve("self/gid_map")), overflow(proc.resolve("sys/kernel/overflowuid")),
					overflow(proc.resolve("sys/kernel/overflowgid")));
		}
		catch (IOException | IllegalStateException | NumberFormatException ex) {
			return null;
		}
	}

	/** A kernel without user namespaces has no such file. */
	private static @Nullable List<String> lines(Path map) throws IOException {
		return Files.exists(map) ? Files.readAllLines(map) : null;
	}

	/**
	 * Read with a large buffer: the kernel returns such a number to the first read alone,
	 * and {@code Files.readString} begins with one byte.
	 */
	private static int overflow(Path file) throws IOException {
		return Files.exists(file) ? Integer.parseUnsignedInt(Files.readAllLines(file).get(0).strip()) : OVERFLOW;
	}

	/**
	 * @param status lines of {@code /proc/self/status}
	 * @param users lines of {@code /proc/self/uid_map}
	 * @param groups lines of {@code /proc/self/gid_map}
	 */
	static ProcessUser of(List<String> status, @Nullable List<String> users, @Nullable List<String> groups,
			int overflowUser, int overflowGroup) {
		return new ProcessUser(Integer.parseUnsignedInt(fields(status, "Uid:")[FILE_SYSTEM_ID]),
				Integer.parseUnsignedInt(fields(status, "Gid:")[FILE_SYSTEM_ID]),
				Arrays.stream(fields(status, "Groups:"))
					.skip(1)
					.map(Integer::parseUnsignedInt)
					.collect(Collectors.toUnmodifiableSet()),
				mapsAll(users) ? null : overflowUser, mapsAll(groups) ? null : overflowGroup);
	}

	private static String[] fields(List<String> status, String name) {
		String line = status.stream()
			.filter((candidate) -> candidate.startsWith(name))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException(name));
		return line.strip().split("\\s+", -1);
	}

	/** Each line has the first number inside, the first outside, and how many follow. */
	private static boolean mapsAll(@Nullable List<String> map) {
		return map == null
				|| map.stream().mapToLong((line) -> Long.parseLong(line.strip().split("\\s+", -1)[2])).sum() >= ALL;
	}

	boolean isRoot() {
		return this.user == ROOT;
	}

	/** Whether the number may stand for several users. */
	boolean isUnknownUser(int number) {
		return this.unmappedUser != null && this.unmappedUser == number;
	}

	/** Whether the user with that number is this one or root. */
	boolean trusts(int number) {
		return !isUnknownUser(number) && (number == ROOT || number == this.user);
	}

	/** Whether this process may change mode and group of a file. */
	boolean mayChange(FileStatus file) {
		return !isUnknownUser(file.owner()) && (isRoot() || file.owner() == this.user);
	}

	boolean isMember(int number) {
		boolean known = this.unmappedGroup == null || this.unmappedGroup != number;
		return known && (number == this.group || this.groups.contains(number));
	}

}
