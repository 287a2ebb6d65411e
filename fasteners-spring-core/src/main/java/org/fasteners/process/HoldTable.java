package org.fasteners.process;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockUpgradeException;
import org.jspecify.annotations.Nullable;

/**
 * Who in this JVM holds a lock, in which mode and how often: threads, and detached holds.
 * <p>
 * Not thread-safe: guarded by whatever guards the lock.
 */
final class HoldTable {

	private final IdentityHashMap<Object, Counts> owners = new IdentityHashMap<>();

	/** All exclusive holds. */
	private int exclusive;

	/**
	 * Whether the calling thread may have one more hold because of those it has.
	 * @param mode the mode of the new hold
	 * @param lockName the lock, for the message
	 * @return {@code false} if it has none
	 * @throws LockUpgradeException if it only reads and asks to write
	 */
	boolean mayReenter(LockMode mode, String lockName) {
		Counts mine = this.owners.get(Thread.currentThread());
		if (mine != null && mode != LockMode.SHARED && mine.exclusive == 0) {
			throw new LockUpgradeException(lockName);
		}
		return mine != null;
	}

	/**
	 * Whether those who hold leave room for somebody else.
	 * @param mode the mode of the new hold
	 */
	boolean leavesRoom(LockMode mode) {
		return (mode == LockMode.SHARED) ? this.exclusive == 0 : isEmpty();
	}

	/**
	 * Add one hold.
	 * @param owner whose it is
	 */
	void add(Object owner, LockMode mode) {
		this.owners.computeIfAbsent(owner, (key) -> new Counts()).add(mode, 1);
		if (mode == LockMode.EXCLUSIVE) {
			this.exclusive++;
		}
	}

	/**
	 * Remove one hold.
	 * @param owner whose it is
	 * @param lockName the lock, for the message
	 * @throws IllegalMonitorStateException if the owner has no such hold
	 */
	void remove(Object owner, LockMode mode, String lockName) {
		Counts counts = this.owners.get(owner);
		if (counts == null || counts.get(mode) == 0) {
			throw new IllegalMonitorStateException(
					"'%s' is not held for %s by this thread".formatted(lockName, mode.purpose()));
		}
		counts.add(mode, -1);
		if (mode == LockMode.EXCLUSIVE) {
			this.exclusive--;
		}
		if (counts.exclusive == 0 && counts.shared == 0) {
			this.owners.remove(owner);
		}
	}

	boolean isEmpty() {
		return this.owners.isEmpty();
	}

	/** How often the calling thread holds in that mode. */
	int count(LockMode mode) {
		Counts counts = this.owners.get(Thread.currentThread());
		return (counts != null) ? counts.get(mode) : 0;
	}

	boolean isHeld(LockMode mode) {
		return this.owners.values().stream().anyMatch((counts) -> counts.get(mode) > 0);
	}

	/** Who holds. A writer that also reads counts as writer. */
	List<LockHolder> holders() {
		List<LockHolder> holders = new ArrayList<>();
		this.owners.forEach((owner, counts) -> {
			LockMode mode = (counts.exclusive > 0) ? LockMode.EXCLUSIVE : LockMode.SHARED;
			holders.add((owner instanceof Detached detached) ? LockHolder.detached(mode, detached.acquirer())
					: LockHolder.local(mode, owner));
		});
		return holders;
	}

	/**
	 * Owns a hold that no thread owns any more. Compared by identity.
	 */
	static final class Detached {

		private final Thread acquirer = Thread.currentThread();

		Thread acquirer() {
			return this.acquirer;
		}

	}

	/**
	 * The holds of one owner by mode.
	 */
	private static final class Counts {

		private int shared;

		private int exclusive;

		int get(LockMode mode) {
			return switch (mode) {
				case SHARED -> this.shared;
				case UPDATE -> 0; // there are none
				case EXCLUSIVE -> this.exclusive;
			};
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
