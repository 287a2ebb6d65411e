package org.fasteners.thread;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.stream.Stream;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.LockTimeoutException;
import org.fasteners.thread.ReaderWriterLock.Owner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Holds of a {@link ReaderWriterLock} that were taken away from their owner: what the
 * contract of all locks does not say.
 */
@Timeout(120)
class DetachedHoldTests {

	private final ReaderWriterLock lock = new ReaderWriterLock("detached");

	@Test
	void aDetachedUpdateHoldIsClosedByAnotherThread() {
		LockHold hold = this.lock.acquire(LockMode.UPDATE).detach();
		assertThat(this.lock.holdCount(LockMode.UPDATE)).isZero();
		assertThat(this.lock.owner()).isEqualTo(Owner.UPDATER);
		assertOthersMay(true, false, false);
		Background<Boolean> updater = Others.queue(this.lock, LockMode.UPDATE, () -> {
		});
		closeElsewhere(hold);
		updater.result();
		Others.assertFree(this.lock);
	}

	@ParameterizedTest
	@EnumSource
	void nobodyUpgradesByADetachedUpdateHold(LockPreference preference) {
		ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
		LockHold hold = lock.acquire(LockMode.UPDATE).detach();
		assertThat(lock.writeLock().tryLock()).isFalse();
		assertThat(lock.updateLock().tryLock()).isFalse();
		try (LockAttempt attempt = lock.tryAcquire(LockMode.EXCLUSIVE, Duration.ofMillis(5))) {
			assertThat(attempt.isAcquired()).isFalse();
		}
		// but its former owner may read, as everybody may
		lock.acquire(LockMode.SHARED).close();
		Background<Boolean> closer = Background.start(() -> {
			Background.until(lock::hasPendingWriters);
			hold.close();
		});
		lock.acquire(LockMode.EXCLUSIVE).close();
		closer.result();
		Others.assertFree(lock);
	}

	static Stream<Arguments> waits() {
		return Stream.of(LockPreference.values())
			.flatMap((preference) -> Stream.of(LockMode.values())
				.flatMap((held) -> Stream.of(LockMode.values())
					.filter((wanted) -> held == LockMode.EXCLUSIVE || wanted == LockMode.EXCLUSIVE
							|| (held == LockMode.UPDATE && wanted == LockMode.UPDATE))
					.map((wanted) -> Arguments.of(preference, held, wanted))));
	}

	@ParameterizedTest(name = "{0}: held for {1}, wanted for {2}")
	@MethodSource("waits")
	void whoWaitsIsToldWhenADetachedHoldIsClosed(LockPreference preference, LockMode held, LockMode wanted) {
		for (int round = 0; round < 20; round++) {
			ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
			LockHold first = lock.acquire(held).detach();
			Background<Boolean> waiter = Others.queue(lock, wanted, () -> {
			});
			closeElsewhere(first);
			waiter.result();
			// detached while somebody waits already
			LockHold second = lock.acquire(held);
			waiter = Others.queue(lock, wanted, () -> {
			});
			second.detach();
			assertThat(waiter.isDone()).isFalse();
			closeElsewhere(second);
			waiter.result();
			Others.assertFree(lock);
		}
	}

	@ParameterizedTest
	@EnumSource
	void anUpdaterDoesNotWriteBesideADetachedUpdateHoldOfItsOwn(LockPreference preference) {
		for (ReaderWriterLock lock : List.of(ReaderWriterLock.builder().preference(preference).build(),
				ReaderWriterLock.builder().preference(preference).owners(() -> "owner").build())) {
			LockHold mine = lock.acquire(LockMode.UPDATE);
			LockHold detached = lock.acquire(LockMode.UPDATE).detach();
			assertThat(lock.isHeld(LockMode.SHARED)).isFalse();
			assertThat(lock.holdCount(LockMode.UPDATE)).isEqualTo(1);
			assertThat(lock.writeLock().tryLock()).isFalse();
			assertThat(lock.tryAcquire(LockMode.EXCLUSIVE).isAcquired()).isFalse();
			assertThat(lock.tryAcquire(LockMode.EXCLUSIVE, Duration.ofMillis(5)).isAcquired()).isFalse();
			assertThat(lock.isHeld(LockMode.EXCLUSIVE)).isFalse();
			// neither update holds nor reads write
			lock.acquire(LockMode.UPDATE).close();
			lock.acquire(LockMode.SHARED).close();
			Background<Boolean> closer = Background.start(() -> {
				Background.until(lock::hasPendingWriters);
				detached.close();
			});
			lock.acquire(LockMode.EXCLUSIVE).close();
			closer.result();
			assertThat(lock.writeLock().tryLock()).isTrue();
			lock.writeLock().unlock();
			mine.close();
			Others.assertFree(lock);
		}
	}

