package org.fasteners.thread;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

import org.fasteners.Background;
import org.fasteners.LockHold;
import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.thread.ReaderWriterLock.Owner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * What a {@link ReaderWriterLock} tells about itself.
 */
@Timeout(60)
class IntrospectionTests {

	private final ReaderWriterLock lock = new ReaderWriterLock("seen");

	@Test
	void anUpdaterIsToldAsSuchAlsoBesideReaders() {
		LockHold read = this.lock.acquire(LockMode.SHARED);
		Background.elsewhere(() -> {
			try (LockHold update = this.lock.acquire(LockMode.UPDATE)) {
				assertThat(this.lock.owner()).isEqualTo(Owner.UPDATER);
				assertThat(this.lock.isReader()).isFalse();
				assertThat(this.lock.isWriter(true)).isFalse();
				assertThat(this.lock.isHeld(LockMode.SHARED)).isTrue();
			}
			return true;
		});
		assertThat(this.lock.owner()).isEqualTo(Owner.READER);
		read.close();
		assertThat(this.lock.owner()).isEqualTo(Owner.NONE);
	}

	@Test
	void aWriterThatWaitsForReadersDoesNotHold() {
		LockHold read = this.lock.acquire(LockMode.SHARED);
		Background<Boolean> writer = Others.queue(this.lock, LockMode.EXCLUSIVE, () -> {
		});
		assertThat(this.lock.owner()).isEqualTo(Owner.READER);
		assertThat(this.lock.isHeld(LockMode.EXCLUSIVE)).isFalse();
		assertThat(this.lock.writeLock().isHeld()).isFalse();
		assertThat(this.lock.holders()).extracting(LockHolder::mode).containsExactly(LockMode.SHARED);
		read.close();
		writer.result();
	}

	@Test
	void ownersOtherThanTheCallerAreNotTheCaller() {
		LockHold write = this.lock.acquire(LockMode.EXCLUSIVE);
		Background.elsewhere(() -> {
			assertThat(this.lock.owner()).isEqualTo(Owner.WRITER);
			assertThat(this.lock.isWriter(true)).isFalse();
			assertThat(this.lock.isWriter(false)).isFalse();
			assertThat(this.lock.isReader()).isFalse();
			for (LockMode mode : LockMode.values()) {
				assertThat(this.lock.holdCount(mode)).isZero();
			}
			return true;
		});
		write.close();
	}

	@ParameterizedTest
	@EnumSource
	void aTaskThatWaitsToWriteIsAWriterIfWaitingCounts(LockMode mode) {
		ThreadLocal<String> tasks = ThreadLocal.withInitial(() -> "one");
		ReaderWriterLock shared = ReaderWriterLock.builder().owners(tasks::get).build();
		LockHold write = shared.acquire(LockMode.EXCLUSIVE);
		Background<Boolean> waiter = Others.queued(shared, () -> {
			tasks.set("two");
			shared.acquire(mode).close();
		});
		tasks.set("two");
		assertThat(shared.isWriter(true)).isEqualTo(mode == LockMode.EXCLUSIVE);
		assertThat(shared.isWriter(false)).isFalse();
		assertThat(shared.hasPendingWriters()).isEqualTo(mode == LockMode.EXCLUSIVE);
		tasks.set("three");
		assertThat(shared.isWriter(true)).isFalse();
		tasks.set("one");
		assertThat(shared.isWriter(true)).isTrue();
		assertThat(shared.isWriter(false)).isTrue();
		write.close();
		waiter.result();
		tasks.set("two");
		assertThat(shared.isWriter(true)).isFalse();
	}

	@ParameterizedTest
	@EnumSource
	void thoseWhoWaitAreCounted(LockPreference preference) {
		ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
		assertThat(lock.queueLength()).isZero();
		assertThat(lock.hasPendingWriters()).isFalse();
		LockHold write = lock.acquire(LockMode.EXCLUSIVE);
		assertThat(lock.queueLength()).isZero();
		List<Background<Boolean>> all = new ArrayList<>();
		for (LockMode mode : List.of(LockMode.SHARED, LockMode.UPDATE, LockMode.SHARED)) {
			all.add(Others.queue(lock, mode, () -> {
			}));
			assertThat(lock.queueLength()).isEqualTo(all.size());
		}
		assertThat(lock.hasPendingWriters()).isFalse();
		all.add(Others.queue(lock, LockMode.EXCLUSIVE, () -> {
		}));
		assertThat(lock.acquireAsync(LockMode.EXCLUSIVE, Runnable::run).thenAccept(LockHold::close)).isNotDone();
		assertThat(lock.queueLength()).isEqualTo(5);
		assertThat(lock.hasPendingWriters()).isTrue();
		write.close();
		all.forEach(Background::result);
		Background.until(() -> lock.queueLength() == 0);
		Others.assertFree(lock);
	}

	@Test
	void holdsAreCountedForEachOwnerAndMode() {
		this.lock.updateLock().lock();
		this.lock.updateLock().lock();
		this.lock.readLock().lock();
		this.lock.readLock().lock();
		this.lock.readLock().lock();
		this.lock.writeLock().lock();
		assertThat(List.of(LockMode.values())).extracting(this.lock::holdCount).containsExactly(3, 2, 1);
		this.lock.writeLock().unlock();
		Background.elsewhere(() -> {
			try (LockHold mine = this.lock.acquire(LockMode.SHARED)) {
				assertThat(List.of(LockMode.values())).extracting(this.lock::holdCount).containsExactly(1, 0, 0);
			}
			return true;
		});
		assertThat(List.of(LockMode.values())).extracting(this.lock::holdCount).containsExactly(3, 2, 0);
		this.lock.updateLock().unlock();
		this.lock.updateLock().unlock();
		this.lock.readLock().unlock();
		this.lock.readLock().unlock();
		this.lock.readLock().unlock();
		Others.assertFree(this.lock);
	}

