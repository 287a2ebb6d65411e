package org.fasteners.process.file;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

import org.fasteners.LockMode;

/**
 * The two bytes of a lock by which those who wait in one process show that to the others.
 * A hint about order: who holds the lock is decided without it.
 * <p>
 * Not thread-safe: used by one thread at a time.
 */
final class Turnstile {

	private static final long PROBE_IS_FRESH = TimeUnit.MILLISECONDS.toNanos(1);

	/** Held by those who wait, shared or exclusively. */
	private final HeldRange queue;

	/** Held exclusively by an updater that waits to write. */
	private final HeldRange upgrade;

	/** Both of these bytes, for those who only look. */
	private final HeldRange both;

	/** Whether readers show, too, that they wait. */
	private final boolean fair;

	/** Whether the queue is held exclusively, if it is held. */
	private boolean exclusive;

	/** For which modes this JVM waits in the queue: a bit for each. */
	private int waiting;

	private long probedAt = System.nanoTime() - PROBE_IS_FRESH;

	/**
	 * @param first the first of the two bytes
	 */
	Turnstile(LockFile file, long first, boolean fair) {
		this.queue = new HeldRange(file, first, 1);
		this.upgrade = new HeldRange(file, first + 1, 1);
		this.both = new HeldRange(file, first, 2);
		this.fair = fair;
	}

	/** Whether somebody who does not wait lets those through who do. */
	boolean letsPass(LockMode mode, long now) throws IOException {
		if (now - this.probedAt < PROBE_IS_FRESH) {
			return true;
		}
		return probe(mode, now);
	}

	private boolean probe(LockMode mode, long now) throws IOException {
		releaseStuck();
		boolean free = !this.upgrade.isHeld() && isFree(mode == LockMode.SHARED);
		// If somebody waits, nobody goes by before that is over.
		this.probedAt = free ? now : now - PROBE_IS_FRESH;
		return free;
	}

	private boolean isFree(boolean shared) throws IOException {
		if (this.queue.isHeld()) {
			// by this JVM itself, so that nobody else has it in a way that matters
			return !this.exclusive && look(this.upgrade, true);
		}
		return look(this.both, shared);
	}

	private static boolean look(HeldRange range, boolean shared) throws IOException {
		boolean free = range.tryLock(shared, false);
		range.release();
		return free;
	}

	/**
	 * Somebody waits, and is about to make an attempt.
	 * @return whether the attempt may be made
	 */
	boolean enter(LockMode mode) throws IOException {
		releaseStuck();
		if (this.queue.isWorthless()) {
			this.queue.release();
			this.waiting = 0;
		}
		if (mode == LockMode.SHARED && !this.fair) {
			return probe(mode, System.nanoTime());
		}
		boolean alone = mode == LockMode.EXCLUSIVE;
		if (!this.queue.isHeld() && this.queue.tryLock(!alone, false)) {
			this.exclusive = alone;
		}
		boolean entered = this.queue.isHeld() && this.exclusive == alone;
		if (entered) {
			this.waiting |= bit(mode);
		}
		return entered && (mode != LockMode.SHARED || (!this.upgrade.isHeld() && look(this.upgrade, true)));
	}

	/** An updater waits to write: it shows that if it can, and need not wait for it. */
	void enterToUpgrade() throws IOException {
		releaseStuck();
		if (this.upgrade.isWorthless()) {
			this.upgrade.release();
		}
		if (!this.upgrade.isHeld()) {
			boolean unused = this.upgrade.tryLock(false, false);
		}
	}

	/** Who waited has the lock, or has given up. */
	void leave(LockMode mode) throws IOException {
		this.waiting &= ~bit(mode);
		try {
			if (mode == LockMode.EXCLUSIVE) {
				this.upgrade.release();
			}
		}
		finally {
			if (this.waiting == 0) {
				this.queue.release();
			}
		}
	}

	private void releaseStuck() throws IOException {
		this.queue.releaseIfStuck();
		this.upgrade.releaseIfStuck();
		this.both.releaseIfStuck();
	}

	private static int bit(LockMode mode) {
		return switch (mode) {
			case SHARED -> 1;
			case UPDATE -> 1 << 1;
			case EXCLUSIVE -> 1 << 2;
		};
	}

}
