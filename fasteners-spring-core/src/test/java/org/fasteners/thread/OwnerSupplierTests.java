package org.fasteners.thread;

import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.stream.IntStream;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockUpgradeException;
import org.fasteners.thread.ReaderWriterLock.Owner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Locks that are owned by something other than threads.
 */
@Timeout(60)
class OwnerSupplierTests {

	/** Who runs: two tasks take turns on the thread of the test. */
	private @Nullable Object task = "one";

	private final ReaderWriterLock lock = ReaderWriterLock.builder().name("tasks").owners(() -> this.task).build();

	@ParameterizedTest
	@EnumSource
	void tasksOfOneThreadExcludeOneAnother(LockMode mode) {
		LockHold hold = this.lock.acquire(mode);
		this.task = "two";
		assertThat(tryBoth(LockMode.SHARED)).isEqualTo(mode != LockMode.EXCLUSIVE);
		assertThat(tryBoth(LockMode.UPDATE)).isEqualTo(mode == LockMode.SHARED);
		assertThat(tryBoth(LockMode.EXCLUSIVE)).isFalse();
		this.task = "one";
		hold.close();
		this.task = "two";
		assertThat(tryBoth(LockMode.EXCLUSIVE)).isTrue();
		assertFree();
	}

	private boolean tryBoth(LockMode mode) {
		boolean tried;
		try (LockAttempt attempt = this.lock.tryAcquire(mode)) {
			tried = attempt.isAcquired();
		}
		Lock side = this.lock.side(mode);
		boolean barged = side.tryLock();
		if (barged) {
			side.unlock();
		}
		assertThat(barged).isEqualTo(tried);
		return tried;
	}

	@ParameterizedTest
	@EnumSource
	void eachTaskReentersItsOwn(LockMode mode) throws Exception {
		Lock side = this.lock.side(mode);
		side.lock();
		side.lockInterruptibly();
		assertThat(side.tryLock()).isTrue();
		assertThat(side.tryLock(1, TimeUnit.HOURS)).isTrue();
		assertThat(this.lock.holdCount(mode)).isEqualTo(4);
		this.task = "two";
		assertThat(this.lock.holdCount(mode)).isZero();
		assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(side::unlock);
		this.task = "one";
		for (int i = 0; i < 4; i++) {
			side.unlock();
		}
		assertFree();
	}

	@Test
	void readersOfTheSameThreadAreCountedEachForItself() {
		this.lock.readLock().lock();
		this.task = "two";
		this.lock.readLock().lock();
		this.lock.readLock().lock();
		assertThat(this.lock.holdCount(LockMode.SHARED)).isEqualTo(2);
		assertThat(this.lock.holders()).extracting(LockHolder::description)
			.containsExactlyInAnyOrder("owner 'one'", "owner 'two'");
		assertThatExceptionOfType(LockUpgradeException.class).isThrownBy(this.lock.writeLock()::lock);
		this.task = "three";
		assertThat(this.lock.writeLock().tryLock()).isFalse();
		this.task = "two";
		this.lock.readLock().unlock();
		this.lock.readLock().unlock();
		assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(this.lock.readLock()::unlock);
		this.task = "one";
		this.lock.readLock().unlock();
		assertFree();
	}

	@ParameterizedTest
	@EnumSource
	void ownersThatAreEqualAreOneOwner(LockMode mode) {
		this.task = List.of("order", 1000);
		LockHold first = this.lock.acquire(mode);
		this.task = List.of("order", 1000);
		LockHold second = this.lock.acquire(mode);
		assertThat(this.lock.holdCount(mode)).isEqualTo(2);
		this.task = List.of("order", 1001);
		assertThat(this.lock.holdCount(mode)).isZero();
		assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(first::close);
		this.task = List.of("order", 1000);
		first.close();
		this.lock.side(mode).unlock();
		assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(second::close);
		assertFree();
	}

	@Test
	void anUpdaterThatIsEqualUpgradesAndItsReadsDoNotStandInTheWay() {
		this.task = List.of("order", 1000);
		this.lock.updateLock().lock();
		this.lock.readLock().lock();
		this.task = List.of("order", 1000);
		this.lock.writeLock().lock();
		assertThat(this.lock.owner()).isEqualTo(Owner.WRITER);
		this.lock.writeLock().unlock();
		this.lock.updateLock().unlock();
		assertThat(this.lock.owner()).isEqualTo(Owner.READER);
		this.lock.readLock().unlock();
		assertFree();
	}

	@ParameterizedTest
	@EnumSource
	void aTaskThatMovesToAnotherThreadStillOwnsAndMayRelease(LockMode mode) {
		LockHold hold = this.lock.acquire(mode);
		this.lock.side(mode).lock();
		Background.elsewhere(() -> {
			assertThat(this.lock.holdCount(mode)).isEqualTo(2);
			this.lock.side(mode).lock();
			this.lock.side(mode).unlock();
			this.lock.side(mode).unlock();
			return true;
		});
		assertThat(this.lock.holdCount(mode)).isEqualTo(1);
		Background.elsewhere(() -> {
			hold.close();
			return true;
		});
		assertFree();
	}

