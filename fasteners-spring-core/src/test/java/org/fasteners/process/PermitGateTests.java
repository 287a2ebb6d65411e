package org.fasteners.process;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import org.fasteners.Background;
import org.fasteners.CountingSemaphore;
import org.fasteners.LockAttempt;
import org.fasteners.LockEngineException;
import org.fasteners.LockHold;
import org.fasteners.LockHolder;
import org.fasteners.LockInterruptedException;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.LockRegistryClosedException;
import org.fasteners.LockState;
import org.fasteners.process.LockEngine.Attempt;
import org.fasteners.process.LockEngine.EngineLock;
import org.fasteners.process.LockEngine.EnginePermits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What a semaphore asks of its engine, and what it makes of the answers.
 */
@Timeout(60)
class PermitGateTests {

	private static final Pauses SHORT = new Pauses(Duration.ofMillis(1), Duration.ofMillis(1), Duration.ZERO,
			Duration.ofMillis(1));

	private final Pretended engine = new Pretended();

	private final InterProcessLocks locks = new InterProcessLocks(this.engine, LockPreference.FAIR, SHORT, null);

	private final CountingSemaphore semaphore = this.locks.semaphore("reports", 3);

	@AfterEach
	void close() {
		this.locks.close();
	}

	private Background<Boolean> waiter() {
		return Background.start(() -> this.semaphore.acquire().close()).awaitWaiting();
	}

	private boolean attempt(Duration timeout) {
		try (LockAttempt attempt = this.semaphore.tryAcquire(timeout)) {
			return attempt.isAcquired();
		}
	}

	private long calls(String call) {
		return this.engine.calls.stream().filter(call::equals).count();
	}

