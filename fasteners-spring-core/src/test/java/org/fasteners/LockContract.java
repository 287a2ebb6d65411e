package org.fasteners;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * What every lock of this library promises, whether it is between threads or between
 * processes.
 */
@Timeout(120)
public abstract class LockContract {

	/** The lock under test: the same on every call within a test. */
	protected abstract SharedExclusiveLock lock();

	/** The same lock with a default timeout. */
	protected abstract SharedExclusiveLock lockWithDefaultTimeout(Duration timeout);

	@Test
	void oneWriterAtATimeAndNoReaderMeanwhile() {
		Section section = new Section();
		crowd(8, 300, (random) -> {
			LockMode mode = random.nextInt(3) == 0 ? LockMode.EXCLUSIVE : LockMode.SHARED;
			try (LockHold hold = lock().acquire(mode)) {
				section.pass(mode);
			}
		});
		section.assertNothingLost();
	}

	@Test
	void readersShare() throws Exception {
		CyclicBarrier together = new CyclicBarrier(3);
		List<Background<Boolean>> readers = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			readers.add(Background.start(() -> {
				try (LockHold hold = lock().acquire(LockMode.SHARED)) {
					together.await(30, TimeUnit.SECONDS);
				}
			}));
		}
		readers.forEach(Background::result);
		assertFree();
	}

	@Test
	void allReadersThatWaitedForAWriterReadTogether() {
		CyclicBarrier together = new CyclicBarrier(3);
		LockHold write = lock().acquire(LockMode.EXCLUSIVE);
		List<Background<Boolean>> readers = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			readers.add(Background.start(() -> {
				try (LockHold hold = lock().acquire(LockMode.SHARED)) {
					together.await(30, TimeUnit.SECONDS);
				}
			}).awaitWaiting());
		}
		write.close();
		readers.forEach(Background::result);
		assertFree();
	}

	@Test
	void readersThatTryInTheSameMomentAllRead() throws Exception {
		for (int round = 0; round < 300; round++) {
			CyclicBarrier start = new CyclicBarrier(2);
			CyclicBarrier end = new CyclicBarrier(2);
			Background<Boolean> other = Background.run(() -> tryTogether(start, end));
			assertThat(tryTogether(start, end)).isTrue();
			assertThat(other.result()).isTrue();
		}
	}

	private boolean tryTogether(CyclicBarrier start, CyclicBarrier end) throws Exception {
		start.await(30, TimeUnit.SECONDS);
		try (LockAttempt attempt = lock().tryAcquire(LockMode.SHARED)) {
			end.await(30, TimeUnit.SECONDS);
			return attempt.isAcquired();
		}
	}

	/** By the names of the parameters, which are compiled in. */
	@Test
	void nullIsRefusedByTheNameOfTheParameter() throws Exception {
		assertNamesItsParameters(lock(), SharedExclusiveLock.class);
		assertNamesItsParameters(lock(), lock().getClass());
		for (LockMode mode : List.of(LockMode.SHARED, LockMode.EXCLUSIVE)) {
			assertNamesItsParameters(lock().side(mode), Lock.class);
		}
		assertNamesItsParameters(lock().writeLock(), ExclusiveLock.class);
		assertFree();
	}

	/** Each parameter in turn is null, and the others are not. */
	protected static void assertNamesItsParameters(Object target, Class<?> type) throws Exception {
		for (Method method : type.getMethods()) {
			if (method.getDeclaringClass() == Object.class || Modifier.isStatic(method.getModifiers())) {
				continue;
			}
			Parameter[] parameters = method.getParameters();
			for (int i = 0; i < parameters.length; i++) {
				if (!parameters[i].getType().isPrimitive()) {
					assertThatNullPointerException().as("%s of %s", parameters[i].getName(), method)
						.isThrownBy(callWithNull(target, method, i))
						.withMessage(parameters[i].isNamePresent() && !parameters[i].getName().startsWith("arg")
								? parameters[i].getName() : "unit");
				}
			}
		}
	}

	private static ThrowingCallable callWithNull(Object target, Method method, int missing) {
		Class<?>[] types = method.getParameterTypes();
		Object[] arguments = new Object[types.length];
		for (int i = 0; i < types.length; i++) {
			arguments[i] = (i != missing) ? sample(types[i]) : null;
		}
		return () -> {
			try {
				method.setAccessible(true);
				method.invoke(target, arguments);
			}
			catch (InvocationTargetException ex) {
				throw ex.getCause();
			}
		};
	}

	private static Object sample(Class<?> type) {
		Map<Class<?>, Object> samples = Map.of(LockMode.class, LockMode.SHARED, Duration.class, Duration.ZERO,
				String.class, "sample", TimeUnit.class, TimeUnit.SECONDS, long.class, 0L, int.class, 1, boolean.class,
				false, Executor.class, (Executor) Runnable::run, Supplier.class, (Supplier<?>) () -> null);
		return Objects.requireNonNull(samples.get(type), type::getName);
	}

	@ParameterizedTest
	@EnumSource(names = { "SHARED", "EXCLUSIVE" })
	void anAttemptWithoutATimeIsNotInterruptedAndATimedOneIs(LockMode mode) throws Exception {
		Thread.currentThread().interrupt();
		lock().tryAcquire(mode).close();
		lock().tryAcquire(mode, Duration.ZERO).close();
		assertThat(lock().side(mode).tryLock()).isTrue();
		lock().side(mode).unlock();
		assertThat(Thread.currentThread().isInterrupted()).isTrue();
		assertThatExceptionOfType(LockInterruptedException.class)
			.isThrownBy(() -> lock().tryAcquire(mode, Duration.ofNanos(1)));
		assertThat(Thread.currentThread().isInterrupted()).isTrue();
		assertThatExceptionOfType(InterruptedException.class)
			.isThrownBy(() -> lock().side(mode).tryLock(0, TimeUnit.SECONDS));
		assertThat(Thread.interrupted()).isFalse();
		assertFree();
	}

	@ParameterizedTest
	@EnumSource(names = { "SHARED", "EXCLUSIVE" })
	void anAttemptIsDetached(LockMode mode) {
		LockAttempt attempt = lock().tryAcquire(mode);
		assertThat(attempt.detach()).isSameAs(attempt);
		assertThat(attempt.isAcquired()).isTrue();
		assertThat(lock().holdCount(mode)).isZero();
		LockAttempt refused = lock().tryAcquire(LockMode.EXCLUSIVE);
		assertThat(refused.detach()).isSameAs(refused);
		assertThat(refused.isAcquired()).isFalse();
		refused.close();
		Background.elsewhere(() -> {
			attempt.close();
			return true;
		});
		assertThat(attempt.isAcquired()).isTrue();
		assertFree();
	}

	@Test
	void anAttemptOfAViewIsDetached() {
		for (Lock side : List.of(lock().readLock(), lock().writeLock())) {
			LockAttempt attempt = Locks.tryLock(side);
			assertThat(attempt.detach()).isSameAs(attempt);
			assertThat(lock().holdCount(LockMode.EXCLUSIVE)).isZero();
			assertThat(Locks.tryLock(lock().writeLock()).detach().isAcquired()).isFalse();
			Background.elsewhere(() -> {
				attempt.close();
				attempt.close();
				return true;
			});
			assertFree();
		}
	}

	@Test
	void aWriterKeepsOthersOut() {
		try (LockHold hold = lock().acquire(LockMode.EXCLUSIVE)) {
			assertThat(elsewhereTry(LockMode.SHARED)).isFalse();
			assertThat(elsewhereTry(LockMode.EXCLUSIVE)).isFalse();
			assertThat(Background.elsewhere(() -> lock().readLock().tryLock())).isFalse();
			assertThat(Background.elsewhere(() -> lock().writeLock().tryLock())).isFalse();
		}
		assertFree();
	}

	@Test
	void aReaderKeepsWritersOut() {
		try (LockHold hold = lock().acquire(LockMode.SHARED)) {
			assertThat(elsewhereTry(LockMode.SHARED)).isTrue();
			assertThat(elsewhereTry(LockMode.EXCLUSIVE)).isFalse();
		}
		assertFree();
	}

	@Test
	void holdsAreCounted() {
		Lock read = lock().readLock();
		Lock write = lock().writeLock();
		write.lock();
		write.lock();
		read.lock();
		read.lock();
		assertThat(lock().holdCount(LockMode.EXCLUSIVE)).isEqualTo(2);
		assertThat(lock().holdCount(LockMode.SHARED)).isEqualTo(2);
		write.unlock();
		assertThat(elsewhereTry(LockMode.SHARED)).isFalse();
		write.unlock();
		assertThat(elsewhereTry(LockMode.SHARED)).isTrue();
		read.unlock();
		assertThat(elsewhereTry(LockMode.EXCLUSIVE)).isFalse();
		read.unlock();
		assertFree();
	}

	@Test
	void aWriterMayReleaseInAnyOrder() {
		LockHold write = lock().acquire(LockMode.EXCLUSIVE);
		LockHold read = lock().acquire(LockMode.SHARED);
		read.close();
		assertThat(elsewhereTry(LockMode.SHARED)).isFalse();
		read = lock().acquire(LockMode.SHARED);
		write.close();
		assertThat(lock().isHeld(LockMode.EXCLUSIVE)).isFalse();
		assertThat(elsewhereTry(LockMode.SHARED)).isTrue();
		assertThat(elsewhereTry(LockMode.EXCLUSIVE)).isFalse();
		read.close();
		assertFree();
	}

	@Test
	void aWriterThatDowngradesLetsWaitingReadersIn() {
		LockHold write = lock().acquire(LockMode.EXCLUSIVE);
		Background<Boolean> reader = Background.start(() -> lock().acquire(LockMode.SHARED).close()).awaitWaiting();
		LockHold read = lock().acquire(LockMode.SHARED);
		write.close();
		assertThat(reader.result()).isTrue();
		read.close();
		assertFree();
	}

	@Test
	void anUpgradeIsRefusedAtOnceAndTheReadHoldStays() {
		Lock write = lock().writeLock();
		List<Background.Action> ways = List.of(write::lock, write::lockInterruptibly, write::tryLock,
				() -> write.tryLock(1, TimeUnit.HOURS), () -> lock().acquire(LockMode.EXCLUSIVE),
				() -> lock().tryAcquire(LockMode.EXCLUSIVE),
				() -> lock().tryAcquire(LockMode.EXCLUSIVE, Duration.ofHours(1)));
		Background.elsewhere(() -> {
			try (LockHold read = lock().acquire(LockMode.SHARED)) {
				for (Background.Action way : ways) {
					assertThatExceptionOfType(LockUpgradeException.class).isThrownBy(way::run)
						.satisfies((ex) -> assertThat(ex.lockName()).isEqualTo(lock().name()));
					assertThat(lock().holdCount(LockMode.SHARED)).isEqualTo(1);
				}
				assertThat(elsewhereTry(LockMode.SHARED)).isTrue();
				assertThat(elsewhereTry(LockMode.EXCLUSIVE)).isFalse();
			}
			return true;
		});
		assertFree();
	}

	@Test
	void whenAWriterWaitsNewReadersQueueAndTheReaderMayReenter() {
		LockHold read = lock().acquire(LockMode.SHARED);
		Background<Boolean> writer = Background.start(() -> lock().acquire(LockMode.EXCLUSIVE).close()).awaitWaiting();
		assertThat(elsewhereTry(LockMode.SHARED)).isFalse();
		lock().acquire(LockMode.SHARED).close();
		assertThat(lock().readLock().tryLock()).isTrue();
		lock().readLock().unlock();
		read.close();
		writer.result();
		assertFree();
	}

	@Test
	void waitingWritersAreServedInTheOrderOfTheirArrival() {
		List<Integer> order = new ArrayList<>();
		LockHold hold = lock().acquire(LockMode.EXCLUSIVE);
		List<Background<Boolean>> writers = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			int number = i;
			writers.add(Background.run(() -> {
				try (LockHold mine = lock().acquire(LockMode.EXCLUSIVE)) {
					return order.add(number);
				}
			}).awaitWaiting());
		}
		hold.close();
		writers.forEach(Background::result);
		assertThat(order).containsExactly(0, 1, 2, 3, 4);
	}

	@Test
	void aTimedOutWaitLeavesNoTrace() {
		LockHold read = lock().acquire(LockMode.SHARED);
		Background<Boolean> writer = Background.run(() -> tryFor(LockMode.EXCLUSIVE, Duration.ofMillis(300)))
			.awaitWaiting();
		Background<Boolean> reader = Background.run(() -> tryFor(LockMode.SHARED, Duration.ofHours(1)));
		assertThat(writer.result()).isFalse();
		// It waited behind the writer, who is gone.
		assertThat(reader.result()).isTrue();
		read.close();
		assertFree();
	}

	@Test
	void aTimeoutIsNeverEarly() {
		try (LockHold hold = lock().acquire(LockMode.EXCLUSIVE)) {
			for (long millis : new long[] { 1, 7, 30, 100 }) {
				Duration timeout = Duration.ofMillis(millis);
				Background.elsewhere(() -> {
					long start = System.nanoTime();
					assertThat(tryFor(LockMode.SHARED, timeout)).isFalse();
					assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(timeout.toNanos());
					return true;
				});
			}
		}
	}

	@Test
	void aTimeoutOfZeroIsOneAttemptAndANegativeOneIsRefused() {
		assertThat(tryFor(LockMode.EXCLUSIVE, Duration.ZERO)).isTrue();
		assertThatIllegalArgumentException().isThrownBy(() -> lock().tryAcquire(LockMode.SHARED, Duration.ofNanos(-1)));
		assertThatIllegalArgumentException().isThrownBy(() -> lockWithDefaultTimeout(Duration.ofNanos(-1)));
		assertThat(tryFor(LockMode.SHARED, Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
	}

	@Test
	void aDefaultTimeoutEndsTheScopedFormAndNamesTheHolder() {
		SharedExclusiveLock timed = lockWithDefaultTimeout(Duration.ofMillis(50));
		try (LockHold hold = timed.acquire(LockMode.EXCLUSIVE)) {
			Background<LockTimeoutException> waiter = Background.run(() -> {
				try (LockHold none = timed.acquire(LockMode.SHARED)) {
					throw new AssertionError("It was locked");
				}
				catch (LockTimeoutException ex) {
					return ex;
				}
			});
			LockTimeoutException failure = waiter.result();
			assertThat(failure.lockName()).isEqualTo(timed.name());
			assertThat(failure.mode()).isEqualTo(LockMode.SHARED);
			assertThat(failure.waited()).isGreaterThanOrEqualTo(Duration.ofMillis(50));
			assertThat(failure.holders()).singleElement().satisfies((holder) -> {
				assertThat(holder.owner()).isEqualTo("thread '%s'", Thread.currentThread().getName());
				assertThat(holder.mode()).isEqualTo(LockMode.EXCLUSIVE);
			});
			assertThat(failure).hasMessage(
					"Could not lock '%s' for reading within 50ms; held for writing by thread '%s'", timed.name(),
					Thread.currentThread().getName());
		}
		assertThat(timed.isHeld(LockMode.EXCLUSIVE)).isFalse();
	}

	@Test
	void aLockKnowsItsDefaultTimeout() {
		assertThat(lock().defaultTimeout()).isEmpty();
		assertThat(lockWithDefaultTimeout(Duration.ofMillis(50)).defaultTimeout()).contains(Duration.ofMillis(50));
		assertThat(lockWithDefaultTimeout(Duration.ZERO).defaultTimeout()).contains(Duration.ZERO);
	}

	@Test
	void theLockViewKnowsNoDefaultTimeout() {
		SharedExclusiveLock timed = lockWithDefaultTimeout(Duration.ZERO);
		LockHold hold = timed.acquire(LockMode.EXCLUSIVE);
		Background<Boolean> waiter = Background.start(() -> {
			timed.writeLock().lock();
			timed.writeLock().unlock();
		}).awaitWaiting();
		hold.close();
		waiter.result();
	}

	@Test
	void anInterruptedWaitLeavesNoTraceAndTheFlagIsSetAgain() {
		LockHold read = lock().acquire(LockMode.SHARED);
		Background<Boolean> writer = Background.run(() -> {
			assertThatExceptionOfType(LockInterruptedException.class)
				.isThrownBy(() -> lock().acquire(LockMode.EXCLUSIVE))
				.withCauseInstanceOf(InterruptedException.class);
			return Thread.interrupted();
		}).awaitWaiting();
		Background<Boolean> reader = Background.start(() -> lock().acquire(LockMode.SHARED).close()).awaitWaiting();
		writer.thread().interrupt();
		assertThat(writer.result()).isTrue();
		reader.result();
		read.close();
		assertFree();
	}

	@Test
	void anInterruptBeforeOrDuringAnInterruptibleLockIsAnInterruptedException() {
		Background.elsewhere(() -> {
			Thread.currentThread().interrupt();
			assertThatExceptionOfType(InterruptedException.class)
				.isThrownBy(() -> lock().writeLock().lockInterruptibly());
			assertThat(Thread.currentThread().isInterrupted()).isFalse();
			Thread.currentThread().interrupt();
			assertThatExceptionOfType(InterruptedException.class)
				.isThrownBy(() -> lock().readLock().tryLock(1, TimeUnit.SECONDS));
			return true;
		});
		LockHold hold = lock().acquire(LockMode.EXCLUSIVE);
		Background<Boolean> waiter = Background.run(() -> {
			assertThatExceptionOfType(InterruptedException.class)
				.isThrownBy(() -> lock().readLock().lockInterruptibly());
			return Thread.currentThread().isInterrupted();
		}).awaitWaiting();
		waiter.thread().interrupt();
		assertThat(waiter.result()).isFalse();
		hold.close();
		assertFree();
	}

	@Test
	void lockIsNotInterruptibleAndKeepsTheFlag() {
		LockHold hold = lock().acquire(LockMode.EXCLUSIVE);
		Background<Boolean> waiter = Background.run(() -> {
			lock().writeLock().lock();
			lock().writeLock().unlock();
			return Thread.interrupted();
		}).awaitWaiting();
		waiter.thread().interrupt();
		// it has noticed, and waits on
		Background.until(() -> !waiter.thread().isInterrupted());
		waiter.awaitWaiting();
		hold.close();
		assertThat(waiter.result()).isTrue();
		assertFree();
	}

	@Test
	void whoDoesNotHoldCannotRelease() {
		for (Lock side : List.of(lock().readLock(), lock().writeLock())) {
			assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(side::unlock);
		}
		LockHold hold = lock().acquire(LockMode.EXCLUSIVE);
		assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock().readLock()::unlock);
		Background.elsewhere(() -> {
			assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(hold::close);
			assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(lock().writeLock()::unlock);
			return true;
		});
		assertThat(lock().holdCount(LockMode.EXCLUSIVE)).isEqualTo(1);
		hold.close();
		assertFree();
	}

	@Test
	void aReaderCannotCloseTheHoldOfAnotherReader() {
		LockHold mine = lock().acquire(LockMode.SHARED);
		Background.elsewhere(() -> {
			try (LockHold theirs = lock().acquire(LockMode.SHARED)) {
				assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(mine::close);
				assertThat(lock().holdCount(LockMode.SHARED)).isEqualTo(1);
			}
			return true;
		});
		assertThat(lock().holdCount(LockMode.SHARED)).isEqualTo(1);
		mine.close();
		assertFree();
	}

	@Test
	void closingAHoldTwiceIsHarmlessAndTouchesNobodyElse() {
		LockHold first = lock().acquire(LockMode.EXCLUSIVE);
		first.close();
		LockHold second = lock().acquire(LockMode.EXCLUSIVE);
		first.close();
		assertThat(lock().holdCount(LockMode.EXCLUSIVE)).isEqualTo(1);
		second.close();
		assertFree();
	}

	@Test
	void aFailingBodyReleases() {
		assertThatIllegalStateException().isThrownBy(() -> {
			try (LockHold hold = lock().acquire(LockMode.EXCLUSIVE)) {
				throw new IllegalStateException("body");
			}
		}).withMessage("body");
		assertFree();
	}

	@Test
	void aNestedAttemptOnAHeldLockIsAResultNotAnError() {
		try (LockAttempt attempt = Locks.tryLock(lock().writeLock())) {
			assertThat(attempt.isAcquired()).isTrue();
			Background.elsewhere(() -> {
				try (LockAttempt refused = Locks.tryLock(lock().writeLock())) {
					assertThat(refused.isAcquired()).isFalse();
				}
				return true;
			});
			assertThat(lock().writeLock().isHeldByCurrentOwner()).isTrue();
		}
		assertFree();
	}

	@Test
	void stateIsTold() {
		assertThat(lock().holders()).isEmpty();
		try (LockHold hold = lock().writeLock().acquire()) {
			assertThat(lock().isHeld(LockMode.EXCLUSIVE)).isTrue();
			assertThat(lock().isHeld(LockMode.SHARED)).isFalse();
			assertThat(lock().writeLock().isHeld()).isTrue();
			assertThat(lock().writeLock().isHeldByCurrentOwner()).isTrue();
			assertThat(Background.elsewhere(() -> lock().writeLock().isHeldByCurrentOwner())).isFalse();
			assertThat(lock().holders()).hasSize(1);
		}
		assertThat(lock().toString()).contains(lock().name());
		assertThat(lock().writeLock().name()).isEqualTo(lock().name());
		assertThat(lock().readLock()).isSameAs(lock().readLock()).isNotInstanceOf(ExclusiveLock.class);
		assertThat(lock().writeLock()).isSameAs(lock().writeLock());
	}

	@ParameterizedTest
	@EnumSource(names = { "SHARED", "EXCLUSIVE" })
	void aDetachedHoldIsClosedByAnotherThread(LockMode mode) {
		LockHold hold = lock().acquire(mode).detach();
		assertThat(lock().holdCount(mode)).isZero();
		assertThat(lock().isHeld(mode)).isTrue();
		assertThat(elsewhereTry(LockMode.SHARED)).isEqualTo(mode == LockMode.SHARED);
		assertThat(elsewhereTry(LockMode.EXCLUSIVE)).isFalse();
		Background<Boolean> writer = Background.start(() -> lock().acquire(LockMode.EXCLUSIVE).close()).awaitWaiting();
		Background.elsewhere(() -> {
			hold.close();
			return true;
		});
		writer.result();
		assertFree();
	}

	@ParameterizedTest
	@EnumSource(names = { "SHARED", "EXCLUSIVE" })
	void nobodyReentersByADetachedHold(LockMode mode) {
		LockHold hold = lock().acquire(mode).detach();
		assertThat(tryFor(LockMode.EXCLUSIVE, Duration.ZERO)).isFalse();
		assertThat(tryFor(LockMode.EXCLUSIVE, Duration.ofMillis(5))).isFalse();
		assertThat(lock().writeLock().tryLock()).isFalse();
		assertThat(tryFor(LockMode.SHARED, Duration.ZERO)).isEqualTo(mode == LockMode.SHARED);
		assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(() -> lock().side(mode).unlock());
		assertThat(lock().isHeld(mode)).isTrue();
		hold.close();
		assertFree();
	}

	@ParameterizedTest
	@EnumSource(names = { "SHARED", "EXCLUSIVE" })
	void onlyTheOwnerDetaches(LockMode mode) {
		LockHold hold = lock().acquire(mode);
		Background.elsewhere(() -> {
			assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(hold::detach);
			assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(hold::close);
			return true;
		});
		assertThat(lock().holdCount(mode)).isEqualTo(1);
		hold.close();
		assertFree();
	}

	@ParameterizedTest
	@EnumSource(names = { "SHARED", "EXCLUSIVE" })
	void detachingTwiceOrAfterTheEndDoesNothing(LockMode mode) {
		LockHold hold = lock().acquire(mode);
		assertThat(hold.detach()).isSameAs(hold);
		assertThat(Background.elsewhere(hold::detach)).isSameAs(hold);
		assertThat(elsewhereTry(LockMode.EXCLUSIVE)).isFalse();
		hold.close();
		assertFree();
		try (LockHold next = lock().acquire(mode)) {
			hold.detach();
			hold.close();
			assertThat(lock().holdCount(mode)).isEqualTo(1);
		}
		assertFree();
	}

	@ParameterizedTest
	@EnumSource(names = { "SHARED", "EXCLUSIVE" })
	void manyThreadsThatCloseADetachedHoldReleaseItOnce(LockMode mode) {
		for (int round = 0; round < 100; round++) {
			LockHold mine = lock().acquire(mode);
			LockHold other = lock().acquire(mode).detach();
			LockHold third = lock().acquire(mode).detach();
			CyclicBarrier together = new CyclicBarrier(3);
			List<Background<Boolean>> closers = new ArrayList<>();
			for (int i = 0; i < 3; i++) {
				closers.add(Background.start(() -> {
					together.await(30, TimeUnit.SECONDS);
					other.close();
				}));
			}
			closers.forEach(Background::result);
			assertThat(lock().holdCount(mode)).isEqualTo(1);
			mine.close();
			assertThat(lock().isHeld(mode)).isTrue();
			assertThat(elsewhereTry(LockMode.EXCLUSIVE)).isFalse();
			third.close();
			assertThat(lock().isHeld(mode)).isFalse();
		}
		assertFree();
	}

	@ParameterizedTest
	@EnumSource(names = { "SHARED", "EXCLUSIVE" })
	void whatTheOwnerHoldsBesideADetachedHoldStaysItsOwn(LockMode mode) {
		LockHold mine = lock().acquire(mode);
		LockHold detached = lock().acquire(mode).detach();
		assertThat(lock().holdCount(mode)).isEqualTo(1);
		assertThat(tryFor(mode, Duration.ZERO)).isTrue();
		Background.elsewhere(() -> {
			detached.close();
			return true;
		});
		assertThat(lock().holdCount(mode)).isEqualTo(1);
		assertThat(elsewhereTry(LockMode.EXCLUSIVE)).isFalse();
		LockHold again = lock().acquire(mode).detach();
		mine.close();
		assertThat(lock().isHeld(mode)).isTrue();
		assertThat(elsewhereTry(LockMode.EXCLUSIVE)).isFalse();
		again.close();
		assertFree();
	}

	@Test
	void aReadHoldOfAWriterThatDetachedItsWriteKeepsWritersOutToTheEnd() {
		LockHold write = lock().acquire(LockMode.EXCLUSIVE);
		LockHold read = lock().acquire(LockMode.SHARED);
		write.detach();
		assertThat(elsewhereTry(LockMode.SHARED)).isFalse();
		Background.elsewhere(() -> {
			write.close();
			return true;
		});
		assertThat(elsewhereTry(LockMode.SHARED)).isTrue();
		assertThat(elsewhereTry(LockMode.EXCLUSIVE)).isFalse();
		read.close();
		assertFree();
	}

	@ParameterizedTest
	@EnumSource(names = { "SHARED", "EXCLUSIVE" })
	void aDetachedHoldIsNamedAsSuch(LockMode mode) {
		SharedExclusiveLock timed = lockWithDefaultTimeout(Duration.ofMillis(20));
		String words = String.format(Locale.ROOT, "a detached hold of thread '%s'", Thread.currentThread().getName());
		LockHold hold = timed.acquire(mode).detach();
		assertThat(timed.holders()).singleElement().satisfies((holder) -> {
			assertThat(holder.mode()).isEqualTo(mode);
			assertThat(holder.description()).isEqualTo(words);
		});
		assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> timed.acquire(LockMode.EXCLUSIVE))
			.withMessage("Could not lock '%s' for writing within 20ms; held for %s by %s", timed.name(), mode.purpose(),
					words);
		hold.close();
		assertThat(timed.holders()).isEmpty();
	}

	@Test
	void afterAnythingThatCanHappenToWaitersTheLockIsFreeAndNothingIsLost() {
		Section section = new Section();
		List<Background<Boolean>> workers = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			workers.add(Background.start(() -> {
				for (int round = 0; round < 400; round++) {
					moment(section);
				}
			}));
		}
		Background<Boolean> interrupter = Background.start(() -> {
			ThreadLocalRandom random = ThreadLocalRandom.current();
			while (!workers.stream().allMatch(Background::isDone)) {
				workers.get(random.nextInt(workers.size())).thread().interrupt();
				LockSupport.parkNanos(1);
			}
		});
		workers.forEach(Background::result);
		interrupter.result();
		section.assertNothingLost();
		assertFree();
	}

	private void moment(Section section) {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		LockMode mode = random.nextBoolean() ? LockMode.EXCLUSIVE : LockMode.SHARED;
		try (LockAttempt attempt = lock().tryAcquire(mode, Duration.ofNanos(random.nextInt(200_000)))) {
			if (!attempt.isAcquired()) {
				return;
			}
			section.pass(mode);
			if (mode == LockMode.EXCLUSIVE && random.nextBoolean()) {
				lock().readLock().lock();
				lock().writeLock().lock();
				section.pass(mode);
				lock().writeLock().unlock();
				lock().readLock().unlock();
			}
			else if (mode == LockMode.SHARED && random.nextBoolean()) {
				assertThatExceptionOfType(LockUpgradeException.class).isThrownBy(() -> lock().writeLock().tryLock());
				// An interrupt may come at any time, and then only the inner hold is
				// missing.
				if (lock().readLock().tryLock()) {
					lock().readLock().unlock();
				}
			}
		}
		catch (LockInterruptedException ex) {
			assertThat(Thread.interrupted()).isTrue();
		}
	}

	protected final boolean elsewhereTry(LockMode mode) {
		return Background.elsewhere(() -> tryFor(mode, Duration.ZERO));
	}

	private boolean tryFor(LockMode mode, Duration timeout) {
		try (LockAttempt attempt = lock().tryAcquire(mode, timeout)) {
			return attempt.isAcquired();
		}
	}

	protected final void assertFree() {
		assertThat(elsewhereTry(LockMode.EXCLUSIVE)).isTrue();
		assertThat(lock().isHeld(LockMode.SHARED)).isFalse();
		assertThat(lock().isHeld(LockMode.EXCLUSIVE)).isFalse();
	}

	private static void crowd(int threads, int rounds, Round round) {
		List<Background<Boolean>> all = new ArrayList<>();
		for (int i = 0; i < threads; i++) {
			all.add(Background.start(() -> {
				for (int n = 0; n < rounds; n++) {
					round.run(ThreadLocalRandom.current());
				}
			}));
		}
		all.forEach(Background::result);
	}

	/**
	 * One round of one thread.
	 */
	@FunctionalInterface
	private interface Round {

		void run(ThreadLocalRandom random) throws Exception;

	}

	/**
	 * A section that knows who is inside, and a counter that only the lock protects.
	 */
	private static final class Section {

		private final AtomicInteger readers = new AtomicInteger();

		private final AtomicInteger writers = new AtomicInteger();

		private final AtomicInteger writes = new AtomicInteger();

		private final AtomicInteger overlaps = new AtomicInteger();

		private int unguarded;

		void pass(LockMode mode) {
			AtomicInteger mine = (mode == LockMode.SHARED) ? this.readers : this.writers;
			mine.incrementAndGet();
			if (this.writers.get() > ((mode == LockMode.SHARED) ? 0 : 1)
					|| (mode == LockMode.EXCLUSIVE && this.readers.get() > 0)) {
				this.overlaps.incrementAndGet();
			}
			if (mode == LockMode.EXCLUSIVE) {
				int before = this.unguarded;
				LockSupport.parkNanos(1);
				this.unguarded = before + 1;
				this.writes.incrementAndGet();
			}
			mine.decrementAndGet();
		}

		void assertNothingLost() {
			assertThat(this.overlaps).hasValue(0);
			assertThat(this.unguarded).isEqualTo(this.writes.get());
			assertThat(this.writes.get()).isPositive();
		}

	}

}
