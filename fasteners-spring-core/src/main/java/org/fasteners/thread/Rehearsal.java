package org.fasteners.thread;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.function.Supplier;

import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockInterruptedException;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.StackReserve;
import org.jspecify.annotations.Nullable;

/**
 * Uses a lock in all ways before the first one is made for a user.
 */
final class Rehearsal {

	/*
	 * A class whose first use comes at the end of a stack fails to initialise, and then
	 * it cannot be used for as long as the JVM lives (NoClassDefFoundError): also not by
	 * the release of a lock that is held. The JDK's classes of method handles, and the
	 * classes that the compiler makes for a switch over an enum, are among those that a
	 * lock needs. So they are all used once, where there is stack enough. Without that
	 * much stack the first lock is not made, and nothing has been initialised: this class
	 * is what the makers of locks ask first, and it initialises nothing by itself.
	 */

	private static volatile boolean over;

	private Rehearsal() {
	}

	/**
	 * Have all classes that a lock needs initialised.
	 * @throws StackOverflowError if there is too little stack for that
	 */
	static void require() {
		if (!over) {
			StackReserve.requireForClasses();
			Play.all();
			over = true;
		}
	}

	/**
	 * A class of its own, so that the check comes first.
	 */
	static final class Play {

		/**
		 * Play to the end. An interrupt ends one attempt at most, and the next begins
		 * anew with another lock; the flag is set again in the end.
		 */
		static void all() {
			boolean interrupted = Thread.interrupted();
			try {
				while (!isPlayed()) {
					interrupted |= Thread.interrupted();
				}
			}
			finally {
				if (interrupted) {
					Thread.currentThread().interrupt();
				}
			}
		}

		/** Return whether no interrupt came. */
		private static boolean isPlayed() {
			try {
				use(LockPreference.FAIR, null);
				use(LockPreference.WRITER, () -> "owner");
				StackReserve.rehearse();
				return true;
			}
			catch (InterruptedException | LockInterruptedException ex) {
				// which may have cleared the flag
				Thread.currentThread().interrupt();
				return false;
			}
		}

		@SuppressWarnings({ "LockNotBeforeTry", "WaitNotInLoop" }) // to use it is all
		private static void use(LockPreference preference, @Nullable Supplier<?> owners) throws InterruptedException {
			ReaderWriterLock lock = new ReaderWriterLock(new LockCore("rehearsal", preference, owners), null);
			for (LockMode mode : LockMode.values()) {
				lock.side(mode).lock();
				lock.side(mode).lock();
				lock.side(mode).unlock();
				lock.side(mode).unlock();
				lock.acquire(mode).close();
				lock.acquire(mode).detach().close();
				try (LockHold hold = lock.acquire(mode)) {
					String unused = lock.holders().toString();
				}
				for (LockMode other : LockMode.values()) {
					contend(lock, mode, other);
				}
			}
			upgrade(lock);
			Condition condition = lock.writeLock().newCondition();
			try (LockHold write = lock.acquire(LockMode.EXCLUSIVE)) {
				long unused = condition.awaitNanos(1);
			}
			// which none of these is
			if (lock.owner() != ReaderWriterLock.Owner.NONE) {
				throw new AssertionError(lock);
			}
		}

		/** Readers meet, and waiters of both kinds wait in vain and are served. */
		@SuppressWarnings("FutureReturnValueIgnored") // the action closes the hold
		private static void contend(ReaderWriterLock lock, LockMode held, LockMode wanted) {
			LockHold first = lock.acquire(held).detach();
			lock.acquireAsync(wanted, Runnable::run).thenAccept(LockHold::close);
			lock.acquireAsync(wanted, (task) -> {
			}).cancel(false);
			try (LockAttempt attempt = lock.tryAcquire(wanted, Duration.ofNanos(1))) {
				lock.queueLength();
			}
			first.close();
		}

		private static void upgrade(ReaderWriterLock lock) {
			try (LockHold update = lock.acquire(LockMode.UPDATE);
					LockHold write = lock.acquire(LockMode.EXCLUSIVE);
					LockHold read = lock.acquire(LockMode.SHARED)) {
				lock.verify();
			}
		}

	}

}