	@ParameterizedTest
	@CsvSource({ "1", "2", "16" })
	void allReadersAreNamedWhereverTheirHoldsAreKept(int places) throws Exception {
		ReaderWriterLock lock = new ReaderWriterLock(
				new LockCore("seen", LockPreference.WRITER, null, places, WaitQueue.MOST_OVERTAKERS), null);
		CyclicBarrier together = new CyclicBarrier(7);
		List<Background<Boolean>> readers = new ArrayList<>();
		List<String> names = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			String name = "reader " + i;
			names.add(String.format(Locale.ROOT, "thread '%s'", name));
			readers.add(Background.start(() -> {
				Thread.currentThread().setName(name);
				try (LockHold hold = lock.acquire(LockMode.SHARED); LockHold again = lock.acquire(LockMode.SHARED)) {
					together.await(30, TimeUnit.SECONDS);
					together.await(30, TimeUnit.SECONDS);
					assertThat(lock.holdCount(LockMode.SHARED)).isEqualTo(2);
				}
			}));
		}
		together.await(30, TimeUnit.SECONDS);
		assertThat(lock.holders()).extracting(LockHolder::description).containsExactlyInAnyOrderElementsOf(names);
		assertThat(lock.holders()).extracting(LockHolder::mode).containsOnly(LockMode.SHARED);
		assertThat(lock.holders()).extracting(LockHolder::pid).containsOnly(ProcessHandle.current().pid());
		assertThat(lock.isHeld(LockMode.SHARED)).isTrue();
		together.await(30, TimeUnit.SECONDS);
		readers.forEach(Background::result);
		Others.assertFree(lock);
	}

	@Test
	void anOwnerOfHoldsOfManyModesIsNamedOnceByTheStrongest() {
		LockHold read;
		LockHold update;
		try (LockHold write = this.lock.acquire(LockMode.EXCLUSIVE)) {
			update = this.lock.acquire(LockMode.UPDATE);
			read = this.lock.acquire(LockMode.SHARED);
			assertThat(this.lock.holders()).extracting(LockHolder::mode).containsExactly(LockMode.EXCLUSIVE);
			assertThat(this.lock.writeLock().holders()).isEqualTo(this.lock.holders());
		}
		assertThat(this.lock.holders()).extracting(LockHolder::mode).containsExactly(LockMode.UPDATE);
		update.close();
		assertThat(this.lock.holders()).extracting(LockHolder::mode).containsExactly(LockMode.SHARED);
		read.close();
		assertThat(this.lock.holders()).isEmpty();
	}

	@Test
	void aLockSaysInWordsHowItIsHeld() {
		assertThat(this.lock).hasToString("ReaderWriterLock 'seen' (not held)");
		assertThat(new ReaderWriterLock()).hasToString("ReaderWriterLock 'ReaderWriterLock' (not held)");
		try (LockHold hold = this.lock.acquire(LockMode.SHARED)) {
			assertThat(this.lock).hasToString("ReaderWriterLock 'seen' (held for reading)");
			assertThat(this.lock.readLock()).hasToString("ReaderWriterLock 'seen' (held for reading) for reading");
		}
		try (LockHold hold = this.lock.acquire(LockMode.UPDATE)) {
			assertThat(this.lock).hasToString("ReaderWriterLock 'seen' (held for updating)");
			assertThat(this.lock.updateLock()).hasToString("ReaderWriterLock 'seen' (held for updating) for updating");
		}
		try (LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE)) {
			assertThat(this.lock).hasToString("ReaderWriterLock 'seen' (held for writing)");
			assertThat(this.lock.writeLock()).hasToString("ReaderWriterLock 'seen' (held for writing) for writing");
		}
		assertThat(this.lock.writeLock()).hasToString("ReaderWriterLock 'seen' (not held) for writing");
	}

	@Test
	void eachSideIsTheSameObjectOnEveryCall() {
		for (LockMode mode : LockMode.values()) {
			assertThat(this.lock.side(mode)).isSameAs(this.lock.side(mode));
		}
		assertThat(this.lock.side(LockMode.SHARED)).isSameAs(this.lock.readLock());
		assertThat(this.lock.side(LockMode.UPDATE)).isSameAs(this.lock.updateLock());
		assertThat(this.lock.side(LockMode.EXCLUSIVE)).isSameAs(this.lock.writeLock());
		assertThat(this.lock.writeLock().name()).isEqualTo("seen").isEqualTo(this.lock.name());
	}

	@Test
	@SuppressWarnings("NullAway") // what the test is about
	void aBuilderRefusesWhatMakesNoSense() {
		ReaderWriterLock.Builder builder = ReaderWriterLock.builder();
		assertThatNullPointerException().isThrownBy(() -> builder.name(null)).withMessage("name");
		assertThatNullPointerException().isThrownBy(() -> builder.preference(null)).withMessage("preference");
		assertThatNullPointerException().isThrownBy(() -> builder.owners(null)).withMessage("owners");
		assertThatIllegalArgumentException().isThrownBy(() -> builder.defaultTimeout(Duration.ofMillis(-1)))
			.withMessageContaining("PT-0.001S");
	}

}
