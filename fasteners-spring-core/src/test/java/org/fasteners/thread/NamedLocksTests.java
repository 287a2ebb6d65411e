package org.fasteners.thread;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

import org.fasteners.Background;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.LockRegistryClosedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * {@link NamedLocks}.
 */
@Timeout(60)
class NamedLocksTests {

	private final NamedLocks locks = new NamedLocks(LockPreference.WRITER, null);

	@Test
	void sameNameSameLock() {
		ReaderWriterLock lock = this.locks.get("a");
		assertThat(this.locks.get("a")).isSameAs(lock);
		assertThat(this.locks.get("b")).isNotSameAs(lock);
		assertThat(lock.name()).isEqualTo("a");
		assertThatIllegalArgumentException().isThrownBy(() -> this.locks.get(""));
	}

	@Test
	void namesThatAreUsedOnceLeaveNothingBehind() {
		for (int i = 0; i < 100_000; i++) {
			this.locks.get("name " + i).acquire(LockMode.SHARED).close();
		}
		Background.until(() -> {
			System.gc();
			return this.locks.size() < 100;
		});
	}

	@Test
	void aHeldLockIsNotForgottenThoughNobodyRefersToIt() throws Exception {
		CountDownLatch done = new CountDownLatch(1);
		CountDownLatch held = new CountDownLatch(1);
		Background<Boolean> holder = Background.start(() -> {
			this.locks.get("held").writeLock().lock();
			held.countDown();
			done.await();
			this.locks.get("held").writeLock().unlock();
		});
		held.await();
		assertThat(collected()).isTrue();
		assertThat(this.locks.get("held").writeLock().tryLock()).isFalse();
		done.countDown();
		holder.result();
		assertThat(this.locks.get("held").writeLock().tryLock()).isTrue();
	}

	/** Whether the collector has run, seen by a lock that nobody holds. */
	private boolean collected() {
		this.locks.get("free");
		Background.until(() -> {
			System.gc();
			return this.locks.size() == 1;
		});
		return true;
	}

	@Test
	void underChurnANameLeadsToOneLockAtATime() {
		int[] unguarded = new int[1];
		List<Background<Boolean>> threads = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			threads.add(Background.start(() -> {
				for (int n = 0; n < 3_000; n++) {
					this.locks.get("churn").writeLock().lock();
					if (n % 150 == 0) {
						System.gc();
					}
					unguarded[0]++;
					this.locks.get("churn").writeLock().unlock();
				}
			}));
		}
		threads.forEach(Background::result);
		assertThat(unguarded[0]).isEqualTo(12_000);
	}

	@Test
	void afterCloseNobodyWaitsButAFreeLockIsGranted() {
		LockHold hold = this.locks.get("a").acquire(LockMode.EXCLUSIVE);
		Background<Boolean> waiter = Background.start(() -> this.locks.get("a").writeLock().lock()).awaitWaiting();
		this.locks.close();
		assertThatExceptionOfType(LockRegistryClosedException.class).isThrownBy(waiter::result);
		assertThatExceptionOfType(LockRegistryClosedException.class)
			.isThrownBy(Background.start(() -> this.locks.get("a").acquire(LockMode.SHARED))::result);
		this.locks.get("new").acquire(LockMode.EXCLUSIVE).close();
		this.locks.close();
		hold.close();
	}

}