	@Test
	void anUpdaterThatWroteBeforeItDetachedWritesNotAgain() {
		LockHold update = this.lock.acquire(LockMode.UPDATE);
		LockHold write = this.lock.acquire(LockMode.EXCLUSIVE);
		LockHold detached = this.lock.acquire(LockMode.UPDATE).detach();
		// what it holds already may be entered again
		this.lock.acquire(LockMode.EXCLUSIVE).close();
		write.close();
		assertThat(this.lock.writeLock().tryLock()).isFalse();
		closeElsewhere(detached);
		assertThat(this.lock.writeLock().tryLock()).isTrue();
		this.lock.writeLock().unlock();
		update.close();
		Others.assertFree(this.lock);
	}

	@ParameterizedTest
	@EnumSource
	@SuppressWarnings("WaitNotInLoop") // whether it may wait is all
	void anOwnerDoesNotWaitForAConditionBesideADetachedHold(LockMode mode) throws Exception {
		Condition condition = this.lock.writeLock().newCondition();
		LockHold write = this.lock.acquire(LockMode.EXCLUSIVE);
		LockHold detached = this.lock.acquire(mode).detach();
		assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(() -> condition.awaitNanos(1))
			.withMessageContaining("has a detached hold");
		assertThat(this.lock.isWriter(false)).isTrue();
		closeElsewhere(detached);
		assertThat(condition.awaitNanos(1)).isNotPositive();
		write.close();
		Others.assertFree(this.lock);
	}

	@Test
	void anUpgradeInVainBesideADetachedUpdateHoldLeavesBoth() {
		CyclicBarrier reads = new CyclicBarrier(2);
		Background<Boolean> reader = Background.start(() -> {
			try (LockHold read = this.lock.acquire(LockMode.SHARED)) {
				reads.await(30, TimeUnit.SECONDS);
				reads.await(30, TimeUnit.SECONDS);
			}
		});
		LockHold mine = this.lock.acquire(LockMode.UPDATE);
		LockHold detached = this.lock.acquire(LockMode.UPDATE).detach();
		await(reads);
		try (LockAttempt write = this.lock.tryAcquire(LockMode.EXCLUSIVE, Duration.ofMillis(10))) {
			assertThat(write.isAcquired()).isFalse();
		}
		assertThat(this.lock.writeLock().tryLock()).isFalse();
		assertOthersMay(true, false, false);
		mine.close();
		assertOthersMay(true, false, false);
		detached.close();
		assertOthersMay(true, true, false);
		await(reads);
		reader.result();
		Others.assertFree(this.lock);
	}

	@Test
	void ofAnOwnerWithHoldsOfAllModesEachIsDetachedByItself() {
		for (LockMode first : LockMode.values()) {
			for (LockMode second : LockMode.values()) {
				if (first != second) {
					detachTwoOfThree(first, second);
				}
			}
		}
	}

	private void detachTwoOfThree(LockMode first, LockMode second) {
		List<LockMode> left = new ArrayList<>(List.of(LockMode.EXCLUSIVE, LockMode.UPDATE, LockMode.SHARED));
		List<LockHold> holds = left.stream().map(this.lock::acquire).toList();
		LockHold one = holds.get(left.indexOf(first)).detach();
		LockHold two = holds.get(left.indexOf(second)).detach();
		assertOthersMay(false, false, false);
		List<LockMode> held = new ArrayList<>(left);
		closeElsewhere(one);
		held.remove(first);
		assertOthersMayBeside(held);
		for (LockMode mode : LockMode.values()) {
			assertThat(this.lock.isHeld(mode)).isEqualTo(held.contains(mode));
			assertThat(this.lock.holdCount(mode)).isEqualTo((mode == first || mode == second) ? 0 : 1);
		}
		closeElsewhere(two);
		held.remove(second);
		assertOthersMayBeside(held);
		holds.forEach((hold) -> {
			if (hold != one && hold != two) {
				hold.close();
			}
		});
		Others.assertFree(this.lock);
	}

