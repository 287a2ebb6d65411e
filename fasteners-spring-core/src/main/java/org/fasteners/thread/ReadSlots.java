package org.fasteners.thread;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * The slots of a lock, each made when it is first needed. A super class of the lock's
 * core and not a part of it, because each load on the way to a slot takes as long as half
 * of what is done there.
 * <p>
 * Thread-safe.
 */
abstract class ReadSlots extends AbstractOwnableSynchronizer {

	/*-
	 * One reader alone has a small slot. When readers meet, each thread has the choice of a
	 * few places for larger ones. It publishes where it was last if nobody else has been there
	 * since, else where nobody has been, else where it finds room. So threads that are fewer
	 * than the places come to rest, each in a slot of its own, and write to no memory that
	 * another one reads.
	 *
	 * To find its slot again, a thread must not look into slots that others write to. So
	 * the owners are noted beside them, in memory that is seldom written: by the new owner,
	 * while it holds the slot. So whoever holds a slot finds it by its note; but a note may
	 * be out of date, also one about a slot that another thread has just taken. Whoever
	 * goes by a note asks the slot as well, and then goes on to its next place.
	 *
	 * A thread looks for a hold that it has before it publishes a new one, so all its holds
	 * are in one slot. The slot of one reader alone is left when readers meet: what is held
	 * there stays until it is released.
	 *
	 * A slot is listed before or in the moment in which the first hold in it is published,
	 * so who looks through the list misses none.
	 */

	private static final VarHandle FIRST;

	private static final VarHandle NEWEST;

	private static final VarHandle OWNERS;

	private static final VarHandle SLOTS;

	private static final VarHandle ELEMENTS = MethodHandles.arrayElementVarHandle(ReadSlot[].class);
	static {
		try {
			MethodHandles.Lookup lookup = MethodHandles.lookup();
			FIRST = lookup.findVarHandle(ReadSlots.class, "first", ReadSlot.class);
			NEWEST = lookup.findVarHandle(ReadSlots.class, "newest", ReadSlot.class);
			OWNERS = lookup.findVarHandle(ReadSlots.class, "owners", Thread[].class);
			SLOTS = lookup.findVarHandle(ReadSlots.class, "slots", ReadSlot[].class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	/** Empty elements, so that no slot shares a cache line with those that are read. */
	private static final int SPACE = 32;

	/** In how many places a thread may publish. */
	private static final int CHOICES = 4;

	private final int places;

	/** Where one reader publishes while it is the only one. */
	private volatile @Nullable ReadSlot first;

	/** The slot that was made last; each refers to the one before. */
	private volatile @Nullable ReadSlot newest;

	/** Where readers publish once they have met. */
	private volatile @Nullable ReadSlot @Nullable [] slots;

	/** Who was last in each of these; made before them. */
	private volatile @Nullable Thread @Nullable [] owners;

	/**
	 * @param places a power of two
	 */
	ReadSlots(int places) {
		this.places = places;
	}

	/** The slot where a thread was last, unless somebody has taken it over. */
	final @Nullable ReadSlot slotOf(Thread me) {
		@Nullable ReadSlot[] slots = this.slots;
		if (slots == null) {
			return this.first;
		}
		@Nullable Thread[] owners = Objects.requireNonNull(this.owners);
		int spread = spread(me);
		for (int choice = 0; choice < CHOICES; choice++) {
			int place = place(spread, choice);
			if (owners[place] == me) {
				ReadSlot slot = slots[place];
				if (slot != null && slot.owner == me) {
					return slot;
				}
			}
		}
		return null;
	}

	/** The slot that a thread holds. */
	final @Nullable ReadSlot heldSlot(Thread me) {
		@Nullable ReadSlot[] slots = this.slots;
		if (slots != null) {
			@Nullable Thread[] owners = Objects.requireNonNull(this.owners);
			int spread = spread(me);
			for (int choice = 0; choice < CHOICES; choice++) {
				int place = place(spread, choice);
				if (owners[place] == me) {
					ReadSlot slot = slots[place];
					if (slot != null && slot.holdsOf(me) > 0) {
						return slot;
					}
				}
			}
		}
		ReadSlot slot = this.first;
		return (slot != null && slot.holdsOf(me) > 0) ? slot : null;
	}

	/** Publish the first hold of a thread, or {@code null} if there is no room. */
	final @Nullable ReadSlot claim(Thread me) {
		@Nullable ReadSlot[] slots = this.slots;
		if (slots == null) {
			ReadSlot slot = claimFirst(me);
			if (slot != null) {
				return slot;
			}
			OWNERS.compareAndSet(this, null, new Thread[this.places]);
			SLOTS.compareAndSet(this, null, new ReadSlot[this.places + SPACE]);
		}
		ReadSlot slot = claim(me, true);
		return (slot != null) ? slot : claim(me, false);
	}

	private @Nullable ReadSlot claim(Thread me, boolean open) {
		@Nullable Thread[] owners = Objects.requireNonNull(this.owners);
		int spread = spread(me);
		ReadSlot slot = null;
		for (int choice = 0; slot == null && choice < CHOICES; choice++) {
			int place = place(spread, choice);
			Thread last = owners[place];
			if (!open || last == null || last == me) {
				slot = claim(place, me);
			}
		}
		return slot;
	}

	private @Nullable ReadSlot claimFirst(Thread me) {
		ReadSlot slot = this.first;
		if (slot == null) {
			slot = new ReadSlot(me);
			if (FIRST.compareAndSet(this, null, slot)) {
				list(slot);
				return slot;
			}
			slot = this.first;
		}
		return (slot != null && slot.claim(me)) ? slot : null;
	}

	private @Nullable ReadSlot claim(int place, Thread me) {
		@Nullable ReadSlot[] slots = Objects.requireNonNull(this.slots);
		@Nullable Thread[] owners = Objects.requireNonNull(this.owners);
		ReadSlot slot = (ReadSlot) ELEMENTS.getVolatile(slots, place);
		if (slot == null) {
			slot = new ReadSlot.Padded(me);
			if (!ELEMENTS.compareAndSet(slots, place, null, slot)) {
				return null;
			}
			list(slot);
		}
		else if (!slot.claim(me)) {
			return null;
		}
		if (owners[place] != me) {
			owners[place] = me;
		}
		return slot;
	}

	/** Show a new slot, in which its maker reads. */
	private void list(ReadSlot slot) {
		do {
			slot.next = this.newest;
		}
		while (!NEWEST.compareAndSet(this, slot.next, slot));
	}

	/**
	 * Whether there are holds in slots, valid or about to be.
	 * @param except an owner whose holds do not count
	 */
	final boolean isReadInSlot(@Nullable Object except) {
		for (ReadSlot slot = this.newest; slot != null; slot = slot.next) {
			if (slot.isHeldByOther(except)) {
				return true;
			}
		}
		return false;
	}

	final void forEachOwnerOfSlot(Consumer<Object> visitor) {
		for (ReadSlot slot = this.newest; slot != null; slot = slot.next) {
			Thread owner = slot.currentOwner();
			if (owner != null) {
				visitor.accept(owner);
			}
		}
	}

	// The number of a thread chooses its places and nothing more. They differ, if there
	// are
	// as many.
	private static int spread(Thread thread) {
		return (int) thread.getId() * 0x9E3779B9;
	}

	private int place(int spread, int choice) {
		return ((spread >>> 12) + choice * ((spread >>> 20) | 1)) & (this.places - 1);
	}

}