	@Test
	void aTaskThatWaitsInOneThreadIsToldWhenAnotherTaskReleasesInAnyThread() {
		ThreadLocal<String> tasks = ThreadLocal.withInitial(() -> "one");
		ReaderWriterLock shared = ReaderWriterLock.builder().owners(tasks::get).build();
		shared.writeLock().lock();
		Background<Boolean> two = Others.queued(shared, () -> {
			tasks.set("two");
			shared.writeLock().lock();
			shared.writeLock().unlock();
		});
		Background.elsewhere(() -> {
			// task one has moved
			shared.writeLock().unlock();
			return true;
		});
		two.result();
		Others.assertFree(shared);
	}

	@Test
	@SuppressWarnings("NullAway") // what the test is about
	void nobodyIsNoOwner() {
		this.task = null;
		List<Background.Action> calls = List.of(() -> this.lock.acquire(LockMode.SHARED),
				() -> this.lock.tryAcquire(LockMode.EXCLUSIVE), this.lock.readLock()::lock,
				this.lock.readLock()::tryLock, this.lock.updateLock()::lock, this.lock.updateLock()::tryLock,
				this.lock.writeLock()::lock, this.lock.writeLock()::lockInterruptibly,
				() -> this.lock.writeLock().tryLock(1, TimeUnit.HOURS),
				() -> assertThat(this.lock.acquireAsync(LockMode.EXCLUSIVE, Runnable::run)).isNull(),
				() -> this.lock.holdCount(LockMode.SHARED), () -> this.lock.isWriter(true));
		for (Background.Action call : calls) {
			assertThatNullPointerException().isThrownBy(call::run).withMessage("the owner supplier returned null");
		}
		for (LockMode mode : LockMode.values()) {
			assertThatExceptionOfType(RuntimeException.class).isThrownBy(this.lock.side(mode)::unlock);
		}
		this.task = "one";
		assertFree();
	}

	@Test
	void aSupplierThatFailsLeavesNoTrace() {
		ReaderWriterLock failing = ReaderWriterLock.builder().owners(() -> {
			if (this.task == null) {
				throw new IllegalStateException("nobody runs");
			}
			return this.task;
		}).build();
		this.task = null;
		for (LockMode mode : LockMode.values()) {
			assertThatIllegalStateException().isThrownBy(() -> failing.acquire(mode)).withMessage("nobody runs");
			assertThatIllegalStateException().isThrownBy(() -> failing.tryAcquire(mode)).withMessage("nobody runs");
			assertThatIllegalStateException().isThrownBy(() -> failing.side(mode).tryLock()).withMessage("nobody runs");
		}
		this.task = "one";
		assertThat(failing.owner()).isEqualTo(Owner.NONE);
		assertThat(failing.queueLength()).isZero();
		failing.acquire(LockMode.EXCLUSIVE).close();
	}

	@Test
	void tasksThatCrowdLoseNothing() {
		ThreadLocal<Integer> tasks = new ThreadLocal<>();
		ReaderWriterLock shared = ReaderWriterLock.builder().owners(tasks::get).build();
		CyclicBarrier start = new CyclicBarrier(4);
		int[] unguarded = new int[1];
		List<Background<Boolean>> threads = IntStream.range(0, 4).mapToObj((thread) -> Background.start(() -> {
			start.await(30, TimeUnit.SECONDS);
			for (int round = 0; round < 500; round++) {
				// another task each time
				tasks.set(thread * 500 + round);
				try (LockHold update = shared.acquire(LockMode.UPDATE);
						LockHold read = shared.acquire(LockMode.SHARED);
						LockHold write = shared.acquire(LockMode.EXCLUSIVE)) {
					unguarded[0]++;
				}
				try (LockHold read = shared.acquire(LockMode.SHARED)) {
					assertThat(unguarded[0]).isPositive();
				}
			}
		})).toList();
		threads.forEach(Background::result);
		assertThat(unguarded[0]).isEqualTo(2000);
		assertThat(shared.owner()).isEqualTo(Owner.NONE);
		assertThat(shared.queueLength()).isZero();
	}

	private void assertFree() {
		Object before = this.task;
		this.task = "somebody else";
		assertThat(this.lock.writeLock().tryLock()).isTrue();
		this.lock.writeLock().unlock();
		this.task = before;
		assertThat(this.lock.owner()).isEqualTo(Owner.NONE);
		assertThat(this.lock.queueLength()).isZero();
		assertThat(this.lock.holders()).isEmpty();
	}

}