	@ParameterizedTest
	@EnumSource
	void allThreadsButOneThatCloseAtOnceAreTooLate(LockMode mode) {
		for (int round = 0; round < 50; round++) {
			LockHold mine = this.lock.acquire(mode);
			LockHold detached = this.lock.acquire(mode).detach();
			CyclicBarrier together = new CyclicBarrier(4);
			List<Background<Boolean>> closers = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				closers.add(Background.start(() -> {
					together.await(30, TimeUnit.SECONDS);
					detached.close();
				}));
			}
			closers.forEach(Background::result);
			assertThat(this.lock.holdCount(mode)).isEqualTo(1);
			assertThat(this.lock.isHeld(mode)).isTrue();
			mine.close();
			assertThat(this.lock.isHeld(mode)).isFalse();
		}
		Others.assertFree(this.lock);
	}

	@ParameterizedTest
	@EnumSource
	void manyDetachedReadsEachCount(LockPreference preference) {
		ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
		List<LockHold> holds = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			holds.add(Background.elsewhere(() -> lock.acquire(LockMode.SHARED).detach()));
		}
		for (LockHold hold : holds) {
			assertThat(Others.mayTake(lock, LockMode.EXCLUSIVE)).isFalse();
			hold.close();
		}
		Others.assertFree(lock);
	}

	@ParameterizedTest
	@EnumSource
	void holdersNameDetachedHoldsBesideOwners(LockMode mode) {
		LockHold mine = this.lock.acquire(mode);
		LockHold detached = this.lock.acquire(mode).detach();
		String me = String.format(Locale.ROOT, "thread '%s'", Thread.currentThread().getName());
		assertThat(this.lock.holders()).allSatisfy((holder) -> assertThat(holder.mode()).isEqualTo(mode))
			.extracting(LockHolder::description)
			.containsExactly(me, "a detached hold of " + me);
		mine.close();
		assertThat(this.lock.holders()).extracting(LockHolder::description).containsExactly("a detached hold of " + me);
		assertThat(this.lock.toString())
			.isEqualTo(String.format(Locale.ROOT, "ReaderWriterLock 'detached' (held for %s)", mode.purpose()));
		detached.close();
		Others.assertFree(this.lock);
	}

	@ParameterizedTest
	@EnumSource
	void aTimeoutNamesTheDetachedHoldAlsoWhenItsThreadHasEnded(LockMode mode) {
		ReaderWriterLock timed = ReaderWriterLock.builder().name("timed").defaultTimeout(Duration.ofMillis(5)).build();
		LockHold hold = Background.elsewhere(() -> {
			Thread.currentThread().setName("worker");
			return timed.acquire(mode).detach();
		});
		assertThatExceptionOfType(LockTimeoutException.class).isThrownBy(() -> timed.acquire(LockMode.EXCLUSIVE))
			.withMessage(
					"Could not lock 'timed' for writing within 5ms; held for %s by a detached hold of thread 'worker'",
					mode.purpose());
		hold.close();
		Others.assertFree(timed);
	}

	@Test
	void aDetachedHoldOfASuppliedOwnerNamesThatOwner() {
		String[] owner = { "order 17" };
		ReaderWriterLock lock = ReaderWriterLock.builder().owners(() -> owner[0]).build();
		LockHold hold = lock.acquire(LockMode.EXCLUSIVE);
		owner[0] = "order 18";
		assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(hold::detach);
		owner[0] = "order 17";
		hold.detach();
		assertThat(lock.isWriter(true)).isFalse();
		assertThat(lock.holders()).extracting(LockHolder::description)
			.containsExactly("a detached hold of owner 'order 17'");
		owner[0] = "order 18";
		assertThat(lock.readLock().tryLock()).isFalse();
		hold.close();
		assertThat(lock.readLock().tryLock()).isTrue();
		lock.readLock().unlock();
		Others.assertFree(lock);
	}

	private static void closeElsewhere(LockHold hold) {
		Background.elsewhere(() -> {
			hold.close();
			return true;
		});
	}

	private static void await(CyclicBarrier barrier) {
		try {
			barrier.await(30, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

	private void assertOthersMayBeside(List<LockMode> held) {
		boolean read = !held.contains(LockMode.EXCLUSIVE);
		boolean update = read && !held.contains(LockMode.UPDATE);
		assertOthersMay(read, update, update && held.isEmpty());
	}

	private void assertOthersMay(boolean read, boolean update, boolean write) {
		assertThat(Others.mayTake(this.lock, LockMode.SHARED)).as("reading").isEqualTo(read);
		assertThat(Others.mayTake(this.lock, LockMode.UPDATE)).as("updating").isEqualTo(update);
		assertThat(Others.mayTake(this.lock, LockMode.EXCLUSIVE)).as("writing").isEqualTo(write);
	}

	@Test
	void anUpdaterDoesNotReadBesideADetachedWriter() {
		for (LockPreference preference : LockPreference.values()) {
			ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
			Background<LockHold> updater = Background.run(() -> {
				LockHold update = lock.acquire(LockMode.UPDATE);
				LockHold write = lock.acquire(LockMode.EXCLUSIVE).detach();
				assertThat(lock.readLock().tryLock()).isFalse();
				Background<Boolean> other = Background.start(() -> lock.acquire(LockMode.EXCLUSIVE).close())
					.awaitWaiting();
				Thread me = Thread.currentThread();
				Background<Boolean> closer = Background.start(() -> {
					Background.until(() -> me.getState() == Thread.State.TIMED_WAITING);
					write.close();
				});
				LockHold read = lock.acquire(LockMode.SHARED);
				assertThat(closer.result()).isTrue();
				assertThat(other.isDone()).isFalse();
				update.close();
				read.close();
				other.result();
				return read;
			});
			updater.result();
			assertThat(lock.owner()).isEqualTo(ReaderWriterLock.Owner.NONE);
		}
	}

}
