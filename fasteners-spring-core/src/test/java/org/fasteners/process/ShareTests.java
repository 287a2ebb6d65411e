package org.fasteners.process;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.fasteners.Background;
import org.fasteners.LockEngineException;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.LockRegistryClosedException;
import org.fasteners.SharedExclusiveLock;
import org.fasteners.process.LockEngine.Attempt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link Share} in difficult moments.
 */
@Timeout(60)
class ShareTests {

	private static final int MOST_ROUNDS = 60_000;

	private final PretendedKernel kernel = new PretendedKernel();

	private final PretendedKernel.Pretender engine = this.kernel.process();

	private final PretendedKernel.Pretender other = this.kernel.process();

	private final InterProcessLocks locks = this.engine.locks(LockPreference.FAIR, Pauses.DEFAULT);

	private final SharedExclusiveLock lock = this.locks.get("shows");

	@AfterEach
	void theEngineWasUsedAsItsContractSays() {
		assertThat(this.kernel.violations).isEmpty();
	}

	private void assertNothingIsLeft() {
		assertThat(this.engine.held()).isEmpty();
		assertThat(this.engine.waiting()).isEmpty();
		assertThat(Background.elsewhere(() -> {
			this.lock.acquire(LockMode.EXCLUSIVE).close();
			return true;
		})).isTrue();
	}

	@Test
	void anUpdateHoldThatStaysForReadsServesTheNextUpdater() {
		LockHold update = this.lock.acquire(LockMode.UPDATE);
		LockHold read = this.lock.acquire(LockMode.SHARED);
		this.engine.refused = true;
		update.close();
		assertThat(this.engine.held()).containsExactly(LockMode.UPDATE);
		Background.elsewhere(() -> this.lock.tryAcquire(LockMode.UPDATE).isAcquired());
		this.engine.refused = false;
		read.close();
		assertThat(this.kernel.violations).isEmpty();
	}

	@Test
	void anUpdateHoldThatStaysForReadsIsReturnedAlthoughAnotherUpdaterTried() {
		LockHold update = this.lock.acquire(LockMode.UPDATE);
		LockHold read = this.lock.acquire(LockMode.SHARED);
		this.engine.refused = true;
		update.close();
		Background.elsewhere(() -> {
			this.lock.tryAcquire(LockMode.UPDATE).close();
			return true;
		});
		this.engine.refused = false;
		read.close();
		assertThat(this.engine.held()).isEmpty();
	}

	/** Both have the local lock, as a gate has it for an owner and a detached hold. */
	@Test
	void twoWritesThatAreReleasedAtOnceByTheOwnerAndAnotherThreadAreBothCounted() {
		LocalGate alone = new LocalGate();
		AtomicInteger round = new AtomicInteger();
		AtomicInteger done = new AtomicInteger();
		Background<Boolean> closer = Background.start(() -> {
			for (int i = 1; i <= MOST_ROUNDS; i++) {
				while (round.get() < i) {
					Thread.onSpinWait();
				}
				alone.share.removeDetached(LockMode.EXCLUSIVE);
				done.set(i);
			}
		});
		int lost = 0;
		for (int i = 1; i <= MOST_ROUNDS; i++) {
			alone.share.take(LockMode.EXCLUSIVE, Attempt.POLITE);
			alone.share.add(LockMode.EXCLUSIVE);
			alone.share.detach();
			round.set(i);
			alone.share.remove(LockMode.EXCLUSIVE, true);
			while (done.get() < i) {
				Thread.onSpinWait();
			}
			boolean kept = this.engine.held().contains(LockMode.EXCLUSIVE);
			if (kept != alone.share.isPassed() || alone.share.isHeld()) {
				lost++;
				alone.reset();
			}
		}
		closer.result();
		assertThat(lost).isZero();
	}

