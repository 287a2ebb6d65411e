package org.fasteners.torture;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Compares the marks of the workers on the board with the kernel's table of locks.
 * <p>
 * Check 1: no two processes hold conflicting locks in one snapshot. The kernel enforces
 * this itself.
 * <p>
 * Check 2, the stronger one: a thread in a section has its lock in the kernel.
 * <ol>
 * <li>No mark is used twice. Equal marks before and after a reading of the table
 * therefore belong to one section that lasted all the time, so its lock must be in the
 * table.
 * <li>A line can be missing in a table that consists of several answers. A lock counts as
 * lost only if it is missing in {@value #READINGS} tables during the same section. Most
 * sections end before that, but sections of a stopped process do not.
 * <li>A killed process leaves its marks but has no locks. It is excluded, because it is
 * not alive after the last reading.
 * </ol>
 */
final class TableReferee {

	private static final int READINGS = 3;

	/** Further losses are counted but not printed. */
	private static final int MOST_PRINTED = 10;

	private final Board board;

	private final Layout layout;

	private final KernelTable table;

	private long conflicts;

	private final Set<Sighting> lost = new HashSet<>();

	private long confirmed;

	TableReferee(Board board, KernelTable table) {
		this.board = board;
		this.layout = board.layout();
		this.table = table;
	}

	void check() throws IOException {
		Set<Sighting> suspects = sightings();
		for (int i = 0; i < READINGS && !suspects.isEmpty(); i++) {
			List<List<KernelLock>> moments = this.table.read();
			if (i == 0) {
				moments.forEach(this::findConflicts);
			}
			suspects.retainAll(sightings());
			int before = suspects.size();
			suspects.removeIf((sighting) -> isConfirmed(sighting, moments));
			this.confirmed += before - suspects.size();
		}
		suspects.removeIf((sighting) -> !sighting.life().isAlive());
		for (Sighting sighting : suspects) {
			if (this.lost.add(sighting) && this.lost.size() <= MOST_PRINTED) {
				System.err.println("LOST LOCK: the kernel has none for " + sighting);
			}
		}
	}

	/** Return the current locks of the file in the kernel's table. */
	List<KernelLock> locks() throws IOException {
		return this.table.read().stream().flatMap(List::stream).toList();
	}

	/** How often two processes had conflicting locks. */
	long conflicts() {
		return this.conflicts;
	}

	/** The number of sections without a lock in the kernel. */
	long lost() {
		return this.lost.size();
	}

	/** How often the kernel's table confirmed the lock of a section. */
	long confirmed() {
		return this.confirmed;
	}

	private Set<Sighting> sightings() {
		Set<Sighting> sightings = new HashSet<>();
		for (int slot = 0; slot < this.layout.slots(); slot++) {
			for (int resource = 0; resource < this.layout.resources(); resource++) {
				long word = this.board.get(this.layout.mark(slot, resource));
				Life life = Life.of(this.board.get(this.layout.life(this.layout.process(slot))));
				if (word != Mark.NONE && life.generation() == Mark.of(word).generation()) {
					sightings.add(new Sighting(slot, resource, Mark.of(word), life));
				}
			}
		}
		return sightings;
	}

	private void findConflicts(List<KernelLock> moment) {
		for (int i = 0; i < moment.size(); i++) {
			for (KernelLock other : moment.subList(i + 1, moment.size())) {
				if (moment.get(i).conflictsWith(other)) {
					this.conflicts++;
					System.err.println("CONFLICT in the kernel's table: " + moment.get(i) + " and " + other);
				}
			}
		}
	}

	/**
	 * As specified in docs/keyed-locks.md: a reader locks the first byte, an updater the
	 * third, and a writer all three.
	 */
	private static boolean isConfirmed(Sighting sighting, List<List<KernelLock>> moments) {
		long first = Resources.firstByte(sighting.resource());
		return switch (sighting.mark().mode()) {
			case SHARED -> isCovered(sighting.life().pid(), first, false, moments);
			case UPDATE -> isCovered(sighting.life().pid(), first + 2, true, moments);
			case EXCLUSIVE -> isCovered(sighting.life().pid(), first, true, moments)
					&& isCovered(sighting.life().pid(), first + 2, true, moments);
		};
	}

	private static boolean isCovered(long pid, long position, boolean exclusively, List<List<KernelLock>> moments) {
		return moments.stream()
			.flatMap(List::stream)
			.anyMatch((lock) -> lock.pid() == pid && lock.covers(position, exclusively));
	}

	/**
	 * A thread in a section.
	 *
	 * @param slot the slot of the thread
	 * @param resource the number of the lock
	 * @param mark the mark of the section
	 * @param life the process of the thread
	 */
	private record Sighting(int slot, int resource, Mark mark, Life life) {

		@Override
		public String toString() {
			return String.format(Locale.ROOT, "worker %d, pid %d, in lock %d, section %d for %s", this.slot,
					this.life.pid(), this.resource, this.mark.sequence(), this.mark.mode().purpose());
		}

	}

}
