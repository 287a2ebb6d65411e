package org.fasteners.torture;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Compares what the workers say on the board with what the kernel says.
 * <p>
 * Two processes must not hold conflicting locks at one moment: the kernel sees to that
 * itself. What tells more is that a thread in a section has a lock in the kernel at all.
 * The same mark, seen before and after the table was read, is one section that was under
 * way all the time, for no mark is used twice; so its lock must be there. Because a line
 * can be missing in a table of several answers, it has to be missing in {@value #LOOKS}
 * tables, during the same section, before it is called lost; most sections end before
 * that, but those of a stopped process do not. A killed process leaves its marks and has
 * no locks; it is known by not being alive after the last table was read.
 */
final class TableReferee {

	private static final int LOOKS = 3;

	/** More are counted, not told. */
	private static final int FEW = 10;

	private final Board board;

	private final Layout layout;

	private final KernelTable table;

	private long conflicts;

	private final Set<Sighting> lost = new HashSet<>();

	private long backed;

	TableReferee(Board board, KernelTable table) {
		this.board = board;
		this.layout = board.layout();
		this.table = table;
	}

	void look() throws IOException {
		Set<Sighting> suspects = sightings();
		for (int i = 0; i < LOOKS && !suspects.isEmpty(); i++) {
			List<List<KernelLock>> moments = this.table.read();
			if (i == 0) {
				moments.forEach(this::findConflicts);
			}
			suspects.retainAll(sightings());
			int before = suspects.size();
			suspects.removeIf((sighting) -> isBacked(sighting, moments));
			this.backed += before - suspects.size();
		}
		suspects.removeIf((sighting) -> !sighting.life().isAlive());
		for (Sighting sighting : suspects) {
			if (this.lost.add(sighting) && this.lost.size() <= FEW) {
				System.err.println("LOST LOCK: the kernel has none for " + sighting);
			}
		}
	}

	/** What the kernel says now. */
	List<KernelLock> locks() throws IOException {
		return this.table.read().stream().flatMap(List::stream).toList();
	}

	/** How often two processes had conflicting locks. */
	long conflicts() {
		return this.conflicts;
	}

	/** How many sections had no lock in the kernel. */
	long lost() {
		return this.lost.size();
	}

	/** How often a section had its lock in the kernel. */
	long backed() {
		return this.backed;
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
	 * As docs/keyed-locks.md says: a reader locks the first byte, an updater the third, a
	 * writer both, and what is between.
	 */
	private static boolean isBacked(Sighting sighting, List<List<KernelLock>> moments) {
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
	 * A thread that is in a section.
	 *
	 * @param slot which thread
	 * @param resource which lock
	 * @param mark which section
	 * @param life which process
	 */
	private record Sighting(int slot, int resource, Mark mark, Life life) {

		@Override
		public String toString() {
			return String.format(Locale.ROOT, "worker %d, pid %d, in lock %d, section %d for %s", this.slot,
					this.life.pid(), this.resource, this.mark.sequence(), this.mark.mode().purpose());
		}

	}

}
