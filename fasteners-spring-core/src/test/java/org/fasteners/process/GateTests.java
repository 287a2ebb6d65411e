package org.fasteners.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockContract;
import org.fasteners.LockEngineException;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.LockRegistryClosedException;
import org.fasteners.LockTimeoutException;
import org.fasteners.SharedExclusiveLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link Gate}, in front of an engine whose other processes the test plays.
 */
class GateTests extends LockContract {

	private final ScriptedLock engine = new ScriptedLock();

	private final InterProcessLocks locks = this.engine.locks(LockPreference.FAIR, Pauses.DEFAULT);

	private final SharedExclusiveLock lock = this.locks.get("shows");

	@Override
	protected SharedExclusiveLock lock() {
		return this.lock;
	}

	@Override
	protected SharedExclusiveLock lockWithDefaultTimeout(Duration timeout) {
		return new InterProcessLocks(this.engine.engine(), timeout).get("shows");
	}

	@AfterEach
	void theEngineWasUsedAsItsContractSays() {
		this.engine.assertUsedAsItsContractSays();
	}

	@Test
	void theFirstHolderTakesAndTheLastOneReturns() {
		LockHold first = this.lock.acquire(LockMode.SHARED);
		assertThat(this.engine.held).containsExactly(LockMode.SHARED);
		Background<LockHold> second = Background.run(() -> this.lock.acquire(LockMode.SHARED));
		second.result();
		this.lock.acquire(LockMode.SHARED).close();
		assertThat(this.engine.acquired).hasValue(1);
		first.close();
		assertThat(this.engine.held).containsExactly(LockMode.SHARED);
		assertThat(this.lock.holders()).hasSize(1);
		this.engine.forget();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aHoldThatTheEngineFailedToReleaseIsClosedAgain(boolean detached) {
		LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE);
		if (detached) {
			hold.detach();
		}
		this.engine.failOnce();
		assertThatExceptionOfType(LockEngineException.class).isThrownBy(hold::close);
		assertThat(this.lock.isHeld(LockMode.EXCLUSIVE)).isFalse();
		assertThat(this.engine.releasedAgain).hasValue(0);
		hold.close();
		assertThat(this.engine.releasedAgain).hasValue(1);
		hold.close();
		assertThat(this.engine.releasedAgain).hasValue(1);
		// it released nothing of another holder
		LockHold next = this.lock.acquire(LockMode.EXCLUSIVE);
		hold.close();
		assertThat(this.lock.isHeld(LockMode.EXCLUSIVE)).isTrue();
		next.close();
	}

	@Test
	void aWriterThatDowngradesKeepsTheEngineLock() {
		LockHold write = this.lock.acquire(LockMode.EXCLUSIVE);
		LockHold read = this.lock.acquire(LockMode.SHARED);
		write.close();
		assertThat(this.engine.held).containsExactly(LockMode.EXCLUSIVE);
		read.close();
		assertThat(this.engine.acquired).hasValue(1);
	}

	@Test
	void aRefusedNegotiatorTriesAgainUntilItWins() {
		this.engine.refuse();
		Background<Boolean> waiter = Background.start(() -> this.lock.acquire(LockMode.EXCLUSIVE).close());
		Background.until(() -> this.engine.attempts.get() > 5);
		this.engine.allow();
		waiter.result();
	}

	@Test
	void aSingleAttemptIsOneAttempt() {
		this.engine.refuse();
		assertThat(elsewhereTry(LockMode.EXCLUSIVE)).isFalse();
		assertThat(this.engine.attempts).hasValue(1);
		assertThat(Background.elsewhere(() -> this.lock.readLock().tryLock())).isFalse();
		assertThat(this.engine.attempts).hasValue(2);
		this.engine.allow();
		assertFree();
	}

	@Test
	void aTimedWaitMakesAnAttemptAtItsEnd() {
		this.engine.refuse();
		assertThat(this.lock.tryAcquire(LockMode.SHARED, Duration.ofNanos(1)).isAcquired()).isFalse();
		assertThat(this.engine.attempts).hasValueBetween(1, 2);
		this.engine.allow();
	}

	@Test
	void aWaitForTheEngineIsNeverTooShort() {
		this.engine.refuse();
		for (long millis : new long[] { 1, 7, 30 }) {
			Duration timeout = Duration.ofMillis(millis);
			long start = System.nanoTime();
			assertThat(this.lock.tryAcquire(LockMode.SHARED, timeout).isAcquired()).isFalse();
			assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(timeout.toNanos());
		}
		this.engine.allow();
	}

