package org.fasteners.thread;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockUpgradeException;
import org.jspecify.annotations.Nullable;

/**
 * Which threads hold a lock, in which mode and how often. For the locks of this library
 * alone: public because a package of Java has no friends.
 * <p>
 * Not thread-safe: guarded by whatever guards the lock.
 */
public final class HoldTable {

	private final IdentityHashMap<Thread, Counts> threads = new IdentityHashMap<>();

	/** The writer is then the only one in {@link #threads}. */
	private @Nullable Thread writer;

	/**
	 * Create an empty table.
	 */
	public HoldTable() {
	}

	/**
	 * Whether the calling thread may have one more hold because of those it has.
	 * @param mode the mode of the new hold
	 * @param lockName the lock, for the message
	 * @return {@code false} if it has none
	 * @throws LockUpgradeException if it only reads and asks to write
	 */
	public boolean mayReenter(LockMode mode, String lockName) {
		Thread thread = Thread.currentThread();
		if (mode == LockMode.EXCLUSIVE && this.writer != thread && this.threads.containsKey(thread)) {
			throw new LockUpgradeException(lockName);
		}
		return this.threads.containsKey(thread);
	}

	/**
	 * Whether those who hold leave room for somebody else.
	 * @param mode the mode of the new hold
	 * @return whether a thread that holds nothing may have it
	 */
	public boolean leavesRoom(LockMode mode) {
		return (mode == LockMode.SHARED) ? this.writer == null : isEmpty();
	}

	/**
	 * Add one hold.
	 * @param thread whose it is
	 * @param mode its mode
	 */
	public void add(Thread thread, LockMode mode) {
		this.threads.computeIfAbsent(thread, (key) -> new Counts()).add(mode, 1);
		if (mode == LockMode.EXCLUSIVE) {
			this.writer = thread;
		}
	}

	/**
	 * Remove one hold of the calling thread.
	 * @param mode its mode
	 * @param lockName the lock, for the message
	 * @throws IllegalMonitorStateException if the thread has no such hold
	 */
	public void remove(LockMode mode, String lockName) {
		Thread thread = Thread.currentThread();
		Counts counts = this.threads.get(thread);
		if (counts == null || counts.get(mode) == 0) {
			throw new IllegalMonitorStateException(
					"'%s' is not held for %s by this thread".formatted(lockName, mode.purpose()));
		}
		counts.add(mode, -1);
		if (counts.exclusive == 0) {
			if (this.writer == thread) {
				this.writer = null;
			}
			if (counts.shared == 0) {
				this.threads.remove(thread);
			}
		}
	}

	/**
	 * Whether nobody holds.
	 * @return {@code true} if there is no hold
	 */
	public boolean isEmpty() {
		return this.threads.isEmpty();
	}

	/**
	 * How often the calling thread holds.
	 * @param mode the mode
	 * @return the number of holds
	 */
	public int count(LockMode mode) {
		Counts counts = this.threads.get(Thread.currentThread());
		return (counts != null) ? counts.get(mode) : 0;
	}

	/**
	 * Whether anybody holds in that mode.
	 * @param mode the mode
	 * @return {@code true} if somebody does
	 */
	public boolean isHeld(LockMode mode) {
		return this.threads.values().stream().anyMatch((counts) -> counts.get(mode) > 0);
	}

	/**
	 * Who holds. A writer that also reads counts as writer.
	 * @return the holders
	 */
	public List<LockHolder> holders() {
		List<LockHolder> holders = new ArrayList<>();
		this.threads.keySet()
			.forEach((thread) -> holders
				.add(LockHolder.thread((thread == this.writer) ? LockMode.EXCLUSIVE : LockMode.SHARED, thread)));
		return holders;
	}

	/**
	 * The holds of one thread by mode.
	 */
	private static final class Counts {

		private int shared;

		private int exclusive;

		int get(LockMode mode) {
			return (mode == LockMode.SHARED) ? this.shared : this.exclusive;
		}

		void add(LockMode mode, int change) {
			if (mode == LockMode.SHARED) {
				this.shared += change;
			}
			else {
				this.exclusive += change;
			}
		}

	}

}