	@Test
	void ofAllWhoWaitOneAsksTheEngine() {
		this.engine.others = 3;
		List<Background<Boolean>> waiters = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			waiters.add(waiter());
		}
		long then = calls("WAITING");
		Background.until(() -> calls("WAITING") > then + 20);
		assertThat(this.engine.askers).hasSize(1);
		assertThat(calls("POLITE")).isEqualTo(1);
		this.engine.others = 0;
		waiters.forEach(Background::result);
	}

	@Test
	void aSingleAttemptDoesNotAskWhileSomebodyWaits() {
		this.engine.others = 3;
		Background<Boolean> waiter = waiter();
		this.engine.refuse = true;
		this.engine.others = 0;
		long asked = calls("POLITE");
		assertThat(attempt(Duration.ZERO)).isFalse();
		assertThat(calls("POLITE")).isEqualTo(asked);
		this.engine.refuse = false;
		waiter.result();
		assertThat(attempt(Duration.ZERO)).isTrue();
	}

	@Test
	void whoHasWonNeedNotTellThatItWaitsNoMore() {
		this.engine.others = 3;
		Background<Boolean> waiter = waiter();
		this.engine.others = 0;
		waiter.result();
		assertThat(calls("stopWaiting")).isZero();
	}

	@Test
	void theEngineIsToldWhenAWaitTimesOut() {
		this.engine.others = 3;
		assertThat(attempt(Duration.ofMillis(5))).isFalse();
		assertThat(this.engine.calls).endsWith("WAITING", "stopWaiting");
		assertThat(this.semaphore.heldPermits()).isZero();
	}

	/** The same for somebody who pauses for long. */
	private CountingSemaphore patient() {
		return new InterProcessLocks(this.engine, LockPreference.FAIR,
				new Pauses(Duration.ofHours(1), Duration.ofHours(1), Duration.ZERO, Duration.ofHours(1)), null)
			.semaphore("reports", 3);
	}

	@Test
	void aReleaseWakesTheFirstWhoWaits() {
		LockHold hold = this.semaphore.acquire(3);
		CountingSemaphore patient = patient();
		Background<Boolean> first = Background.start(() -> patient.acquire(2).close());
		Background.until(() -> calls("WAITING") == 1);
		first.awaitWaiting();
		hold.close();
		first.result();
	}

	@Test
	void anAttemptIsMadeAtTheEndOfAWait() {
		CountingSemaphore patient = patient();
		this.engine.others = 3;
		Background<Boolean> waiter = Background.run(() -> {
			try (LockAttempt attempt = patient.tryAcquire(Duration.ofMillis(200))) {
				return attempt.isAcquired();
			}
		});
		Background.until(() -> calls("WAITING") == 1);
		this.engine.others = 0;
		assertThat(waiter.result()).isTrue();
	}

	@Test
	void theEngineIsToldWhenAWaitIsInterrupted() {
		this.engine.others = 3;
		Background<Boolean> waiter = waiter();
		Background.until(() -> calls("WAITING") > 0);
		waiter.thread().interrupt();
		assertThatExceptionOfType(LockInterruptedException.class).isThrownBy(waiter::result);
		assertThat(this.engine.calls).endsWith("stopWaiting");
		this.engine.others = 0;
		assertThat(attempt(Duration.ZERO)).isTrue();
	}

	@Test
	void theEngineIsToldWhenTheRegistryIsClosedAndRestsThen() {
		this.engine.others = 3;
		Background<Boolean> waiter = waiter();
		Background.until(() -> calls("WAITING") > 0);
		this.locks.close();
		assertThatExceptionOfType(LockRegistryClosedException.class).isThrownBy(waiter::result);
		Background.until(() -> this.engine.calls.contains("rest"));
		assertThat(this.engine.calls).endsWith("stopWaiting", "rest");
	}

	@Test
	void theEngineRestsWhenTheLastPermitIsGivenBackAfterClose() {
		LockHold first = this.semaphore.acquire(2);
		LockHold second = this.semaphore.acquire();
		first.close();
		this.locks.close();
		assertThat(this.engine.calls).doesNotContain("rest");
		second.close();
		assertThat(this.engine.calls).endsWith("release 1", "rest");
	}

	@Test
	void theEngineRestsAfterAnAttemptOfAClosedRegistryThatWasRefused() {
		this.engine.others = 3;
		this.locks.close();
		this.engine.calls.clear();
		assertThat(attempt(Duration.ZERO)).isFalse();
		assertThat(this.engine.calls).containsExactly("POLITE", "rest");
		assertThatExceptionOfType(LockRegistryClosedException.class).isThrownBy(() -> this.semaphore.acquire().close());
		assertThat(this.engine.calls).containsExactly("POLITE", "rest", "POLITE", "rest");
		this.engine.failure = "POLITE";
		assertThatExceptionOfType(LockEngineException.class).isThrownBy(() -> this.semaphore.acquire().close());
		assertThat(this.engine.calls).endsWith("POLITE", "rest");
	}

	@Test
	void aSemaphoreOfAClosedRegistryIsThatWhichOthersUse() {
		this.locks.close();
		CountingSemaphore others = new InterProcessLocks(this.engine, LockPreference.FAIR, SHORT, null)
			.semaphore("reports", 3);
		LockHold hold = this.semaphore.acquire(2);
		assertThat(others.heldPermits()).isEqualTo(2);
		hold.close();
		assertThat(this.engine.calls).endsWith("release 2");
	}

	@Test
	void whileASingleAttemptIsRepeatedTheGateIsFree() {
		this.engine.refuse = true;
		this.engine.moment = true;
		Background<Boolean> single = Background.run(() -> attempt(Duration.ZERO));
		Background.until(() -> calls("POLITE") > 3);
		assertThat(this.semaphore.heldPermits()).isZero();
		this.engine.refuse = false;
		assertThat(single.result()).isTrue();
	}

	@Test
	void aWaitIsNotLengthenedByRepetitions() {
		this.engine.refuse = true;
		this.engine.moment = true;
		assertThat(attempt(Duration.ofMillis(5))).isFalse();
		assertThat(calls("POLITE")).isEqualTo(1);
		assertThat(calls("WAITING")).isPositive();
	}

	@Test
	void aSingleAttemptIsNotRepeatedForEver() {
		this.engine.refuse = true;
		this.engine.moment = true;
		assertThat(attempt(Duration.ZERO)).isFalse();
		assertThat(calls("POLITE")).isGreaterThan(3);
		assertThat(calls("WAITING")).isZero();
	}

	@Test
	void anEngineThatFailsLeavesNothing() {
		this.engine.failure = "POLITE";
		assertThatExceptionOfType(LockEngineException.class).isThrownBy(() -> this.semaphore.acquire().close());
		assertThat(this.semaphore.heldPermits()).isZero();
		assertThat(this.semaphore.holders()).isEmpty();
		this.engine.others = 3;
		this.engine.failure = "WAITING";
		assertThatExceptionOfType(LockEngineException.class).isThrownBy(() -> this.semaphore.acquire().close());
		assertThat(this.engine.calls).endsWith("stopWaiting");
		this.engine.failure = "";
		this.engine.others = 0;
		assertThat(attempt(Duration.ZERO)).isTrue();
	}

	@Test
	void aPermitThatCannotBeGivenBackIsReportedOnceAndNobodyWaitsForIt() {
		LockHold hold = this.semaphore.acquire(3);
		Background<Boolean> waiter = waiter();
		this.engine.failure = "release 3";
		assertThatExceptionOfType(LockEngineException.class).isThrownBy(hold::close);
		hold.close();
		waiter.result();
		assertThat(this.semaphore.heldPermits()).isZero();
		assertThat(this.semaphore.verify()).isEqualTo(LockState.NOT_HELD);
	}

	@Test
	void otherProcessesAreNamedBehindTheThreadsOfThisOne() {
		this.engine.others = 1;
		LockHold hold = this.semaphore.acquire();
		assertThat(this.semaphore.holders()).extracting(LockHolder::description)
			.containsExactly(String.format(Locale.ROOT, "thread '%s'", Thread.currentThread().getName()), "pid 1");
		hold.close();
	}

	@Test
	void anEngineThatHangsStopsNoOtherSemaphore() throws Exception {
		this.engine.hangs = "POLITE";
		Background<Boolean> attempt = Background.run(() -> attempt(Duration.ZERO));
		this.engine.inside.await();
		// waits for the one that hangs
		Background<Boolean> joining = Background
			.start(() -> new InterProcessLocks(this.engine, LockPreference.FAIR, SHORT, null).semaphore("reports", 3));
		joining.awaitWaiting();
		assertThat(Background.elsewhere(() -> this.locks.semaphore("other", 5)).permits()).isEqualTo(5);
		this.engine.hung.countDown();
		assertThat(attempt.result()).isTrue();
		joining.result();
	}

	@Test
	void anEngineThatHangsWhenItIsToRestStopsNoOtherSemaphore() throws Exception {
		Background<Boolean> closing = closeUntilTheEngineHangs();
		InterProcessLocks others = new InterProcessLocks(this.engine, LockPreference.FAIR, SHORT, null);
		assertThat(Background.elsewhere(() -> others.semaphore("other", 5)).permits()).isEqualTo(5);
		this.engine.hung.countDown();
		closing.result();
	}

	/** Close the registry in another thread, and go on when its engine is to rest. */
	private Background<Boolean> closeUntilTheEngineHangs() throws InterruptedException {
		this.engine.hangs = "rest";
		Background<Boolean> closing = Background.start(this.locks::close);
		this.engine.inside.await();
		return closing;
	}

	@Test
	void aNumberThatIsInUseNoMoreIsNotReplacedBeforeTheEngineRests() throws Exception {
		Background<Boolean> closing = closeUntilTheEngineHangs();
		InterProcessLocks others = new InterProcessLocks(this.engine, LockPreference.FAIR, SHORT, null);
		Background<InterProcessSemaphore> other = Background.run(() -> others.semaphore("reports", 4)).awaitWaiting();
		this.engine.hung.countDown();
		closing.result();
		assertThat(other.result().permits()).isEqualTo(4);
		others.close();
	}

	@Test
	void whoJoinsAGateThatIsForgottenGetsANewOne() throws Exception {
		Background<Boolean> closing = closeUntilTheEngineHangs();
		InterProcessLocks others = new InterProcessLocks(this.engine, LockPreference.FAIR, SHORT, null);
		Background<InterProcessSemaphore> other = Background.run(() -> others.semaphore("reports", 3)).awaitWaiting();
		this.engine.hung.countDown();
		closing.result();
		// with another number that would be another gate
		CountingSemaphore joined = other.result();
		InterProcessLocks third = new InterProcessLocks(this.engine, LockPreference.FAIR, SHORT, null);
		assertThatIllegalStateException().isThrownBy(() -> third.semaphore("reports", 4));
		joined.acquire().close();
		others.close();
	}

	@Test
	void anEngineWithoutSemaphoresSaysSoAtOnce() {
		InterProcessLocks others = new PretendedKernel().process().locks(LockPreference.FAIR, Pauses.DEFAULT);
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> others.semaphore("reports", 3))
			.withMessageContaining("'reports' cannot be a semaphore");
	}

	@Test
	void whatTheEngineRefusesIsNotKept() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.locks.semaphore("other", -1));
		assertThat(this.locks.semaphore("other", 5).permits()).isEqualTo(5);
	}

	/**
	 * An engine that puts each call on record, and has permits that others hold.
	 */
	private static final class Pretended implements LockEngine {

		private final List<String> calls = new CopyOnWriteArrayList<>();

		/** Which threads have asked while they waited. */
		private final Set<Thread> askers = ConcurrentHashMap.newKeySet();

		private volatile int others;

		private volatile boolean refuse;

		/** Whether it refuses for a moment only. */
		private volatile boolean moment;

		/** Which call does not return, the first time. */
		private volatile String hangs = "";

		private final CountDownLatch inside = new CountDownLatch(1);

		private final CountDownLatch hung = new CountDownLatch(1);

		/** Which call fails. */
		private volatile String failure = "";

		private int held;

		@Override
		public EngineLock lock(String path, LockPreference preference) {
			throw new UnsupportedOperationException(path);
		}

		@Override
		public EngineLock lock(String path, String key, LockPreference preference) {
			throw new UnsupportedOperationException(path);
		}

		private void call(String name) {
			this.calls.add(name);
			if (this.hangs.equals(name) && this.inside.getCount() > 0) {
				this.inside.countDown();
				try {
					this.hung.await();
				}
				catch (InterruptedException ex) {
					throw new AssertionError(ex);
				}
			}
			if (this.failure.equals(name)) {
				throw new LockEngineException("reports", name, new IOException("planned"));
			}
		}

		@Override
		public EnginePermits permits(String path, int permits) {
			if (permits < 1) {
				throw new IllegalArgumentException(path);
			}
			return new EnginePermits() {

				@Override
				public Object identity() {
					return new Identity(Pretended.this, path);
				}

				@Override
				public String name() {
					return path;
				}

				@Override
				public int permits() {
					return permits;
				}

				@Override
				public int[] tryAcquire(int asked, Attempt attempt) {
					if (attempt == Attempt.WAITING) {
						Pretended.this.askers.add(Thread.currentThread());
					}
					call(attempt.name());
					boolean free = Pretended.this.held + Pretended.this.others + asked <= permits;
					if (Pretended.this.refuse || !free) {
						return new int[0];
					}
					Pretended.this.held += asked;
					return IntStream.range(0, asked).toArray();
				}

				@Override
				public boolean isRefusedForAMoment() {
					return Pretended.this.moment;
				}

				@Override
				public void stopWaiting() {
					call("stopWaiting");
				}

				@Override
				public void release(int[] numbers) {
					Pretended.this.held -= numbers.length;
					call("release " + numbers.length);
				}

				@Override
				public void rest() {
					call("rest");
				}

				@Override
				public LockState verify(int[] numbers) {
					return LockState.HELD;
				}

				@Override
				public List<LockHolder> holders() {
					return (Pretended.this.others > 0) ? List.of(new LockHolder(LockMode.SHARED, 1, null, null, null))
							: List.of();
				}

			};
		}

	}

	/**
	 * All identities have one hash, so that they meet in the tables.
	 */
	private record Identity(Pretended engine, String path) {

		@Override
		public int hashCode() {
			return 42;
		}

	}

}