	@Test
	void aReaderThatLostItsPlaceDoesNotKeepOthersFromAsking() throws Exception {
		LockHold hold = this.lock.acquire(LockMode.SHARED);
		this.engine.wanted = true;
		Background<Boolean> first = Background.start(() -> this.lock.acquire(LockMode.SHARED).close()).awaitWaiting();
		CountDownLatch inside = new CountDownLatch(1);
		CountDownLatch proceed = new CountDownLatch(1);
		this.engine.hook = (call) -> {
			if ("release SHARED".equals(call)) {
				inside.countDown();
				await(proceed);
			}
		};
		hold.detach();
		Background<Boolean> releaser = Background.start(hold::close);
		inside.await();
		Background<Boolean> second = Background.start(() -> this.lock.acquire(LockMode.SHARED).close()).awaitWaiting();
		Background<Boolean> writer = Background.start(() -> this.lock.acquire(LockMode.EXCLUSIVE).close())
			.awaitWaiting();
		AtomicInteger refused = new AtomicInteger();
		this.engine.hook = (call) -> refused.addAndGet("SHARED POLITE".equals(call) ? 1 : 0);
		this.engine.wanted = false;
		this.engine.refused = true;
		proceed.countDown();
		releaser.result();
		Background.until(() -> refused.get() > 0);
		second.awaitWaiting();
		this.engine.refused = false;
		second.result();
		writer.result();
		first.result();
		assertNothingIsLeft();
	}

	@Test
	void whoBeginsToWaitWhileTheRegistryIsClosedIsTold() {
		LockHold hold = this.lock.acquire(LockMode.SHARED);
		AtomicBoolean once = new AtomicBoolean();
		this.engine.wanted = true;
		this.engine.hook = (call) -> {
			if ("isWanted".equals(call) && once.compareAndSet(false, true)) {
				this.locks.close();
			}
		};
		Background<Boolean> late = Background.start(() -> this.lock.acquire(LockMode.SHARED).close());
		assertThatExceptionOfType(LockRegistryClosedException.class).isThrownBy(late::result);
		hold.close();
	}

	@Test
	void whoLetsAnotherAskAsksItselfWhenItsTimeIsOver() {
		Duration hour = Duration.ofHours(1);
		SharedExclusiveLock slow = this.other.locks(LockPreference.FAIR, new Pauses(hour, hour, hour, hour))
			.get("shows");
		this.engine.tryAcquire(LockMode.EXCLUSIVE, Attempt.BARGING);
		Background<Boolean> first = Background.start(() -> slow.readLock().lockInterruptibly()).awaitWaiting();
		Background<Boolean> second = Background
			.run(() -> slow.tryAcquire(LockMode.SHARED, Duration.ofMillis(500)).isAcquired())
			.awaitWaiting();
		this.engine.release(LockMode.EXCLUSIVE);
		boolean obtained = second.result();
		first.thread().interrupt();
		assertThat(obtained).isTrue();
	}

	@Test
	void anUpdaterOfAFormerWriterReleasesInAnyOrderWhenTheEngineFails() {
		for (String failing : new String[] { "release SHARED", "release UPDATE", "release EXCLUSIVE",
				"EXCLUSIVE POLITE", "SHARED BARGING" }) {
			PretendedKernel.Pretender process = this.kernel.process();
			SharedExclusiveLock failed = process.locks(LockPreference.FAIR, Pauses.DEFAULT).get("shows");
			process.hook = (call) -> {
				if (failing.equals(call)) {
					throw new LockEngineException("shows", "use", new IllegalStateException("planned"));
				}
			};
			quietly(() -> {
				try (LockHold update = failed.acquire(LockMode.UPDATE)) {
					try (LockHold write = failed.acquire(LockMode.EXCLUSIVE)) {
						assertThat(failed.isHeld(LockMode.EXCLUSIVE)).isTrue();
					}
					failed.readLock().lock();
				}
				finally {
					quietly(() -> failed.readLock().unlock());
				}
			});
			for (LockMode mode : LockMode.values()) {
				assertThat(failed.holdCount(mode)).as(failing).isZero();
				assertThat(failed.isHeld(mode)).as(failing).isFalse();
			}
			process.hook = (call) -> {
			};
			process.held().forEach(process::release);
		}
		this.kernel.violations.clear();
	}

	private static void quietly(Runnable action) {
		try {
			action.run();
		}
		catch (LockEngineException | IllegalMonitorStateException ex) {
			// planned
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	/** A share without a gate. */
	private final class LocalGate {

		private volatile Share share = make();

		private Share make() {
			return new Share(ShareTests.this.engine, new Gate(ShareTests.this.engine, LockPreference.FAIR));
		}

		/** Start afresh after a failure. */
		void reset() {
			ShareTests.this.engine.held().forEach(ShareTests.this.engine::release);
			this.share = make();
		}

	}

}
