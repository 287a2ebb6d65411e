package org.fasteners.process.file;

import java.util.Locale;

import org.fasteners.LockMode;
import org.fasteners.SharedExclusiveLock;
import org.jspecify.annotations.Nullable;

/**
 * Takes and releases a lock while only so and so much memory is free, for each amount: an
 * allocation fails at each place where there is one. Needs a small heap, and a JVM that
 * allocates in the order of the program ({@code -XX:+UseSerialGC -XX:-UseTLAB}).
 */
final class ScarceHeap {

	private static final int STEP = 16;

	private static final int ENOUGH_IN_A_ROW = 3;

	private static final Object[] NOTHING = {};

	private final SharedExclusiveLock lock;

	private Object[] heap = NOTHING;

	@SuppressWarnings("unused") // to refer is its use
	private byte @Nullable [] reserve;

	private int failedToLock;

	private int failedToRelease;

	ScarceHeap(SharedExclusiveLock lock) {
		this.lock = lock;
	}

	/**
	 * From nothing to plenty.
	 * @return how often the lock could not be taken, or not be released, or a complaint
	 */
	String useAll() {
		try {
			throw new OutOfMemoryError("to be caught for the first time, which takes memory");
		}
		catch (OutOfMemoryError ex) {
			// now it is loaded
		}
		use();
		int succeeded = 0;
		for (int free = 0; succeeded < ENOUGH_IN_A_ROW; free += STEP) {
			int before = this.failedToLock + this.failedToRelease;
			this.reserve = new byte[free];
			fill();
			this.reserve = null;
			use();
			this.heap = NOTHING;
			if (this.lock.isHeld(LockMode.EXCLUSIVE)) {
				return String.format(Locale.ROOT, "still held after %d free bytes", free);
			}
			succeeded = (this.failedToLock + this.failedToRelease == before) ? succeeded + 1 : 0;
		}
		return String.format(Locale.ROOT, "%d %d", this.failedToLock, this.failedToRelease);
	}

	private void fill() {
		for (int size = 1 << 20; size >= 8; size /= 8) {
			try {
				while (true) {
					Object[] more = new Object[size / 4 + 1];
					more[0] = this.heap;
					this.heap = more;
				}
			}
			catch (OutOfMemoryError ex) {
				// not one more of that size
			}
		}
	}

	private void use() {
		try {
			this.lock.side(LockMode.EXCLUSIVE).lock();
		}
		catch (OutOfMemoryError ex) {
			this.failedToLock++;
			return;
		}
		try {
			this.lock.side(LockMode.EXCLUSIVE).unlock();
		}
		catch (OutOfMemoryError ex) {
			this.failedToRelease++;
		}
	}

}
