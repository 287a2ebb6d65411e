package org.fasteners.interceptor;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.ArrayList;
import java.util.List;

import org.fasteners.LockSections;
import org.fasteners.StackReserve;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The locks that are kept until one transaction has ended.
 */
final class TransactionHolds implements TransactionSynchronization {

	/*
	 * A lock that is kept stays with its thread, not detached: so methods that ask for it
	 * again within the transaction find it kept and run, also if it is one that cannot be
	 * entered again. So it is kept once, however often it is asked for. A transaction
	 * that is suspended takes its holds out of sight, and the one within it keeps what it
	 * asks for by itself, as one more count of the same lock.
	 *
	 * Those who want to hear of the commit hear of it under the lock. It is released with
	 * the completion, among others that hear of that.
	 */

	private static final Logger LOGGER = System.getLogger("org.fasteners");

	private final Thread owner = Thread.currentThread();

	@SuppressWarnings("NonApiType")
	private final ArrayList<Guard> kept = new ArrayList<>();

	/** Whether their transaction has ended in another thread, which cannot release. */
	private volatile boolean orphaned;

	/**
	 * Keep those of the guards that want it until the active transaction has ended.
	 * @param guards what a call has acquired
	 * @return for each guard whether it is kept because of this call
	 */
	static boolean[] keep(Guard[] guards) {
		StackReserve.requireForProcessLock();
		boolean[] kept = new boolean[guards.length];
		LockSections sections = LockSections.ofThread();
		TransactionHolds holds = ofTransaction();
		// nothing can fail any more from here on
		holds.kept.ensureCapacity(holds.kept.size() + kept.length);
		for (int i = 0; i < kept.length; i++) {
			Guard guard = guards[i];
			if (guard.terms().untilCompletion() && !holds.keeps(guard)) {
				kept[i] = holds.kept.add(guard);
				sections.keep(guard);
			}
		}
		return kept;
	}

	/** Whether the active transaction keeps the lock already. */
	static boolean haveKept(Guard guard) {
		TransactionHolds known = known();
		return known != null && known.keeps(guard);
	}

	private static @Nullable TransactionHolds known() {
		TransactionHolds known = (TransactionHolds) TransactionSynchronizationManager
			.getResource(TransactionHolds.class);
		if (known != null && known.orphaned) {
			known.release();
			return null;
		}
		return known;
	}

	private static TransactionHolds ofTransaction() {
		TransactionHolds known = known();
		if (known != null) {
			return known;
		}
		TransactionHolds holds = new TransactionHolds();
		TransactionSynchronizationManager.registerSynchronization(holds);
		TransactionSynchronizationManager.bindResource(TransactionHolds.class, holds);
		return holds;
	}

	private boolean keeps(Guard guard) {
		for (Guard other : this.kept) {
			if (other.isSame(guard) && other.mode().compareTo(guard.mode()) >= 0) {
				return true;
			}
		}
		return false;
	}

	@Override
	public void suspend() {
		TransactionSynchronizationManager.unbindResource(TransactionHolds.class);
	}

	@Override
	public void resume() {
		TransactionSynchronizationManager.bindResource(TransactionHolds.class, this);
	}

	@Override
	public void afterCompletion(int status) {
		if (Thread.currentThread() != this.owner) {
			LOGGER.log(Level.ERROR,
					"A transaction of thread ''{0}'' has ended in another one: these locks stay held until that thread locks in a transaction again: {1}",
					this.owner.getName(), this.kept.stream().map(Guard::lockName).toList());
			this.orphaned = true;
			return;
		}
		release();
	}

	private void release() {
		TransactionSynchronizationManager.unbindResourceIfPossible(TransactionHolds.class);
		LockSections sections = LockSections.ofThread();
		Throwable failure = null;
		for (int i = this.kept.size() - 1; i >= 0; i--) {
			Guard guard = this.kept.get(i);
			sections.leaveKept(guard);
			failure = releaseAfter(failure, guard);
		}
		this.kept.clear();
		rethrow(failure);
	}

	private static @Nullable Throwable releaseAfter(@Nullable Throwable failure, Guard guard) {
		try {
			guard.release(Guard.UNKNOWN, failure);
			return failure;
		}
		catch (Throwable ex) {
			return ex;
		}
	}

	/** Spring logs it: there is nobody any more to throw it to. */
	private static void rethrow(@Nullable Throwable failure) {
		if (failure instanceof Error error) {
			throw error;
		}
		if (failure instanceof RuntimeException exception) {
			throw exception;
		}
		if (failure != null) {
			throw new UndeclaredThrowableException(failure);
		}
	}

}
