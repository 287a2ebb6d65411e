package org.fasteners.process;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.LockRegistryClosedException;
import org.fasteners.LockState;
import org.fasteners.LockStolenException;
import org.fasteners.process.LockEngine.Attempt;
import org.fasteners.process.LockEngine.EngineLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A call of an engine that does not return, as on a file system that does not answer,
 * stops the callers of its own lock and no others.
 */
@Timeout(60)
class HungGateTests {

	private static final Pauses SHORT = new Pauses(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO,
			Duration.ofMillis(1));

	private final Several engine = new Several();

	private final InterProcessLocks locks = new InterProcessLocks(this.engine, LockPreference.FAIR, SHORT, null);

	@AfterEach
	void proceed() {
		this.engine.locks.values().forEach((lock) -> lock.hung.countDown());
	}

	/** A thread that hangs in a call of the engine, with the mutex of the gate. */
	private Background<Boolean> hang(String path, LockMode mode) throws InterruptedException {
		Lock lock = this.engine.lock(path);
		lock.hangs = true;
		Background<Boolean> attempt = Background.run(() -> {
			try (LockAttempt attempted = this.locks.get(path).tryAcquire(mode)) {
				return attempted.isAcquired();
			}
		});
		lock.inside.await();
		return attempt;
	}

	@Test
	void closingWakesWaitersOfOtherLocks() throws Exception {
		hang("a", LockMode.EXCLUSIVE);
		LockHold hold = this.locks.get("b").acquire(LockMode.EXCLUSIVE);
		Background<LockHold> waiter = Background.run(() -> this.locks.get("b").acquire(LockMode.EXCLUSIVE))
			.awaitWaiting();
		hang("c", LockMode.EXCLUSIVE);
		Background<Boolean> closing = Background.start(this.locks::close);
		assertThatExceptionOfType(LockRegistryClosedException.class).isThrownBy(waiter::result);
		closing.result();
		hold.close();
	}

	@Test
	void closingARegistryDoesNotWaitForTheLocksOfAnother() throws Exception {
		InterProcessLocks others = new InterProcessLocks(this.engine, null);
		hang("a", LockMode.EXCLUSIVE);
		assertThat(Background.start(others::close).result()).isTrue();
	}

	/** It waits for no process, but until the readers of this JVM have left. */
	@Test
	void aWaiterAtAHungGateIsWokenWhenTheCallReturns() throws Exception {
		LockHold hold = this.locks.get("a").acquire(LockMode.SHARED);
		this.engine.lock("a").wanted = true;
		Background<LockHold> waiter = Background.run(() -> this.locks.get("a").acquire(LockMode.SHARED)).awaitWaiting();
		// so that the return itself wakes no waiter
		this.engine.lock("a").refuses = true;
		Background<Boolean> hung = hang("a", LockMode.UPDATE);
		Background.start(this.locks::close).result();
		assertThat(waiter.isDone()).isFalse();
		this.engine.lock("a").hung.countDown();
		assertThat(hung.result()).isFalse();
		assertThatExceptionOfType(LockRegistryClosedException.class).isThrownBy(waiter::result);
		hold.close();
	}

	@Test
	void theWatchdogOfARegistryDoesNotVisitTheLocksOfAnother() throws Exception {
		LockHold hung = this.locks.get("a").acquire(LockMode.EXCLUSIVE);
		Lock verified = this.engine.lock("a");
		verified.hangs = true;
		this.locks.watch(Duration.ofMillis(1), (theft) -> {
		});
		verified.inside.await();
		Several engine = new Several();
		InterProcessLocks others = new InterProcessLocks(engine, null);
		Queue<LockStolenException> thefts = new ConcurrentLinkedQueue<>();
		others.watch(Duration.ofMillis(1), thefts::add);
		LockHold hold = others.get("b").acquire(LockMode.EXCLUSIVE);
		// so that a visit to all of its locks has ended, in whatever order
		int before = engine.lock("b").verified.get();
		Background.until(() -> engine.lock("b").verified.get() > before + 1);
		engine.lock("b").state = LockState.LOST;
		Background.until(() -> !thefts.isEmpty());
		assertThatExceptionOfType(LockStolenException.class).isThrownBy(hold::close);
		others.close();
		this.locks.close();
		hung.close();
	}

	/**
	 * Locks by path.
	 */
	private static final class Several implements LockEngine {

		private final Map<String, Lock> locks = new ConcurrentHashMap<>();

		Lock lock(String path) {
			return this.locks.computeIfAbsent(path, Lock::new);
		}

		@Override
		public EngineLock lock(String path, LockPreference preference) {
			return lock(path);
		}

		@Override
		public EngineLock lock(String path, String key, LockPreference preference) {
			return lock(path);
		}

	}

	/**
	 * A lock that no other process uses, and whose calls may hang.
	 */
	private static final class Lock implements EngineLock {

		private final String path;

		private final CountDownLatch inside = new CountDownLatch(1);

		private final CountDownLatch hung = new CountDownLatch(1);

		private volatile boolean hangs;

		private volatile boolean refuses;

		private volatile boolean wanted;

		private volatile LockState state = LockState.HELD;

		/** How often it was verified. */
		private final AtomicInteger verified = new AtomicInteger();

		Lock(String path) {
			this.path = path;
		}

		private void call() {
			if (this.hangs) {
				this.inside.countDown();
				try {
					this.hung.await();
				}
				catch (InterruptedException ex) {
					throw new AssertionError(ex);
				}
			}
		}

		@Override
		public Object identity() {
			return this;
		}

		@Override
		public String path() {
			return this.path;
		}

		@Override
		public String name() {
			return this.path;
		}

		@Override
		public boolean exists() {
			return true;
		}

		@Override
		public boolean tryAcquire(LockMode mode, Attempt attempt) {
			call();
			return !this.refuses;
		}

		@Override
		public void stopWaiting(LockMode mode) {
			// nothing was announced
		}

		@Override
		public void release(LockMode mode) {
			// nothing is kept
		}

		@Override
		public boolean isWanted() {
			return this.wanted;
		}

		@Override
		public LockState verify() {
			call();
			this.verified.incrementAndGet();
			return this.state;
		}

		@Override
		public List<LockHolder> holders() {
			return List.of();
		}

	}

}
