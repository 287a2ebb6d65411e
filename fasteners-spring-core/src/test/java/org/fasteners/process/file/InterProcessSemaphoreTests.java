package org.fasteners.process.file;

import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

import org.fasteners.Background;
import org.fasteners.CountingSemaphore;
import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockHolder;
import org.fasteners.LockInterruptedException;
import org.fasteners.LockPathException;
import org.fasteners.LockRegistryClosedException;
import org.fasteners.LockState;
import org.fasteners.LockTimeoutException;
import org.fasteners.process.InterProcessLocks;
import org.fasteners.process.LockEngine.Attempt;
import org.fasteners.process.LockEngine.EnginePermits;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What a semaphore promises, among the threads of one JVM.
 */
@Timeout(60)
class InterProcessSemaphoreTests {

	private static final Duration SHORT = Duration.ofMillis(30);

	/** Than any attempt takes. */
	private static final Duration LONGER = Duration.ofMillis(300);

	/** Never closed: that would drop all locks of this process on the file. */
	private static final List<AsynchronousFileChannel> FOREIGN = new CopyOnWriteArrayList<>();

	@TempDir
	@SuppressWarnings("NullAway.Init")
	private Path temp;

	@SuppressWarnings("NullAway.Init")
	private Path directory;

	@SuppressWarnings("NullAway.Init")
	private InterProcessLocks locks;

	@SuppressWarnings("NullAway.Init")
	private CountingSemaphore semaphore;

	@BeforeEach
	void open() throws IOException {
		this.directory = this.temp.toRealPath().resolve("locks");
		this.locks = new InterProcessLocks(engine(), null);
		this.semaphore = this.locks.semaphore("reports", 3);
	}

	private FileLockEngine engine() {
		return new FileLockEngine(this.directory, LockDirectoryAccess.OWNER);
	}

	private boolean mayTake(int permits) {
		return mayTake(this.semaphore, permits);
	}

	private static boolean mayTake(CountingSemaphore semaphore, int permits) {
		try (LockAttempt attempt = semaphore.tryAcquire(permits, Duration.ZERO)) {
			return attempt.isAcquired();
		}
	}

	private Background<Boolean> waiter(int permits) {
		return Background.start(() -> this.semaphore.acquire(permits).close()).awaitWaiting();
	}

