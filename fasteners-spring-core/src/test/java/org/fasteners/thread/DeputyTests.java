package org.fasteners.thread;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import org.fasteners.Background;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.StackReserve;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A release that finds too little stack to serve the queue releases all the same, and a
 * waiter serves the queue. Waiters do not look by themselves here, unless the test says
 * so: a wake-up that is lost is a hang.
 */
@Timeout(60)
class DeputyTests {

	private static final int ROUNDS = 5;

	/** In how many rounds a release had too little stack to serve the queue. */
	private int scarce;

	static Stream<Arguments> modes() {
		return Stream.of(LockPreference.values())
			.flatMap((preference) -> Stream.of(LockMode.values()).map((mode) -> Arguments.of(preference, mode)));
	}

	@ParameterizedTest
	@MethodSource("modes")
	void aReleaseAtTheEndOfTheStackWakesTheThreadsThatWait(LockPreference preference, LockMode mode) throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			ReaderWriterLock lock = lock(preference, Long.MAX_VALUE);
			Lock side = lock.side(mode);
			Diver diver = new Diver(round, side::lock, side::unlock);
			List<Background<Boolean>> waiters = new ArrayList<>();
			for (int i = 0; i < 2; i++) {
				waiters.add(Others.queue(lock, LockMode.EXCLUSIVE, () -> {
				}));
			}
			release(diver);
			waiters.forEach(Background::result);
			Others.assertFree(lock);
		}
		if (mode != LockMode.UPDATE) { // which demands as much as it takes to serve
			assertThat(this.scarce).as("releases with too little stack").isPositive();
		}
	}

	@ParameterizedTest
	@EnumSource
	void aDetachedHoldThatIsClosedAtTheEndOfTheStackWakesTheThreadsThatWait(LockMode mode) throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			ReaderWriterLock lock = lock(LockPreference.FAIR, Long.MAX_VALUE);
			LockHold[] hold = new LockHold[1];
			Diver diver = new Diver(round, () -> {
				hold[0] = lock.acquire(mode);
				try {
					hold[0].detach();
				}
				catch (StackOverflowError ex) {
					hold[0].close();
					throw ex;
				}
			}, () -> hold[0].close());
			Background<Boolean> waiter = Others.queue(lock, LockMode.EXCLUSIVE, () -> {
			});
			release(diver);
			waiter.result();
			Others.assertFree(lock);
		}
	}

	/** The executor runs in the deputy, after the deputy has been told to look again. */
	@ParameterizedTest
	@EnumSource
	void aWakeUpIsNotLostToAnExecutorThatParks(LockPreference preference) throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			ReaderWriterLock lock = lock(preference, Long.MAX_VALUE);
			Diver diver = new Diver(round, lock.writeLock()::lock, lock.writeLock()::unlock);
			CompletableFuture<LockHold> future = lock.acquireAsync(LockMode.EXCLUSIVE, (task) -> {
				task.run();
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
			});
			CompletableFuture<Void> closed = future.thenAccept(LockHold::close);
			Background<Boolean> waiter = Others.queue(lock, LockMode.EXCLUSIVE, () -> {
			});
			release(diver);
			waiter.result();
			closed.get(30, TimeUnit.SECONDS);
			Others.assertFree(lock);
		}
		assertThat(this.scarce).as("releases with too little stack").isPositive();
	}

	@ParameterizedTest
	@EnumSource
	void aQueueOfFuturesAloneIsServedByTheNextChangeOfTheLock(LockPreference preference) throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			ReaderWriterLock lock = lock(preference, Long.MAX_VALUE);
			Diver diver = new Diver(round, lock.writeLock()::lock, lock.writeLock()::unlock);
			CompletableFuture<Void> closed = lock.acquireAsync(LockMode.EXCLUSIVE, Runnable::run)
				.thenAccept(LockHold::close);
			release(diver);
			lock.writeLock().lock();
			lock.writeLock().unlock();
			closed.get(30, TimeUnit.SECONDS);
			Others.assertFree(lock);
		}
		assertThat(this.scarce).as("releases with too little stack").isPositive();
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void aPlatformThreadServesTheVirtualOnes() throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			ReaderWriterLock lock = lock(LockPreference.WRITER, Long.MAX_VALUE);
			Diver diver = new Diver(round, lock.writeLock()::lock, lock.writeLock()::unlock);
			Background<Boolean> waiter = Others.queue(lock, LockMode.EXCLUSIVE, () -> {
			});
			CompletableFuture<Boolean> virtual = virtual(lock, 2);
			release(diver);
			waiter.result();
			assertThat(virtual.get(30, TimeUnit.SECONDS)).isTrue();
			Others.assertFree(lock);
		}
		assertThat(this.scarce).as("releases with too little stack").isPositive();
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void virtualThreadsAloneLookByThemselves() throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			ReaderWriterLock lock = lock(LockPreference.WRITER, TimeUnit.MILLISECONDS.toNanos(10));
			Diver diver = new Diver(round, lock.writeLock()::lock, lock.writeLock()::unlock);
			CompletableFuture<Boolean> virtual = virtual(lock, 1);
			release(diver);
			assertThat(virtual.get(30, TimeUnit.SECONDS)).isTrue();
			Others.assertFree(lock);
		}
		assertThat(this.scarce).as("releases with too little stack").isPositive();
	}

	private static CompletableFuture<Boolean> virtual(ReaderWriterLock lock, int queued) throws Exception {
		CompletableFuture<Boolean> result = new CompletableFuture<>();
		Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, (Runnable) () -> {
			lock.acquire(LockMode.EXCLUSIVE).close();
			result.complete(true);
		});
		Background.until(() -> lock.queueLength() == queued);
		return result;
	}

	private static ReaderWriterLock lock(LockPreference preference, long firstLook) {
		Rehearsal.require();
		LockCore core = new LockCore("deep", preference, null);
		core.queue().firstLook = firstLook;
		return new ReaderWriterLock(core, null);
	}

	private void release(Diver diver) throws InterruptedException {
		if (diver.release()) {
			this.scarce++;
		}
	}

	/**
	 * A thread that acquires a lock as near to the end of its stack as it can, and
	 * releases it there. Between the two it spins: whatever it called would need stack.
	 */
	private static final class Diver {

		private final Runnable acquire;

		private final Runnable release;

		private final Thread thread;

		private volatile boolean acquired;

		private volatile boolean toRelease;

		private volatile boolean scarce;

		private volatile @Nullable Throwable failure;

		/** Returns when the lock is acquired. */
		Diver(int round, Runnable acquire, Runnable release) {
			this.acquire = acquire;
			this.release = release;
			this.thread = new Thread(null, this::start, "diver " + round, 256 * 1024 + round * 1003L);
			this.thread.setDaemon(true);
			this.thread.start();
			Background.until(() -> this.acquired || !this.thread.isAlive());
			assertThat(this.failure).isNull();
			assertThat(this.acquired).isTrue();
		}

		/** Release the lock, and return whether there was too little stack to serve. */
		boolean release() throws InterruptedException {
			this.toRelease = true;
			this.thread.join();
			assertThat(this.failure).isNull();
			return this.scarce;
		}

		/**
		 * The first read of a thread makes its slot, and demands more than the next ones.
		 */
		private void start() {
			this.acquire.run();
			this.release.run();
			dive();
		}

		@SuppressWarnings("InfiniteRecursion") // to the end of the stack
		private void dive() {
			try {
				dive();
			}
			catch (StackOverflowError ex) {
				// here it ends
			}
			if (!this.acquired && this.failure == null) {
				use();
			}
		}

		/** The release has the same stack as the acquisition. */
		private void use() {
			boolean held = false;
			try {
				this.acquire.run();
				held = true;
				this.acquired = true;
				while (!this.toRelease) {
					Thread.onSpinWait();
				}
				this.scarce = !StackReserve.isEnoughForThreadLock();
				this.release.run();
			}
			catch (Throwable ex) {
				if (held || !(ex instanceof StackOverflowError)) {
					this.failure = ex;
				}
			}
		}

	}

}
