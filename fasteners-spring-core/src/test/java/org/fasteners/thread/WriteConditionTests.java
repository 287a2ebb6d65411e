package org.fasteners.thread;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;

import org.fasteners.Background;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Conditions of the write lock: what the JDK's test suite asks of those of its own locks.
 */
@Timeout(120)
@SuppressWarnings({ "WaitNotInLoop", "JavaUtilDate" }) // it is the waits that are tested
class WriteConditionTests {

	private static final Duration LONG = Duration.ofHours(1);

	private final ReaderWriterLock lock = new ReaderWriterLock("conditional");

	private final Condition condition = this.lock.writeLock().newCondition();

	private final List<String> order = Collections.synchronizedList(new ArrayList<>());

	@ParameterizedTest
	@EnumSource
	void aSignalEndsAWaitAndTheWaiterHoldsAgain(Way way) {
		Background<Boolean> waiter = waiting(() -> way.await(this.condition, LONG));
		assertThat(Others.mayTake(this.lock, LockMode.EXCLUSIVE)).isTrue();
		write(this.condition::signal);
		assertThat(waiter.result()).isTrue();
		Others.assertFree(this.lock);
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = { "AWAIT", "UNINTERRUPTIBLY" })
	void aWaitWithALimitEndsByItselfAndTheWaiterHoldsAgain(Way way) throws Exception {
		for (Duration limit : List.of(Duration.ofMillis(10), Duration.ZERO, Duration.ofSeconds(-1))) {
			try (LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE)) {
				assertThat(way.await(this.condition, limit)).isFalse();
				assertThat(this.lock.holdCount(LockMode.EXCLUSIVE)).isEqualTo(1);
				assertThat(Others.mayTake(this.lock, LockMode.SHARED)).isFalse();
			}
		}
		Others.assertFree(this.lock);
	}

	@Test
	void whatIsLeftOfTheTimeIsTold() throws Exception {
		try (LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE)) {
			long start = System.nanoTime();
			assertThat(this.condition.awaitNanos(10_000_000)).isNotPositive();
			assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(10_000_000);
		}
		Background<Boolean> waiter = waiting(() -> {
			long left = this.condition.awaitNanos(LONG.toNanos());
			assertThat(left).isPositive().isLessThan(LONG.toNanos());
			return true;
		});
		write(this.condition::signal);
		waiter.result();
	}

	@Test
	void aWaitWhoseTimeWasOverLongAgoEndsAtOnce() {
		List<Callable<Boolean>> waits = List.of(() -> this.condition.awaitNanos(Long.MIN_VALUE) > 0,
				() -> this.condition.await(Long.MIN_VALUE, TimeUnit.NANOSECONDS),
				() -> this.condition.await(Long.MIN_VALUE, TimeUnit.DAYS), () -> this.condition.awaitUntil(new Date(0)),
				() -> this.condition.awaitUntil(new Date(Long.MIN_VALUE)));
		List<Background<Boolean>> all = waits.stream().map((wait) -> Background.run(() -> {
			try (LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE)) {
				return wait.call();
			}
		})).toList();
		for (int i = 0; i < all.size(); i++) {
			assertThat(all.get(i).result()).as("wait " + i).isFalse();
		}
		Others.assertFree(this.lock);
	}

	@Test
	void aWaitForTheLongestTimeThereIsIsEndedByASignal() {
		List<Callable<Boolean>> waits = List.of(() -> this.condition.awaitNanos(Long.MAX_VALUE) > 0,
				() -> this.condition.await(Long.MAX_VALUE, TimeUnit.DAYS),
				() -> this.condition.awaitUntil(new Date(Long.MAX_VALUE)));
		for (Callable<Boolean> wait : waits) {
			Background<Boolean> waiter = waiting(wait);
			write(this.condition::signal);
			assertThat(waiter.result()).isTrue();
		}
		Others.assertFree(this.lock);
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNINTERRUPTIBLY")
	void anInterruptBeforeAWaitIsAnInterruptedExceptionAndTheWaiterHoldsOn(Way way) {
		Background.elsewhere(() -> {
			this.lock.writeLock().lock();
			this.lock.writeLock().lock();
			Thread.currentThread().interrupt();
			assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> way.await(this.condition, LONG));
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
			assertThat(this.lock.holdCount(LockMode.EXCLUSIVE)).isEqualTo(2);
			this.lock.writeLock().unlock();
			this.lock.writeLock().unlock();
			return true;
		});
		Others.assertFree(this.lock);
	}

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNINTERRUPTIBLY")
	void anInterruptDuringAWaitIsAnInterruptedExceptionAndTheWaiterHoldsAgain(Way way) {
		Background<Boolean> waiter = waiting(() -> {
			assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> way.await(this.condition, LONG));
			return Thread.currentThread().isInterrupted();
		});
		waiter.thread().interrupt();
		assertThat(waiter.result()).isFalse();
		// it is not in the line any more
		Background<Boolean> next = waiting(() -> way.await(this.condition, LONG));
		write(this.condition::signal);
		assertThat(next.result()).isTrue();
		Others.assertFree(this.lock);
	}

	@Test
	void anInterruptDoesNotEndAnUninterruptibleWaitAndTheFlagIsKept() {
		Background<Boolean> waiter = waiting(() -> {
			this.condition.awaitUninterruptibly();
			return Thread.interrupted();
		});
		waiter.thread().interrupt();
		// it has noticed, and waits on
		Background.until(() -> !waiter.thread().isInterrupted());
		Background.until(() -> isWaiting(waiter));
		write(this.condition::signal);
		assertThat(waiter.result()).isTrue();
		Others.assertFree(this.lock);
	}

	@Test
	void anInterruptBeforeAnUninterruptibleWaitIsKept() {
		Background<Boolean> waiter = waiting(() -> {
			Thread.currentThread().interrupt();
			this.condition.awaitUninterruptibly();
			return Thread.interrupted();
		});
		write(this.condition::signal);
		assertThat(waiter.result()).isTrue();
		Others.assertFree(this.lock);
	}

	@Test
	void whoIsInterruptedAfterTheSignalReturnsAndKeepsTheFlag() {
		Background<Boolean> waiter = waiting(() -> {
			this.condition.await();
			return Thread.interrupted();
		});
		write(() -> {
			this.condition.signal();
			Background.until(() -> this.lock.queueLength() == 1);
			waiter.thread().interrupt();
		});
		assertThat(waiter.result()).isTrue();
		Others.assertFree(this.lock);
	}

	@Test
	void whoIsInterruptedBeforeTheSignalLeavesItToTheNext() {
		Background<Boolean> first = waiting(() -> {
			assertThatExceptionOfType(InterruptedException.class).isThrownBy(this.condition::await);
			return true;
		});
		Background<Boolean> second = waiting(() -> {
			this.condition.await();
			return true;
		});
		write(() -> {
			first.thread().interrupt();
			Background.until(() -> this.lock.queueLength() == 1);
			this.condition.signal();
		});
		assertThat(first.result()).isTrue();
		assertThat(second.result()).isTrue();
		Others.assertFree(this.lock);
	}

	@Test
	void whoTimedOutBeforeTheSignalLeavesItToTheNext() {
		Background<Boolean> first = waiting(() -> this.condition.await(200, TimeUnit.MILLISECONDS));
		Background<Boolean> second = waiting(() -> {
			this.condition.await();
			return true;
		});
		write(() -> {
			Background.until(() -> this.lock.queueLength() == 1);
			this.condition.signal();
		});
		assertThat(first.result()).isFalse();
		assertThat(second.result()).isTrue();
		Others.assertFree(this.lock);
	}

	@Test
	void aSignalThatMeetsAnInterruptIsNeverLost() {
		for (int round = 0; round < 500; round++) {
			Background<Boolean> first = waiting(() -> {
				try {
					this.condition.await();
					return true;
				}
				catch (InterruptedException ex) {
					return false;
				}
			});
			Background<Boolean> second = waiting(() -> {
				this.condition.await();
				return true;
			});
			Background<Boolean> interrupter = Background.start(() -> first.thread().interrupt());
			write(this.condition::signal);
			interrupter.result();
			if (first.result()) {
				write(this.condition::signal);
			}
			assertThat(second.result()).isTrue();
		}
		Others.assertFree(this.lock);
	}

	@Test
	void aSignalEndsTheLongestWaitOnly() {
		List<Background<Boolean>> waiters = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			String name = String.valueOf(i);
			waiters.add(waiting(() -> {
				this.condition.await();
				return this.order.add(name);
			}));
		}
		for (int i = 0; i < 4; i++) {
			assertThat(this.order).hasSize(i);
			assertThat(waiters.stream().filter(WriteConditionTests.this::isWaiting)).hasSize(4 - i);
			write(this.condition::signal);
			waiters.get(i).result();
		}
		assertThat(this.order).containsExactly("0", "1", "2", "3");
		Others.assertFree(this.lock);
	}

	@Test
	void aSignalToAllEndsAllWaitsInTheirOrder() {
		List<Background<Boolean>> waiters = new ArrayList<>();
		for (Way way : Way.values()) {
			waiters.add(waiting(() -> way.await(this.condition, LONG)));
		}
		write(this.condition::signalAll);
		waiters.forEach((waiter) -> assertThat(waiter.result()).isTrue());
		Others.assertFree(this.lock);
	}

	@Test
	void aSignalWithoutAWaiterIsForgotten() throws Exception {
		write(this.condition::signal);
		write(this.condition::signalAll);
		try (LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE)) {
			assertThat(this.condition.await(1, TimeUnit.MILLISECONDS)).isFalse();
		}
		Others.assertFree(this.lock);
	}

	@Test
	void conditionsOfOneLockAreApart() {
		Condition other = this.lock.writeLock().newCondition();
		assertThat(other).isNotSameAs(this.condition);
		Background<Boolean> here = waiting(() -> Way.AWAIT.await(this.condition, LONG));
		Background<Boolean> there = waitingFor(other, () -> Way.AWAIT.await(other, LONG));
		write(other::signalAll);
		there.result();
		assertThat(isWaiting(here)).isTrue();
		write(this.condition::signal);
		here.result();
		Others.assertFree(this.lock);
	}

	@ParameterizedTest
	@EnumSource
	void allHoldsOfAWriterAreGivenUpAndComeBack(Way way) {
		Background<Boolean> waiter = waiting(() -> {
			Lock write = this.lock.writeLock();
			write.lock();
			write.lock();
			way.await(this.condition, LONG);
			assertThat(this.lock.holdCount(LockMode.EXCLUSIVE)).isEqualTo(3);
			write.unlock();
			assertThat(this.lock.isWriter(false)).isTrue();
			write.unlock();
			return true;
		});
		assertThat(this.lock.isHeld(LockMode.EXCLUSIVE)).isFalse();
		write(() -> {
			this.condition.signal();
			assertThat(this.lock.holdCount(LockMode.EXCLUSIVE)).isEqualTo(1);
		});
		waiter.result();
		Others.assertFree(this.lock);
	}

	@Test
	void theHoldsOfAWriterComeBackAfterATimeoutAndAnInterruptToo() {
		Background<Boolean> waiter = waiting(() -> {
			this.lock.writeLock().lock();
			assertThatExceptionOfType(InterruptedException.class).isThrownBy(this.condition::await);
			assertThat(this.lock.holdCount(LockMode.EXCLUSIVE)).isEqualTo(2);
			assertThat(this.condition.awaitNanos(1)).isNotPositive();
			assertThat(this.lock.holdCount(LockMode.EXCLUSIVE)).isEqualTo(2);
			this.lock.writeLock().unlock();
			return true;
		});
		waiter.thread().interrupt();
		waiter.result();
		Others.assertFree(this.lock);
	}

	@Test
	void whoDoesNotWriteNeitherWaitsNorSignals() {
		assertRefused();
		try (LockHold read = this.lock.acquire(LockMode.SHARED)) {
			assertRefused();
			assertThat(this.lock.holdCount(LockMode.SHARED)).isEqualTo(1);
		}
		try (LockHold update = this.lock.acquire(LockMode.UPDATE)) {
			assertRefused();
			assertThat(this.lock.holdCount(LockMode.UPDATE)).isEqualTo(1);
		}
		try (LockHold write = this.lock.acquire(LockMode.EXCLUSIVE)) {
			Background.elsewhere(() -> {
				assertRefused();
				return true;
			});
			assertThat(this.lock.holdCount(LockMode.EXCLUSIVE)).isEqualTo(1);
			write.detach();
			assertRefused();
			assertThat(this.lock.isHeld(LockMode.EXCLUSIVE)).isTrue();
		}
		Others.assertFree(this.lock);
	}

	private void assertRefused() {
		for (Way way : Way.values()) {
			assertThatExceptionOfType(IllegalMonitorStateException.class)
				.isThrownBy(() -> way.await(this.condition, LONG))
				.withMessage("'conditional' is not held for writing by this owner");
		}
		for (Background.Action signal : List.<Background.Action>of(this.condition::signal, this.condition::signalAll)) {
			assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(signal::run)
				.withMessage("'conditional' is not held for writing by this owner");
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "SHARED", "UPDATE" })
	void aWriterThatAlsoReadsOrUpdatesDoesNotWait(LockMode beside) {
		this.lock.writeLock().lock();
		this.lock.writeLock().lock();
		try (LockHold more = this.lock.acquire(beside)) {
			for (Way way : Way.values()) {
				assertThatExceptionOfType(IllegalMonitorStateException.class)
					.isThrownBy(() -> way.await(this.condition, LONG))
					.withMessageContaining("'conditional'")
					.withMessageContaining("keep reading or updating");
			}
			assertThat(this.lock.holdCount(LockMode.EXCLUSIVE)).isEqualTo(2);
			assertThat(this.lock.holdCount(beside)).isEqualTo(1);
			assertThat(Others.mayTake(this.lock, LockMode.SHARED)).isFalse();
			// it may signal all the same, and was not left in the line
			this.condition.signalAll();
		}
		this.lock.writeLock().unlock();
		this.lock.writeLock().unlock();
		Others.assertFree(this.lock);
	}

	@Test
	void onlyTheWriteLockHasConditions() {
		for (Lock side : List.of(this.lock.readLock(), this.lock.updateLock())) {
			assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(side::newCondition)
				.withMessageContaining("Only the write lock");
		}
	}

	@Test
	void readersReadWhileAWriterWaitsForASignal() {
		Background<Boolean> waiter = waiting(() -> Way.AWAIT.await(this.condition, LONG));
		LockHold read = this.lock.acquire(LockMode.SHARED);
		assertThat(Others.mayTake(this.lock, LockMode.SHARED)).isTrue();
		assertThat(waiter.isDone()).isFalse();
		read.close();
		write(this.condition::signal);
		waiter.result();
		Others.assertFree(this.lock);
	}

	@Test
	void ownersThatAreSuppliedWaitToo() {
		ThreadLocal<String> task = new ThreadLocal<>();
		ReaderWriterLock lock = ReaderWriterLock.builder().owners(task::get).build();
		Condition condition = lock.writeLock().newCondition();
		Background<Boolean> waiter = Background.start(() -> {
			task.set("waiter");
			try (LockHold hold = lock.acquire(LockMode.EXCLUSIVE); LockHold again = lock.acquire(LockMode.EXCLUSIVE)) {
				condition.await();
				assertThat(lock.holdCount(LockMode.EXCLUSIVE)).isEqualTo(2);
			}
		});
		Background.until(() -> LockSupport.getBlocker(waiter.thread()) == condition);
		Background.elsewhere(() -> {
			task.set("signaller");
			try (LockHold hold = lock.acquire(LockMode.EXCLUSIVE)) {
				condition.signal();
			}
			return true;
		});
		waiter.result();
		assertThat(lock.isHeld(LockMode.EXCLUSIVE)).isFalse();
	}

	/** A condition gives the lock back before it returns or throws, whatever happens. */
	@Test
	void whoIsSignalledAfterTheRegistryWasClosedHoldsAgain() {
		Background<Boolean> waiter = waiting(() -> {
			try {
				this.condition.await();
			}
			finally {
				this.order.add(this.lock.isWriter(false) ? "holds" : "does not hold");
			}
			return true;
		});
		write(() -> {
			this.lock.close();
			this.condition.signal();
			// it asks for the lock while that is not free
			Background.until(() -> waiter.isDone() || this.lock.queueLength() == 1);
		});
		Background.until(waiter::isDone);
		assertThat(this.order).containsExactly("holds");
		assertThat(waiter.result()).isTrue();
	}

	@ParameterizedTest
	@EnumSource
	void aBoundedBufferLosesNothing(LockPreference preference) {
		Buffer buffer = new Buffer(ReaderWriterLock.builder().preference(preference).build());
		int rounds = 2000;
		AtomicLong put = new AtomicLong();
		AtomicLong taken = new AtomicLong();
		List<Background<Boolean>> all = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			int number = i;
			all.add(Background.start(() -> {
				for (int round = 0; round < rounds; round++) {
					put.addAndGet(buffer.put(number * rounds + round));
				}
			}));
			all.add(Background.start(() -> {
				for (int round = 0; round < rounds; round++) {
					taken.addAndGet(buffer.take());
				}
			}));
		}
		all.forEach(Background::result);
		assertThat(taken.get()).isEqualTo(put.get()).isEqualTo(3L * rounds * (3L * rounds - 1) / 2);
		assertThat(buffer.items).isEmpty();
		Others.assertFree(buffer.lock);
	}

	private void write(Background.Action body) {
		Background.elsewhere(() -> {
			try (LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE)) {
				body.run();
			}
			return true;
		});
	}

	private Background<Boolean> waiting(Callable<Boolean> body) {
		return waitingFor(this.condition, body);
	}

	/** Start a writer that waits for the condition, and go on when it does. */
	private Background<Boolean> waitingFor(Condition awaited, Callable<Boolean> body) {
		Background<Boolean> waiter = Background.run(() -> {
			this.lock.writeLock().lock();
			try {
				return body.call();
			}
			finally {
				if (this.lock.isWriter(false)) {
					this.lock.writeLock().unlock();
				}
			}
		});
		Background.until(() -> waiter.isDone() || LockSupport.getBlocker(waiter.thread()) == awaited);
		if (waiter.isDone()) {
			throw new AssertionError("It did not wait, but ended with " + waiter.result());
		}
		return waiter;
	}

	private boolean isWaiting(Background<Boolean> waiter) {
		return LockSupport.getBlocker(waiter.thread()) == this.condition;
	}

	/**
	 * The ways to wait.
	 */
	enum Way {

		AWAIT {
			@Override
			boolean await(Condition condition, Duration limit) throws InterruptedException {
				condition.await();
				return true;
			}
		},

		UNINTERRUPTIBLY {
			@Override
			boolean await(Condition condition, Duration limit) {
				condition.awaitUninterruptibly();
				return true;
			}
		},

		NANOS {
			@Override
			boolean await(Condition condition, Duration limit) throws InterruptedException {
				return condition.awaitNanos(limit.toNanos()) > 0;
			}
		},

		TIME {
			@Override
			boolean await(Condition condition, Duration limit) throws InterruptedException {
				return condition.await(limit.toMillis(), TimeUnit.MILLISECONDS);
			}
		},

		DEADLINE {
			@Override
			boolean await(Condition condition, Duration limit) throws InterruptedException {
				return condition.awaitUntil(Date.from(Instant.now().plus(limit)));
			}
		};

		/** Whether it was signalled in time. */
		abstract boolean await(Condition condition, Duration limit) throws InterruptedException;

	}

	/**
	 * The example of {@link Condition}.
	 */
	private static final class Buffer {

		private final Deque<Integer> items = new ArrayDeque<>();

		private final ReaderWriterLock lock;

		private final Condition notFull;

		private final Condition notEmpty;

		Buffer(ReaderWriterLock lock) {
			this.lock = lock;
			this.notFull = lock.writeLock().newCondition();
			this.notEmpty = lock.writeLock().newCondition();
		}

		int put(int item) throws InterruptedException {
			try (LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE)) {
				while (this.items.size() == 4) {
					this.notFull.await();
				}
				this.items.add(item);
				this.notEmpty.signal();
				return item;
			}
		}

		int take() throws InterruptedException {
			try (LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE)) {
				while (this.items.isEmpty()) {
					this.notEmpty.await();
				}
				this.notFull.signal();
				return this.items.remove();
			}
		}

	}

}
