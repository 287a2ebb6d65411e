package org.fasteners.thread;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import org.jspecify.annotations.Nullable;

/**
 * A place where one thread at a time publishes how often it reads.
 */
class ReadSlot {

	/*-
	 * word:  stamp (32 bits) | holds (32 bits)
	 *        holds > 0: held so often by `owner`; 0: free; -1 (BUSY): `owner` is changing
	 *
	 * The owner stays when it has left, because storing a reference costs more than
	 * storing a number (the collector's card marks are shared between threads), and an
	 * owner often comes back. Only an owner itself writes owner = me, and each change of
	 * owner changes the stamp. So
	 *
	 * - who reads holds > 0 and THEN owner == me holds here itself: a later owner is
	 *   written before its holds > 0 is, so the holds that were read are not its;
	 * - a CAS on the whole word that was read before owner == me fails if there has been
	 *   another owner since (after 2^32 changes within one call it would not).
	 */

	private static final VarHandle WORD;
	static {
		try {
			WORD = MethodHandles.lookup().findVarHandle(ReadSlot.class, "word", long.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	private static final long STAMP = 1L << 32;

	private static final long HOLDS = STAMP - 1;

	volatile long word;

	@Nullable Thread owner;

	/** How often the owner demanded stack before it published. */
	int demands;

	/** The slot that was made before. */
	@Nullable ReadSlot next;

	/** A slot in which its maker reads. */
	ReadSlot(Thread maker) {
		this.owner = maker;
		this.word = 1;
	}

	static int holds(long word) {
		return (int) word;
	}

	/** Publish the first hold of an owner whose slot this was when the word was read. */
	final boolean publish(long free) {
		return WORD.compareAndSet(this, free, free + 1);
	}

	/** Publish the first hold of an owner, who may be a new one. */
	final boolean claim(Thread me) {
		long free = this.word;
		if (holds(free) != 0) {
			return false;
		}
		if (this.owner == me) {
			return publish(free);
		}
		long next = free + STAMP;
		if (!WORD.compareAndSet(this, free, next | HOLDS)) {
			return false;
		}
		this.owner = me;
		this.word = next + 1;
		return true;
	}

	/** One more hold for who has one. */
	final void reenter(long held) {
		LockCore.oneMore(holds(held));
		WORD.setRelease(this, held + 1);
	}

	/** One hold less. Published before anything is read after it, if it was the last. */
	final void leave(long held) {
		if (holds(held) > 1) {
			WORD.setRelease(this, held - 1);
		}
		else {
			this.word = held - 1;
		}
	}

	/** Who reads here: a snapshot. */
	final @Nullable Thread currentOwner() {
		long before = this.word;
		Thread reader = this.owner;
		return (holds(before) > 0 && before >>> 32 == this.word >>> 32) ? reader : null;
	}

	/** How often the owner reads here. */
	final int holdsOf(Thread me) {
		int holds = holds(this.word);
		return (holds > 0 && this.owner == me) ? holds : 0;
	}

	/** Whether anybody but one owner reads here, or is about to. */
	final boolean isHeldByOther(@Nullable Object me) {
		int holds = holds(this.word);
		return holds != 0 && (holds < 0 || me == null || this.owner != me);
	}

	/**
	 * A slot that shares no cache line with another one, nor with its neighbour that the
	 * processor may fetch along.
	 */
	@SuppressWarnings("unused") // the room is its use
	static final class Padded extends ReadSlot {

		Padded(Thread maker) {
			super(maker);
		}

		private long p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12;

	}

}
