package org.fasteners.torture;

import org.fasteners.LockMode;

/**
 * What a thread writes to the board while it is in a section. No two sections of a slot
 * have the same mark.
 *
 * @param generation the generation of the process
 * @param sequence the number of the section in this generation
 * @param mode the mode in which the lock is held
 */
record Mark(long generation, long sequence, LockMode mode) {

	/** The word of a thread that is in no section. */
	static final long NONE = 0;

	private static final int MODE_BITS = 2;

	private static final int SEQUENCE_BITS = 30;

	static Mark of(long word) {
		LockMode mode = switch ((int) (word & ((1 << MODE_BITS) - 1))) {
			case 1 -> LockMode.SHARED;
			case 2 -> LockMode.UPDATE;
			default -> LockMode.EXCLUSIVE;
		};
		long sequence = (word >>> MODE_BITS) & ((1L << SEQUENCE_BITS) - 1);
		return new Mark(word >>> (MODE_BITS + SEQUENCE_BITS), sequence, mode);
	}

	long word() {
		return (this.generation << SEQUENCE_BITS | this.sequence) << MODE_BITS | number(this.mode);
	}

	/**
	 * 1 to 3, independent of the order in which Java declares the modes.
	 */
	static int number(LockMode mode) {
		return switch (mode) {
			case SHARED -> 1;
			case UPDATE -> 2;
			case EXCLUSIVE -> 3;
		};
	}

	/** Whether both sections may run under one lock at the same time. */
	boolean isCompatibleWith(Mark other) {
		return (this.mode == LockMode.SHARED) ? other.mode != LockMode.EXCLUSIVE
				: this.mode == LockMode.UPDATE && other.mode == LockMode.SHARED;
	}

}
