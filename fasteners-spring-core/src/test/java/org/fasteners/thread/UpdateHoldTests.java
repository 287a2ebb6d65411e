package org.fasteners.thread;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockInterruptedException;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.LockTimeoutException;
import org.fasteners.LockUpgradeException;
import org.fasteners.thread.ReaderWriterLock.Owner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Update holds: beside readers, alone among updaters and writers, and upgradable.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UpdateHoldTests {

	/** Some of what ends a write is done in one write of eight only. */
	private static final int WRITES = 20;

	private final ReaderWriterLock lock = new ReaderWriterLock("updated");

	private final List<String> order = Collections.synchronizedList(new ArrayList<>());

	@ParameterizedTest
	@EnumSource
	void anUpdaterAndManyReadersHoldTogether(LockPreference preference) throws Exception {
		ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
		CyclicBarrier together = new CyclicBarrier(6);
		List<Background<Boolean>> all = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			LockMode mode = (i == 3) ? LockMode.UPDATE : LockMode.SHARED;
			all.add(Background.start(() -> {
				try (LockHold hold = lock.acquire(mode)) {
					together.await(30, TimeUnit.SECONDS);
					assertThat(lock.owner()).isEqualTo(Owner.UPDATER);
					together.await(30, TimeUnit.SECONDS);
				}
			}));
		}
		all.forEach(Background::result);
		Others.assertFree(lock);
	}

	@Test
	void besideAnUpdaterOthersReadButNeitherUpdateNorWrite() {
		try (LockHold update = this.lock.acquire(LockMode.UPDATE)) {
			assertOthersMay(true, false, false);
			assertThat(this.lock.isHeld(LockMode.UPDATE)).isTrue();
			assertThat(this.lock.isHeld(LockMode.EXCLUSIVE)).isFalse();
			assertThat(this.lock.isHeld(LockMode.SHARED)).isFalse();
		}
		Others.assertFree(this.lock);
	}

	@Test
	void besideAReaderOthersMayUpdateAndBesideAWriterNot() {
		try (LockHold read = this.lock.acquire(LockMode.SHARED)) {
			assertOthersMay(true, true, false);
		}
		try (LockHold write = this.lock.acquire(LockMode.EXCLUSIVE)) {
			assertOthersMay(false, false, false);
		}
		Others.assertFree(this.lock);
	}

	@ParameterizedTest
	@EnumSource(names = { "UPDATE", "EXCLUSIVE" })
	void aSecondUpdaterAndAWriterQueueBehindAnUpdater(LockMode mode) {
		LockHold update = this.lock.acquire(LockMode.UPDATE);
		Background<Boolean> other = Others.queue(this.lock, mode, () -> this.order.add(mode.name()));
		assertThat(this.order).isEmpty();
		update.close();
		other.result();
		assertThat(this.order).containsExactly(mode.name());
		Others.assertFree(this.lock);
	}

	@Test
	void anUpdaterThatWaitsHoldsNoReaderBack() {
		LockHold update = this.lock.acquire(LockMode.UPDATE);
		Background<Boolean> updater = Others.queue(this.lock, LockMode.UPDATE, () -> this.order.add("updater"));
		for (int i = 0; i < 5; i++) {
			Background.elsewhere(() -> {
				this.lock.acquire(LockMode.SHARED).close();
				this.lock.readLock().lock();
				this.lock.readLock().unlock();
				return true;
			});
		}
		assertThat(this.order).isEmpty();
		update.close();
		updater.result();
		Others.assertFree(this.lock);
	}

	@ParameterizedTest
	@EnumSource
	void anUpgradeWaitsForTheReadersToLeave(LockPreference preference) {
		ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
		LockHold read = lock.acquire(LockMode.SHARED);
		Background<Boolean> updater = Others.queued(lock, () -> {
			try (LockHold update = lock.acquire(LockMode.UPDATE); LockHold write = lock.acquire(LockMode.EXCLUSIVE)) {
				this.order.add("upgraded");
				assertThat(lock.owner()).isEqualTo(Owner.WRITER);
			}
		});
		assertThat(lock.owner()).isEqualTo(Owner.UPDATER);
		assertThat(this.order).isEmpty();
		read.close();
		updater.result();
		assertThat(this.order).containsExactly("upgraded");
		Others.assertFree(lock);
	}

	@ParameterizedTest
	@EnumSource
	void nobodyWritesBetweenUpdateAndUpgradeAlsoWhoWaitedBefore(LockPreference preference) {
		ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
		LockHold read = lock.acquire(LockMode.SHARED);
		Background<Boolean> updater = Background.start(() -> {
			try (LockHold update = lock.acquire(LockMode.UPDATE)) {
				Background<Boolean> writer = Others.queue(lock, LockMode.EXCLUSIVE, () -> this.order.add("writer"));
				Background<Boolean> second = Others.queue(lock, LockMode.UPDATE, () -> this.order.add("updater"));
				this.order.add("update");
				try (LockHold write = lock.acquire(LockMode.EXCLUSIVE)) {
					this.order.add("upgraded");
				}
				assertThat(writer.isDone()).isFalse();
				assertThat(second.isDone()).isFalse();
				this.order.add("updates on");
				update.close();
				writer.result();
				second.result();
			}
		});
		// the two others, and the updater itself before both
		Background.until(() -> lock.queueLength() == 3);
		assertThat(this.order).containsExactly("update");
		read.close();
		updater.result();
		assertThat(this.order).containsExactly("update", "upgraded", "updates on", "writer", "updater");
		Others.assertFree(lock);
	}

	@ParameterizedTest
	@CsvSource({ "WRITER, 1", "WRITER, 100", "READER, 1", "READER, 100", "FAIR, 1", "FAIR, 100" })
	void anUpdatersOwnReadsDoNotStandInTheWayOfItsUpgrade(LockPreference preference, int reads) {
		for (boolean crowded : new boolean[] { false, true }) {
			ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
			if (crowded) {
				letReadersMeet(lock);
			}
			lock.updateLock().lock();
			for (int i = 0; i < reads; i++) {
				lock.readLock().lock();
			}
			try (LockAttempt write = lock.tryAcquire(LockMode.EXCLUSIVE)) {
				assertThat(write.isAcquired()).isTrue();
				assertThat(Others.mayTake(lock, LockMode.SHARED)).isFalse();
			}
			lock.writeLock().lock();
			assertThat(lock.holdCount(LockMode.SHARED)).isEqualTo(reads);
			lock.writeLock().unlock();
			for (int i = 0; i < reads; i++) {
				lock.readLock().unlock();
			}
			lock.updateLock().unlock();
			Others.assertFree(lock);
		}
	}

	@ParameterizedTest
	@EnumSource
	void anUpgradeWaitsForOthersThatReadBesideItsOwnReads(LockPreference preference) {
		ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
		LockHold read = lock.acquire(LockMode.SHARED);
		Background<Boolean> updater = Others.queued(lock, () -> {
			try (LockHold update = lock.acquire(LockMode.UPDATE);
					LockHold mine = lock.acquire(LockMode.SHARED);
					LockHold write = lock.acquire(LockMode.EXCLUSIVE)) {
				this.order.add("upgraded");
			}
		});
		assertThat(this.order).isEmpty();
		read.close();
		updater.result();
		assertThat(this.order).containsExactly("upgraded");
		Others.assertFree(lock);
	}

	@ParameterizedTest
	@EnumSource
	void aReadThatOutlivesUpgradeDowngradeAndUpdateKeepsWritersOut(LockPreference preference) {
		for (int places : new int[] { 1, 4 }) {
			for (boolean crowded : new boolean[] { false, true }) {
				ReaderWriterLock lock = new ReaderWriterLock(
						new LockCore("updated", preference, null, places, WaitQueue.MOST_OVERTAKERS), null);
				if (crowded) {
					letReadersMeet(lock);
				}
				LockHold update = lock.acquire(LockMode.UPDATE);
				LockHold read = lock.acquire(LockMode.SHARED);
				LockAttempt write = lock.tryAcquire(LockMode.EXCLUSIVE, Duration.ofSeconds(30));
				assertThat(write.isAcquired()).isTrue();
				assertOthersMay(lock, false, false, false);
				write.close();
				assertOthersMay(lock, true, false, false);
				update.close();
				assertOthersMay(lock, true, true, false);
				assertThat(Others.mayBarge(lock.writeLock())).isFalse();
				Background<Boolean> writer = Others.queue(lock, LockMode.EXCLUSIVE, () -> this.order.add("writer"));
				assertThat(lock.owner()).isEqualTo(Owner.READER);
				assertThat(writer.isDone()).isFalse();
				read.close();
				writer.result();
				Others.assertFree(lock);
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void aReadThatOutlivesAWriteKeepsWritersOutEachTime(LockPreference preference) {
		ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
		for (int i = 0; i < WRITES; i++) {
			lock.writeLock().lock();
			lock.readLock().lock();
			lock.writeLock().unlock();
			assertReadOnly(lock);
			lock.readLock().unlock();
		}
		Others.assertFree(lock);
	}

	@ParameterizedTest
	@EnumSource
	void aReadThatOutlivesAnUpgradeKeepsWritersOutEachTime(LockPreference preference) throws Exception {
		ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
		for (int i = 0; i < WRITES; i++) {
			lock.updateLock().lock();
			lock.readLock().lock();
			assertThat(lock.writeLock().tryLock(30, TimeUnit.SECONDS)).isTrue();
			lock.writeLock().unlock();
			lock.updateLock().unlock();
			assertReadOnly(lock);
			lock.readLock().unlock();
		}
		Others.assertFree(lock);
	}

	@ParameterizedTest
	@EnumSource
	void aReadThatOutlivesAnUpgradeThatWaitedKeepsWritersOutEachTime(LockPreference preference) {
		ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
		for (int i = 0; i < WRITES; i++) {
			LockHold other = lock.acquire(LockMode.SHARED);
			CyclicBarrier upgraded = new CyclicBarrier(2);
			Background<Boolean> updater = Others.queued(lock, () -> {
				lock.updateLock().lock();
				lock.readLock().lock();
				lock.writeLock().lock();
				lock.writeLock().unlock();
				lock.updateLock().unlock();
				upgraded.await(30, TimeUnit.SECONDS);
				upgraded.await(30, TimeUnit.SECONDS);
				lock.readLock().unlock();
			});
			other.close();
			await(upgraded);
			assertReadOnly(lock);
			await(upgraded);
			updater.result();
		}
		Others.assertFree(lock);
	}

	private static void assertReadOnly(ReaderWriterLock lock) {
		assertThat(lock.isHeld(LockMode.SHARED)).isTrue();
		assertThat(Others.mayBarge(lock.writeLock())).isFalse();
	}

	@Test
	void aWriterDowngradesToUpdateAndThenToRead() {
		LockHold write = this.lock.acquire(LockMode.EXCLUSIVE);
		LockHold update = this.lock.acquire(LockMode.UPDATE);
		assertOthersMay(false, false, false);
		Background<Boolean> writer = Others.queue(this.lock, LockMode.EXCLUSIVE, () -> this.order.add("writer"));
		write.close();
		assertThat(this.lock.owner()).isEqualTo(Owner.UPDATER);
		assertThat(writer.isDone()).isFalse();
		LockHold read = this.lock.acquire(LockMode.SHARED);
		update.close();
		assertThat(this.lock.isHeld(LockMode.UPDATE)).isFalse();
		assertThat(this.lock.isHeld(LockMode.SHARED)).isTrue();
		assertThat(this.order).isEmpty();
		read.close();
		writer.result();
		Others.assertFree(this.lock);
	}

	@Test
	void aWriterThatDowngradesToUpdateLetsWaitingReadersIn() {
		for (LockPreference preference : LockPreference.values()) {
			ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
			LockHold write = lock.acquire(LockMode.EXCLUSIVE);
			LockHold update = lock.acquire(LockMode.UPDATE);
			Background<Boolean> one = Others.queue(lock, LockMode.SHARED, () -> this.order.add("reader"));
			Background<Boolean> two = Others.queue(lock, LockMode.SHARED, () -> this.order.add("reader"));
			write.close();
			one.result();
			two.result();
			assertThat(lock.owner()).isEqualTo(Owner.UPDATER);
			update.close();
			Others.assertFree(lock);
		}
	}

	@ParameterizedTest
	@EnumSource
	void anInterruptedUpgradeLeavesTheUpdateHoldAndReadersGoOn(LockPreference preference) {
		ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
		LockHold read = lock.acquire(LockMode.SHARED);
		CyclicBarrier told = new CyclicBarrier(2);
		Background<Boolean> updater = Others.queued(lock, () -> {
			try (LockHold update = lock.acquire(LockMode.UPDATE)) {
				assertThatExceptionOfType(LockInterruptedException.class)
					.isThrownBy(() -> lock.acquire(LockMode.EXCLUSIVE));
				assertThat(Thread.interrupted()).isTrue();
				assertThat(lock.holdCount(LockMode.UPDATE)).isEqualTo(1);
				assertThat(lock.holdCount(LockMode.EXCLUSIVE)).isZero();
				told.await(30, TimeUnit.SECONDS);
				told.await(30, TimeUnit.SECONDS);
			}
		});
		// a reader that came meanwhile waits where writers come first, and is let go on
		Background<Boolean> reader = Background.start(() -> lock.acquire(LockMode.SHARED).close());
		if (preference != LockPreference.READER) {
			Background.until(() -> lock.queueLength() == 2);
		}
		updater.thread().interrupt();
		await(told);
		reader.result();
		assertOthersMay(lock, true, false, false);
		await(told);
		updater.result();
		assertOthersMay(lock, true, true, false);
		read.close();
		Others.assertFree(lock);
	}

	@ParameterizedTest
	@EnumSource
	void anUpgradeThatTimesOutLeavesTheUpdateHoldAndReadersGoOn(LockPreference preference) throws Exception {
		ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
		Background<Boolean> reader = reading(lock);
		try (LockHold update = lock.acquire(LockMode.UPDATE)) {
			try (LockAttempt write = lock.tryAcquire(LockMode.EXCLUSIVE, Duration.ofMillis(20))) {
				assertThat(write.isAcquired()).isFalse();
			}
			assertThat(lock.writeLock().tryLock()).isFalse();
			assertThat(lock.writeLock().tryLock(1, TimeUnit.MILLISECONDS)).isFalse();
			assertThat(lock.holdCount(LockMode.UPDATE)).isEqualTo(1);
			assertOthersMay(lock, true, false, false);
			assertThat(Others.mayBarge(lock.readLock())).isTrue();
			this.order.add("over");
			reader.result();
			// the way is free now
			try (LockHold write = lock.acquire(LockMode.EXCLUSIVE)) {
				assertOthersMay(lock, false, false, false);
			}
			assertOthersMay(lock, true, false, false);
		}
		Others.assertFree(lock);
	}

	/** Starts a reader that holds until something is in the order. */
	private Background<Boolean> reading(ReaderWriterLock lock) {
		Background<Boolean> reader = Background.start(() -> {
			try (LockHold read = lock.acquire(LockMode.SHARED)) {
				Background.until(() -> !this.order.isEmpty());
			}
		});
		Background.until(() -> lock.isHeld(LockMode.SHARED));
		return reader;
	}

	@Test
	void aWaitForAnUpdateHoldEndsByTimeoutAndNamesTheUpdater() {
		ReaderWriterLock timed = ReaderWriterLock.builder().name("timed").defaultTimeout(Duration.ofMillis(20)).build();
		try (LockHold update = timed.acquire(LockMode.UPDATE)) {
			assertThatExceptionOfType(LockTimeoutException.class)
				.isThrownBy(() -> Background.elsewhere(() -> timed.acquire(LockMode.UPDATE)))
				.withMessage("Could not lock 'timed' for updating within 20ms; held for updating by thread '%s'",
						Thread.currentThread().getName())
				.satisfies((ex) -> assertThat(ex.mode()).isEqualTo(LockMode.UPDATE));
		}
		Others.assertFree(timed);
	}

	@ParameterizedTest
	@EnumSource(names = { "UPDATE", "EXCLUSIVE" })
	void aPlainReaderIsRefusedAtOnceByEveryMethodAndReadsOn(LockMode mode) {
		Lock side = this.lock.side(mode);
		List<Background.Action> ways = new ArrayList<>(
				List.of(side::lock, side::lockInterruptibly, side::tryLock, () -> side.tryLock(1, TimeUnit.HOURS),
						() -> side.tryLock(0, TimeUnit.HOURS), () -> this.lock.acquire(mode),
						() -> this.lock.tryAcquire(mode), () -> this.lock.tryAcquire(mode, Duration.ZERO),
						() -> this.lock.tryAcquire(mode, Duration.ofHours(1))));
		if (mode == LockMode.EXCLUSIVE) {
			ways.add(() -> this.lock.writeLock().acquire());
			ways.add(() -> this.lock.writeLock().tryAcquire());
			ways.add(() -> this.lock.writeLock().tryAcquire(Duration.ofHours(1)));
		}
		for (Background.Action way : ways) {
			// alone; beside another reader, an updater, and a writer that waits
			assertRefused(way);
			Background<Boolean> other = Background.start(() -> {
				try (LockHold hold = this.lock.acquire(LockMode.UPDATE)) {
					Background.until(() -> !this.order.isEmpty());
				}
			});
			try (LockHold read = this.lock.acquire(LockMode.SHARED)) {
				Background.until(() -> this.lock.isHeld(LockMode.UPDATE));
				Background<Boolean> writer = Others.queue(this.lock, LockMode.EXCLUSIVE, () -> {
				});
				assertThatExceptionOfType(LockUpgradeException.class).isThrownBy(way::run);
				assertThat(this.lock.holdCount(LockMode.SHARED)).isEqualTo(1);
				this.order.add("over");
				other.result();
				read.close();
				writer.result();
			}
			this.order.clear();
			Others.assertFree(this.lock);
		}
	}

	private void assertRefused(Background.Action way) {
		try (LockHold read = this.lock.acquire(LockMode.SHARED)) {
			assertThatExceptionOfType(LockUpgradeException.class).isThrownBy(way::run)
				.withMessageContaining("'updated'")
				.satisfies((ex) -> assertThat(ex.lockName()).isEqualTo("updated"));
			assertThat(this.lock.holdCount(LockMode.SHARED)).isEqualTo(1);
			assertOthersMay(true, true, false);
		}
		Others.assertFree(this.lock);
	}

	@Test
	void theUpdateSideIsALockLikeTheOthers() throws Exception {
		Lock update = this.lock.updateLock();
		assertThat(update).isSameAs(this.lock.updateLock()).isSameAs(this.lock.side(LockMode.UPDATE));
		update.lock();
		update.lockInterruptibly();
		assertThat(update.tryLock()).isTrue();
		assertThat(update.tryLock(1, TimeUnit.HOURS)).isTrue();
		assertThat(this.lock.holdCount(LockMode.UPDATE)).isEqualTo(4);
		for (int i = 0; i < 4; i++) {
			assertOthersMay(true, false, false);
			update.unlock();
		}
		Others.assertFree(this.lock);
		assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(update::unlock)
			.withMessage("'updated' is not held for updating by this owner");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.lock.tryAcquire(LockMode.UPDATE, Duration.ofNanos(-1)));
		Others.assertFree(this.lock);
	}

	@ParameterizedTest
	@CsvSource({ "WRITER, false", "WRITER, true", "READER, false", "FAIR, false" })
	void everySequenceOfAcquisitionsAndReleasesByOneOwnerIsAsTheModelSays(LockPreference preference, boolean owners) {
		for (int places : new int[] { 1, 4 }) {
			LockCore core = new LockCore("model", preference, owners ? Thread::currentThread : null, places,
					WaitQueue.MOST_OVERTAKERS);
			ReaderWriterLock lock = new ReaderWriterLock(core, null);
			if (places == 4) {
				letReadersMeet(lock);
			}
			try (Model model = new Model(lock)) {
				model.acquire(4);
				// a plain reader that wants more
				assertThat(model.refused).isPositive();
				assertThat(model.checks).isGreaterThan(1000);
			}
			Others.assertFree(lock);
		}
	}

	/** Has a lock keep its readers where it keeps many. */
	private static void letReadersMeet(ReaderWriterLock lock) {
		CyclicBarrier together = new CyclicBarrier(3);
		List<Background<Boolean>> readers = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			readers.add(Background.start(() -> {
				try (LockHold hold = lock.acquire(LockMode.SHARED)) {
					together.await(30, TimeUnit.SECONDS);
				}
			}));
		}
		readers.forEach(Background::result);
	}

	private static void await(CyclicBarrier barrier) {
		try {
			barrier.await(30, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

	private void assertOthersMay(boolean read, boolean update, boolean write) {
		assertOthersMay(this.lock, read, update, write);
	}

	private static void assertOthersMay(ReaderWriterLock lock, boolean read, boolean update, boolean write) {
		assertThat(Others.mayTake(lock, LockMode.SHARED)).as("reading").isEqualTo(read);
		assertThat(Others.mayTake(lock, LockMode.UPDATE)).as("updating").isEqualTo(update);
		assertThat(Others.mayTake(lock, LockMode.EXCLUSIVE)).as("writing").isEqualTo(write);
	}

	/**
	 * All sequences of acquisitions, and for each all orders of release, against three
	 * numbers that say what the lock must do.
	 */
	private static final class Model implements AutoCloseable {

		private final ExecutorService other = Executors.newSingleThreadExecutor();

		private final Map<LockMode, Integer> holds = new EnumMap<>(LockMode.class);

		private final List<LockMode> history = new ArrayList<>();

		private final ReaderWriterLock lock;

		private int refused;

		private int checks;

		Model(ReaderWriterLock lock) {
			this.lock = lock;
			for (LockMode mode : LockMode.values()) {
				this.holds.put(mode, 0);
			}
		}

		/** All sequences that go on from here. */
		void acquire(int more) {
			releaseInEveryOrder(new ArrayList<>());
			for (LockMode mode : (more > 0) ? LockMode.values() : new LockMode[0]) {
				this.history.forEach(this::take);
				boolean legal = mayAcquire(mode);
				if (!legal) {
					assertThatExceptionOfType(LockUpgradeException.class).as("%s after %s", mode, this.history)
						.isThrownBy(() -> this.lock.side(mode).lock());
					this.refused++;
					check();
				}
				this.history.forEach(this::drop);
				if (legal) {
					this.history.add(mode);
					acquire(more - 1);
					this.history.remove(this.history.size() - 1);
				}
			}
		}

		/** The same sequence once more for each order of release. */
		private void releaseInEveryOrder(List<LockMode> released) {
			if (released.size() < this.history.size()) {
				for (LockMode mode : LockMode.values()) {
					if (Collections.frequency(released, mode) < Collections.frequency(this.history, mode)) {
						released.add(mode);
						releaseInEveryOrder(released);
						released.remove(released.size() - 1);
					}
				}
				return;
			}
			this.history.forEach(this::take);
			check();
			for (LockMode mode : released) {
				drop(mode);
				check();
			}
		}

		private void take(LockMode mode) {
			// in turns by the different ways
			switch (this.checks % 3) {
				case 0 -> this.lock.side(mode).lock();
				case 1 -> assertThat(this.lock.side(mode).tryLock()).isTrue();
				default -> assertThat(this.lock.tryAcquire(mode).isAcquired()).isTrue();
			}
			this.holds.merge(mode, 1, Integer::sum);
		}

		private void drop(LockMode mode) {
			this.lock.side(mode).unlock();
			this.holds.merge(mode, -1, Integer::sum);
		}

		private int held(LockMode mode) {
			return this.holds.getOrDefault(mode, 0);
		}

		private boolean mayAcquire(LockMode mode) {
			return mode == LockMode.SHARED || held(LockMode.UPDATE) > 0 || held(LockMode.EXCLUSIVE) > 0
					|| held(LockMode.SHARED) == 0;
		}

		private void check() {
			this.checks++;
			for (LockMode mode : LockMode.values()) {
				assertThat(this.lock.holdCount(mode)).as("%s after %s", mode, this.history).isEqualTo(held(mode));
				assertThat(this.lock.isHeld(mode)).as("%s after %s", mode, this.history).isEqualTo(held(mode) > 0);
			}
			boolean read = held(LockMode.EXCLUSIVE) == 0;
			boolean update = read && held(LockMode.UPDATE) == 0;
			boolean write = update && held(LockMode.SHARED) == 0;
			assertThat(others()).as("what others may do beside %s after %s", this.holds, this.history)
				.containsExactly(read, read, update, update, write, write);
		}

		/**
		 * For each mode, whether another thread gets it by an attempt, and by barging.
		 */
		private List<Boolean> others() {
			try {
				return this.other.submit(() -> {
					List<Boolean> answers = new ArrayList<>();
					for (LockMode mode : LockMode.values()) {
						try (LockAttempt attempt = this.lock.tryAcquire(mode)) {
							answers.add(attempt.isAcquired());
						}
						boolean barged = this.lock.side(mode).tryLock();
						answers.add(barged);
						if (barged) {
							this.lock.side(mode).unlock();
						}
					}
					return answers;
				}).get(30, TimeUnit.SECONDS);
			}
			catch (Exception ex) {
				throw new AssertionError(ex);
			}
		}

		@Override
		public void close() {
			this.other.shutdownNow();
		}

	}

}