	@Test
	void aWaitForTheEngineThatCannotBeInterruptedKeepsTheFlag() {
		this.engine.refuse();
		Background<Boolean> waiter = Background.run(() -> {
			this.lock.writeLock().lock();
			this.lock.writeLock().unlock();
			return Thread.interrupted();
		});
		Background.until(() -> this.engine.attempts.get() > 2);
		waiter.thread().interrupt();
		Background.until(() -> !waiter.thread().isInterrupted());
		this.engine.allow();
		assertThat(waiter.result()).isTrue();
	}

	@Test
	void whenTheNegotiatorGivesUpTheNextOneNegotiates() {
		this.engine.refuse();
		Background<Boolean> first = Background.run(() -> {
			try (LockAttempt attempt = this.lock.tryAcquire(LockMode.EXCLUSIVE, Duration.ofMillis(200))) {
				return attempt.isAcquired();
			}
		}).awaitWaiting();
		Background<Boolean> second = Background.start(() -> this.lock.acquire(LockMode.SHARED).close()).awaitWaiting();
		Background<Boolean> third = Background.start(() -> this.lock.acquire(LockMode.EXCLUSIVE).close())
			.awaitWaiting();
		assertThat(first.result()).isFalse();
		assertThat(second.isDone()).isFalse();
		this.engine.allow();
		second.result();
		third.result();
	}

	@Test
	void whenTheNegotiatorIsInterruptedTheNextOneNegotiates() {
		this.engine.refuse();
		Background<Boolean> first = Background.start(() -> this.lock.writeLock().lockInterruptibly()).awaitWaiting();
		Background<Boolean> second = Background.start(() -> this.lock.acquire(LockMode.SHARED).close()).awaitWaiting();
		first.thread().interrupt();
		assertThatExceptionOfType(AssertionError.class).isThrownBy(first::result)
			.withCauseInstanceOf(InterruptedException.class);
		assertThat(second.isDone()).isFalse();
		this.engine.allow();
		second.result();
	}

	@Test
	void anErrorOfTheEngineEndsOneWaitAndTheNextOneNegotiates() {
		this.engine.refuse();
		Background<Boolean> first = Background.start(() -> this.lock.acquire(LockMode.EXCLUSIVE)).awaitWaiting();
		Background<Boolean> second = Background.start(() -> this.lock.acquire(LockMode.EXCLUSIVE).close())
			.awaitWaiting();
		this.engine.failOnce();
		assertThatExceptionOfType(LockEngineException.class).isThrownBy(first::result);
		this.engine.allow();
		second.result();
		assertFree();
	}