	@Test
	void neverAreMoreInsideThanThereArePermits() {
		AtomicInteger inside = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		List<Background<Boolean>> threads = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			threads.add(Background.start(() -> {
				for (int section = 0; section < 300; section++) {
					int permits = 1 + ThreadLocalRandom.current().nextInt(3);
					try (LockHold hold = this.semaphore.acquire(permits)) {
						most.accumulateAndGet(inside.addAndGet(permits), Math::max);
						Thread.yield();
						inside.addAndGet(-permits);
					}
				}
			}));
		}
		threads.forEach(Background::result);
		assertThat(most).hasValue(3);
		assertThat(this.semaphore.heldPermits()).isZero();
		assertThat(mayTake(3)).isTrue();
	}

	@Test
	void itTellsItsNameAndNumber() {
		assertThat(this.semaphore.name()).isEqualTo("reports");
		assertThat(this.semaphore.permits()).isEqualTo(3);
		assertThat(this.semaphore).hasToString("InterProcessSemaphore 'reports' of 3 permits");
	}

	@Test
	void severalPermitsAreTakenAtOnceOrNotAtAll() {
		LockHold two = this.semaphore.acquire(2);
		assertThat(this.semaphore.heldPermits()).isEqualTo(2);
		assertThat(mayTake(2)).isFalse();
		assertThat(this.semaphore.heldPermits()).isEqualTo(2);
		try (LockAttempt attempt = this.semaphore.tryAcquire()) {
			assertThat(attempt.isAcquired()).isTrue();
			assertThat(this.semaphore.heldPermits()).isEqualTo(3);
			assertThat(mayTake(1)).isFalse();
		}
		two.close();
		assertThat(mayTake(3)).isTrue();
	}

	@Test
	void aPermitBelongsToNobody() {
		LockHold hold = this.semaphore.acquire(3);
		assertThat(hold.detach()).isSameAs(hold);
		Background.start(hold::close).result();
		assertThat(mayTake(3)).isTrue();
	}

	@Test
	void closingTwiceIsHarmless() {
		LockHold first = this.semaphore.acquire(2);
		first.close();
		LockHold second = this.semaphore.acquire(2);
		first.close();
		assertThat(this.semaphore.heldPermits()).isEqualTo(2);
		assertThat(mayTake(2)).isFalse();
		second.close();
		try (LockAttempt attempt = this.semaphore.tryAcquire()) {
			attempt.close();
			assertThat(attempt.isAcquired()).isTrue();
			assertThat(mayTake(3)).isTrue();
		}
	}

	@Test
	void itIsNotReentrant() {
		try (LockHold hold = this.semaphore.acquire(3)) {
			assertThat(mayTake(1)).isFalse();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, -1, 4 })
	void whatCannotBeHadIsRefusedAtOnce(int permits) {
		for (Background.Action action : List.<Background.Action>of(() -> this.semaphore.acquire(permits).close(),
				() -> mayTake(permits))) {
			assertThatIllegalArgumentException().isThrownBy(action::run)
				.withMessage("The semaphore 'reports' has 3 permits, so that " + permits + " of them cannot be had");
		}
	}

	@Test
	void aNegativeTimeoutIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.semaphore.tryAcquire(Duration.ofNanos(-1)).close())
			.withMessage("A timeout is zero or more, not PT-0.000000001S");
	}

	@Test
	void aWaitEndsWhenAPermitIsGivenBack() {
		LockHold hold = this.semaphore.acquire(3);
		Background<Boolean> waiter = waiter(1);
		hold.close();
		waiter.result();
	}

	@Test
	void aWaitThatTimesOutIsNeverEarlyAndLeavesNoTrace() {
		LockHold hold = this.semaphore.acquire(2);
		long start = System.nanoTime();
		try (LockAttempt attempt = this.semaphore.tryAcquire(2, LONGER)) {
			assertThat(attempt.isAcquired()).isFalse();
		}
		assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(LONGER.toNanos());
		assertThat(this.semaphore.heldPermits()).isEqualTo(2);
		assertThat(mayTake(1)).isTrue();
		assertThat(mayTake(new InterProcessLocks(engine(), null).semaphore("reports", 3), 1)).isTrue();
		hold.close();
		assertThat(mayTake(3)).isTrue();
	}

	@Test
	void whoIsBehindOneThatTimesOutGetsIn() {
		LockHold hold = this.semaphore.acquire(2);
		Background<Boolean> big = Background.run(() -> {
			try (LockAttempt attempt = this.semaphore.tryAcquire(3, Duration.ofMillis(300))) {
				return attempt.isAcquired();
			}
		}).awaitWaiting();
		Background<Boolean> small = waiter(1);
		assertThat(big.result()).isFalse();
		assertThat(small.result()).isTrue();
		hold.close();
	}

	@Test
	void theDefaultTimeoutAppliesAndTheExceptionSaysWhoHolds() {
		CountingSemaphore impatient = new InterProcessLocks(engine(), SHORT).semaphore("reports", 3);
		LockHold hold = this.semaphore.acquire(2);
		assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> impatient.acquire(2).close())
			.withMessage(String.format(Locale.ROOT,
					"Could not get 2 of 3 permits of 'reports' within 30ms; held by thread '%s'",
					Thread.currentThread().getName()))
			.satisfies((ex) -> {
				assertThat(ex.lockName()).isEqualTo("reports");
				assertThat(ex.waited()).isGreaterThanOrEqualTo(SHORT);
				assertThat(ex.holders()).hasSize(1);
			});
		impatient.acquire().close();
		hold.close();
	}

	@Test
	void anInterruptEndsAWaitAndLeavesNoTrace() {
		LockHold hold = this.semaphore.acquire(2);
		Queue<Boolean> flags = new ConcurrentLinkedQueue<>();
		List<Background<Boolean>> waiters = new ArrayList<>();
		for (int i = 0; i < 2; i++) {
			waiters.add(Background.start(() -> {
				try {
					this.semaphore.acquire(3).close();
				}
				finally {
					flags.add(Thread.currentThread().isInterrupted());
				}
			}).awaitWaiting());
		}
		// the one that queues, and then the one that asks
		for (Background<Boolean> waiter : List.of(waiters.get(1), waiters.get(0))) {
			waiter.thread().interrupt();
			assertThatExceptionOfType(LockInterruptedException.class).isThrownBy(waiter::result)
				.withMessage("Interrupted before 3 of 3 permits of 'reports' could be had");
		}
		assertThat(flags).containsExactly(true, true);
		assertThat(this.semaphore.heldPermits()).isEqualTo(2);
		assertThat(mayTake(1)).isTrue();
		hold.close();
		assertThat(mayTake(3)).isTrue();
	}

	@Test
	void whoIsInterruptedAlreadyGetsNothingUnlessItMakesASingleAttempt() {
		Background.start(() -> {
			Thread.currentThread().interrupt();
			assertThatExceptionOfType(LockInterruptedException.class)
				.isThrownBy(() -> this.semaphore.acquire().close());
			assertThat(Thread.currentThread().isInterrupted()).isTrue();
			assertThat(mayTake(1)).isTrue();
			assertThat(Thread.currentThread().isInterrupted()).isTrue();
		}).result();
		assertThat(this.semaphore.heldPermits()).isZero();
	}

	@Test
	void firstComeFirstServedHoweverManyPermitsOneAsksFor() {
		LockHold hold = this.semaphore.acquire(2);
		Queue<Integer> order = new ConcurrentLinkedQueue<>();
		List<Background<Boolean>> waiters = new ArrayList<>();
		for (int permits : new int[] { 3, 1, 3, 2, 3 }) {
			waiters.add(Background.start(() -> {
				try (LockHold mine = this.semaphore.acquire(permits)) {
					order.add(permits);
				}
			}).awaitWaiting());
		}
		assertThat(mayTake(1)).as("a permit that is free but waited for").isFalse();
		assertThat(order).isEmpty();
		hold.close();
		waiters.forEach(Background::result);
		// no two that follow one another can be inside together
		assertThat(order).containsExactly(3, 1, 3, 2, 3);
	}

	@Test
	void allSemaphoresOfAPathAreOne() {
		InterProcessLocks others = new InterProcessLocks(engine(), null);
		CountingSemaphore other = others.semaphore(this.directory.resolve("reports").toString(), 3);
		assertThat(other.name()).isEqualTo("reports");
		assertThat(this.locks.semaphore("reports", 3)).isSameAs(this.semaphore);
		LockHold hold = this.semaphore.acquire(2);
		assertThat(other.heldPermits()).isEqualTo(2);
		assertThat(mayTake(other, 2)).isFalse();
		Background<Boolean> waiter = Background.start(() -> other.acquire(2).close()).awaitWaiting();
		hold.close();
		waiter.result();
	}

	@Test
	void anotherNumberInThisJvmIsRefusedAtOnce() {
		String message = "'reports' is used in this JVM as a semaphore of 3 permits already, and cannot be one of 2 as well: use the same number for all";
		assertThatIllegalStateException().isThrownBy(() -> this.locks.semaphore("reports", 2)).withMessage(message);
		InterProcessLocks others = new InterProcessLocks(engine(), null);
		assertThatIllegalStateException().isThrownBy(() -> others.semaphore("reports", 2)).withMessage(message);
		assertThat(others.semaphore("reports", 3).permits()).isEqualTo(3);
	}

	@Test
	void anotherNumberMayBeUsedWhenNoRegistryAndNoPermitIsLeft() {
		InterProcessLocks others = new InterProcessLocks(engine(), null);
		LockHold hold = others.semaphore("reports", 3).acquire();
		this.locks.close();
		assertThatIllegalStateException()
			.isThrownBy(() -> new InterProcessLocks(engine(), null).semaphore("reports", 2));
		others.close();
		others.close();
		assertThatIllegalStateException()
			.isThrownBy(() -> new InterProcessLocks(engine(), null).semaphore("reports", 2));
		hold.close();
		InterProcessLocks third = new InterProcessLocks(engine(), null);
		assertThat(mayTake(third.semaphore("reports", 2), 2)).isTrue();
		// and so one of a closed registry comes too late
		assertThatExceptionOfType(LockPathException.class).isThrownBy(() -> mayTake(1));
		third.close();
		assertThat(mayTake(1)).isTrue();
	}

	/** Another engine shows its number as another process does. */
	@Test
	void aRefusedAttemptOfAClosedRegistryDoesNotKeepItsNumberInUse() {
		EnginePermits process = engine().permits("reports", 3);
		int[] taken = process.tryAcquire(3, Attempt.POLITE);
		assertThat(mayTake(1)).isFalse();
		this.locks.close();
		assertThat(mayTake(1)).isFalse();
		assertThatExceptionOfType(LockRegistryClosedException.class)
			.isThrownBy(() -> this.semaphore.tryAcquire(SHORT).close());
		process.release(taken);
		process.rest();
		EnginePermits other = engine().permits("reports", 2);
		int[] others = other.tryAcquire(2, Attempt.POLITE);
		assertThat(others).hasSize(2);
		other.release(others);
		other.rest();
	}

	@Test
	void anyNumberOfClosedRegistriesLeavesRoomForAnOpenOne() {
		this.locks.close();
		List<CountingSemaphore> semaphores = new ArrayList<>();
		EnginePermits process = engine().permits("reports", 3);
		int[] taken = process.tryAcquire(2, Attempt.POLITE);
		for (int i = 0; i < 12; i++) {
			InterProcessLocks one = new InterProcessLocks(engine(), null);
			semaphores.add(one.semaphore("reports", 3));
			// some are never used before they are closed
			assertThat(i % 3 == 0 || mayTake(semaphores.get(i), 1)).isTrue();
			one.close();
		}
		List<LockHold> holds = new ArrayList<>();
		for (CountingSemaphore semaphore : semaphores) {
			assertThat(mayTake(semaphore, 2)).isFalse();
			if (holds.isEmpty()) {
				holds.add(semaphore.acquire());
			}
			assertThat(mayTake(semaphore, 1)).isFalse();
		}
		process.release(taken);
		InterProcessLocks open = new InterProcessLocks(engine(), null);
		assertThat(mayTake(open.semaphore("reports", 3), 2)).isTrue();
		holds.forEach(LockHold::close);
		open.close();
		process.rest();
		assertThat(engine().permits("reports", 1).tryAcquire(1, Attempt.POLITE)).hasSize(1);
	}

	@Test
	void attemptsThatMeetTheClosingOfTheirRegistryLeaveNoNumberInUse() {
		EnginePermits process = engine().permits("reports", 3);
		int[] taken = process.tryAcquire(3, Attempt.POLITE);
		List<Background<Boolean>> attempts = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			InterProcessLocks one = new InterProcessLocks(engine(), null);
			CountingSemaphore mine = one.semaphore("reports", 3);
			for (int thread = 0; thread < 3; thread++) {
				attempts.add(Background.run(() -> mayTake(mine, 1)));
			}
			one.close();
		}
		attempts.forEach((attempt) -> assertThat(attempt.result()).isFalse());
		this.locks.close();
		process.release(taken);
		process.rest();
		assertThat(engine().permits("reports", 1).tryAcquire(1, Attempt.POLITE)).hasSize(1);
	}

	private FileLock lockEntrance() throws IOException {
		return lockEntrance("reports");
	}

	private FileLock lockEntrance(String path) throws IOException {
		EnginePermits engine = engine().permits(path, 3);
		engine.release(engine.tryAcquire(1, Attempt.POLITE));
		AsynchronousFileChannel channel = AsynchronousFileChannel.open(this.directory.resolve(path + ".permits"),
				StandardOpenOption.READ, StandardOpenOption.WRITE);
		FOREIGN.add(channel);
		return Objects.requireNonNull(channel.tryLock((1 << 18) + 4, 1, false));
	}

	@Test
	void noAttemptIsRefusedBecauseOfAProcessThatIsAboutToBegin() throws IOException {
		FileLock entrance = lockEntrance();
		Background<Boolean> attempt = Background.run(() -> mayTake(1)).awaitWaiting();
		entrance.release();
		assertThat(attempt.result()).isTrue();
	}

	@Test
	void aProcessThatKeepsTheEntranceIsContention() throws IOException {
		FileLock entrance = lockEntrance();
		assertThat(mayTake(1)).isFalse();
		Background<Boolean> waiter = waiter(1);
		entrance.release();
		assertThat(waiter.result()).isTrue();
	}

	/**
	 * A single attempt is repeated for a second. The machine may keep the others off its
	 * processors for longer than that, but not always.
	 */
	@Test
	void whoeverKeepsTheEntranceAddsNothingToATimeout() throws IOException {
		FileLock entrance = lockEntrance();
		FileLock other = lockEntrance("other");
		CountingSemaphore slow = this.locks.semaphore("other", 3);
		boolean inTime = false;
		for (int round = 0; round < 10 && !inTime; round++) {
			Background<Boolean> single = Background.run(() -> mayTake(slow, 1)).awaitWaiting();
			List<Background<Boolean>> timed = new ArrayList<>();
			for (int i = 0; i < 8; i++) {
				timed.add(Background.run(() -> {
					try (LockAttempt attempt = this.semaphore.tryAcquire(1, Duration.ofMillis(10))) {
						return attempt.isAcquired();
					}
				}));
			}
			timed.forEach((attempt) -> assertThat(attempt.result()).isFalse());
			inTime = !single.isDone();
			assertThat(single.result()).isFalse();
		}
		entrance.release();
		other.release();
		assertThat(inTime).as("eight timeouts of 10 ms end before a second").isTrue();
	}

	@Test
	void anInterruptEndsTheRepetitionOfASingleAttempt() throws IOException {
		FileLock entrance = lockEntrance();
		Background<Boolean> attempt = Background.run(() -> {
			Thread.currentThread().interrupt();
			boolean taken = mayTake(1);
			return taken || !Thread.currentThread().isInterrupted();
		});
		assertThat(attempt.result()).isFalse();
		entrance.release();
	}

	@Test
	void closingTheRegistryEndsItsWaitsAndNoOthers() {
		InterProcessLocks others = new InterProcessLocks(engine(), null);
		CountingSemaphore other = others.semaphore("reports", 3);
		LockHold hold = this.semaphore.acquire(3);
		Background<Boolean> first = waiter(1);
		Background<Boolean> second = waiter(1);
		Background<Boolean> third = Background.start(() -> other.acquire().close()).awaitWaiting();
		this.locks.close();
		for (Background<Boolean> waiter : List.of(first, second)) {
			assertThatExceptionOfType(LockRegistryClosedException.class).isThrownBy(waiter::result)
				.withMessageContaining("'reports'");
		}
		assertThat(third.isDone()).isFalse();
		assertThat(this.semaphore.heldPermits()).isEqualTo(3);
		hold.close();
		third.result();
	}

	@Test
	void whatIsFreeIsGrantedAfterCloseButNobodyWaits() {
		this.locks.close();
		LockHold hold = this.semaphore.acquire(3);
		assertThatExceptionOfType(LockRegistryClosedException.class)
			.isThrownBy(() -> this.semaphore.tryAcquire(SHORT).close());
		assertThat(mayTake(1)).isFalse();
		hold.close();
		assertThat(mayTake(3)).isTrue();
		CountingSemaphore late = this.locks.semaphore("late", 1);
		assertThat(mayTake(late, 1)).isTrue();
		assertThat(new InterProcessLocks(engine(), null).semaphore("late", 2).permits()).isEqualTo(2);
	}

	@Test
	void itTellsWhoHolds() {
		assertThat(this.semaphore.holders()).isEmpty();
		assertThat(this.semaphore.verify()).isEqualTo(LockState.NOT_HELD);
		LockHold hold = this.semaphore.acquire(2);
		LockHold second = this.semaphore.acquire();
		assertThat(this.semaphore.holders()).hasSize(2)
			.extracting(LockHolder::description)
			.containsOnly(String.format(Locale.ROOT, "thread '%s'", Thread.currentThread().getName()));
		assertThat(this.semaphore.verify()).isIn(LockState.HELD, LockState.UNKNOWN);
		hold.close();
		second.close();
		assertThat(this.semaphore.holders()).isEmpty();
	}

	@Test
	void aSemaphoreAndTheLockOfItsPathAreIndependentOfOneAnother() {
		try (LockHold lock = this.locks.get("reports").writeLock().acquire()) {
			assertThat(Objects.requireNonNull(Background.elsewhere(() -> mayTake(3)))).isTrue();
		}
	}

}