	@Test
	void anErrorOfTheReleaseIsToldAndLeavesTheGateUsable() {
		LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE);
		this.engine.failOnce();
		assertThatExceptionOfType(LockEngineException.class).isThrownBy(hold::close);
		assertThat(this.lock.isHeld(LockMode.EXCLUSIVE)).isFalse();
		this.engine.forget();
		assertFree();
	}

	@Test
	void aReaderThatTriesDuringTheAttemptOfAnotherSharesItsSuccess() throws Exception {
		this.engine.hold();
		Background<Boolean> first = Background.start(() -> this.lock.acquire(LockMode.SHARED));
		this.engine.inside.await();
		Background<Boolean> second = Background.run(() -> this.lock.tryAcquire(LockMode.SHARED).isAcquired())
			.awaitWaiting();
		Background<Boolean> writer = Background.run(() -> this.lock.tryAcquire(LockMode.EXCLUSIVE).isAcquired())
			.awaitWaiting();
		this.engine.proceed();
		first.result();
		assertThat(second.result()).isTrue();
		assertThat(writer.result()).isFalse();
		this.engine.forget();
	}

	@Test
	void whoTriesDuringAnAttemptThatIsRefusedIsRefused() throws Exception {
		this.engine.refuse();
		this.engine.hold();
		Background<Boolean> first = Background.start(() -> this.lock.acquire(LockMode.SHARED).close());
		this.engine.inside.await();
		Background<Boolean> second = Background.run(() -> this.lock.tryAcquire(LockMode.SHARED).isAcquired())
			.awaitWaiting();
		this.engine.proceed();
		assertThat(second.result()).isFalse();
		this.engine.allow();
		first.result();
	}

	@Test
	void nobodyJoinsWhileTheLockIsBeingReturned() throws Exception {
		Background<Boolean> holder = Background.start(() -> {
			LockHold hold = this.lock.acquire(LockMode.SHARED);
			this.engine.hold();
			hold.close();
		});
		Background.until(() -> this.engine.inside.getCount() == 0);
		Background<Boolean> joiner = Background.start(() -> this.lock.acquire(LockMode.SHARED).close()).awaitWaiting();
		assertThat(this.engine.acquired).hasValue(1);
		this.engine.proceed();
		holder.result();
		joiner.result();
		assertThat(this.engine.acquired).hasValue(2);
	}

	@Test
	void closingEndsTheWaitsOfOneRegistryAlone() {
		InterProcessLocks others = this.engine.locks(LockPreference.FAIR, Pauses.DEFAULT);
		LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE);
		Background<Boolean> mine = Background.start(() -> this.lock.acquire(LockMode.SHARED)).awaitWaiting();
		Background<Boolean> theirs = Background.start(() -> others.get("shows").acquire(LockMode.SHARED).close())
			.awaitWaiting();
		this.locks.close();
		assertThatExceptionOfType(LockRegistryClosedException.class).isThrownBy(mine::result);
		assertThat(theirs.isDone()).isFalse();
		// who is inside goes on, re-entry included
		this.lock.acquire(LockMode.EXCLUSIVE).close();
		hold.close();
		theirs.result();
		// what is free is still granted, to closing code
		this.lock.acquire(LockMode.EXCLUSIVE).close();
	}

	@Test
	void closingEndsTheWaitOfANegotiator() {
		this.engine.refuse();
		Background<Boolean> waiter = Background.start(() -> this.lock.acquire(LockMode.SHARED)).awaitWaiting();
		this.locks.close();
		assertThatExceptionOfType(LockRegistryClosedException.class).isThrownBy(waiter::result);
		this.engine.allow();
		assertFree();
	}

	@Test
	void afterCloseALockThatIsJustBeingReturnedIsGranted() throws Exception {
		Background<Boolean> holder = Background.start(() -> {
			LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE);
			this.engine.hold();
			hold.close();
		});
		Background.until(() -> this.engine.inside.getCount() == 0);
		Background<Boolean> closing = Background.start(this.locks::close).awaitWaiting();
		Background<Boolean> late = Background.start(() -> this.lock.acquire(LockMode.SHARED).close()).awaitWaiting();
		this.engine.proceed();
		holder.result();
		closing.result();
		late.result();
	}

	@Test
	void afterCloseALockThatIsTakenIsRefusedByName() {
		this.engine.refuse();
		this.locks.close();
		assertThatExceptionOfType(LockRegistryClosedException.class)
			.isThrownBy(() -> this.lock.acquire(LockMode.SHARED));
		assertThat(this.lock.tryAcquire(LockMode.SHARED).isAcquired()).isFalse();
		this.engine.allow();
	}

	@Test
	void anOverflowingStackLeavesTheGateUsable() {
		for (int i = 0; i < 100; i++) {
			int padding = i;
			Background.elsewhere(() -> {
				assertThatExceptionOfType(StackOverflowError.class).isThrownBy(() -> overflow(padding, 0));
				return true;
			});
			assertFree();
		}
	}

	private int overflow(int padding, int depth) {
		if (depth < padding) {
			return overflow(padding, depth + 1) + 1;
		}
		try (LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE)) {
			return overflow(padding, depth + 1) + 1;
		}
	}

	@Test
	void otherProcessesAreNamedWhenNoThreadHolds() {
		this.engine.refuse();
		SharedExclusiveLock timed = lockWithDefaultTimeout(Duration.ofMillis(10));
		assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> timed.acquire(LockMode.EXCLUSIVE))
			.withMessage(
					"Could not lock 'shows' for writing within 10ms; held for reading by pid 4242 (java -jar shop.jar)");
		this.engine.allow();
	}

	@Test
	void aBusyGateInFrontOfAMoodyEngineNeverGetsStuck() {
		AtomicBoolean over = new AtomicBoolean();
		Background<Boolean> mood = Background.start(() -> {
			while (!over.get()) {
				this.engine.refuse();
				LockSupport.parkNanos(1);
				this.engine.allow();
				if (ThreadLocalRandom.current().nextInt(10) == 0) {
					this.engine.failOnce();
				}
				LockSupport.parkNanos(1);
			}
		});
		List<Background<Boolean>> workers = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			workers.add(Background.start(this::useALot));
		}
		workers.forEach(Background::result);
		over.set(true);
		mood.result();
		this.engine.allow();
		this.engine.forgetFailures();
		// a release that failed left the engine's own idea of a hold behind
		this.engine.forget();
		assertFree();
	}

	private void useALot() {
		for (int i = 0; i < 500; i++) {
			ThreadLocalRandom random = ThreadLocalRandom.current();
			LockMode mode = random.nextBoolean() ? LockMode.SHARED : LockMode.EXCLUSIVE;
			Duration timeout = random.nextInt(3) == 0 ? Duration.ZERO : Duration.ofNanos(random.nextInt(300_000));
			try (LockAttempt attempt = this.lock.tryAcquire(mode, timeout)) {
				if (random.nextInt(20) == 0) {
					Thread.currentThread().interrupt();
				}
			}
			catch (LockEngineException ex) {
				// planned
			}
			Thread.interrupted();
		}
	}

}
