package org.fasteners.thread;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@link LockPreference} promises, and what tells each from the others.
 */
@Timeout(120)
class LockPreferenceTests {

	/** How often a writer is overtaken here at most: less often than elsewhere. */
	private static final int MOST_OVERTAKERS = 64;

	/**
	 * How many writes may go before the first writer that waits: as often as it may be
	 * overtaken, and the one in which it began to wait. See the queue.
	 */
	private static final long MOST_SECTIONS = MOST_OVERTAKERS + 1;

	private final List<String> order = Collections.synchronizedList(new ArrayList<>());

	private static ReaderWriterLock lock(LockPreference preference) {
		return ReaderWriterLock.builder().name("preferred").preference(preference).build();
	}

	@ParameterizedTest
	@EnumSource
	void aLockTellsItsPreference(LockPreference preference) {
		assertThat(lock(preference).preference()).isEqualTo(preference);
		assertThat(new ReaderWriterLock().preference()).isEqualTo(LockPreference.WRITER);
	}

	@ParameterizedTest
	@EnumSource(names = { "WRITER", "FAIR" })
	void whenAWriterWaitsANewReaderQueues(LockPreference preference) {
		ReaderWriterLock lock = lock(preference);
		LockHold read = lock.acquire(LockMode.SHARED);
		Background<Boolean> writer = queue(lock, "writer");
		Background<Boolean> reader = queue(lock, "reader");
		read.close();
		end(writer, reader);
		assertThat(this.order).containsExactly("writer", "reader");
		Others.assertFree(lock);
	}

	@ParameterizedTest
	@EnumSource(names = { "WRITER", "FAIR" })
	void whenAWriterWaitsAReaderThatReentersDoesNotQueue(LockPreference preference) throws Exception {
		ReaderWriterLock lock = lock(preference);
		LockHold read = lock.acquire(LockMode.SHARED);
		Background<Boolean> writer = queue(lock, "writer");
		lock.readLock().lock();
		assertThat(lock.readLock().tryLock(1, TimeUnit.HOURS)).isTrue();
		try (LockAttempt again = lock.tryAcquire(LockMode.SHARED)) {
			assertThat(again.isAcquired()).isTrue();
		}
		assertThat(this.order).isEmpty();
		lock.readLock().unlock();
		lock.readLock().unlock();
		read.close();
		end(writer);
		Others.assertFree(lock);
	}

	@Test
	void underReaderPreferenceANewReaderGoesBeforeAWriterThatWaits() {
		ReaderWriterLock lock = lock(LockPreference.READER);
		LockHold read = lock.acquire(LockMode.SHARED);
		Background<Boolean> writer = queue(lock, "writer");
		for (int i = 0; i < 5; i++) {
			Background.elsewhere(() -> {
				lock.readLock().lock();
				lock.readLock().unlock();
				lock.acquire(LockMode.SHARED).close();
				return true;
			});
			assertThat(Others.mayTake(lock, LockMode.SHARED)).isTrue();
		}
		assertThat(lock.hasPendingWriters()).isTrue();
		assertThat(this.order).isEmpty();
		read.close();
		end(writer);
		Others.assertFree(lock);
	}

	@Test
	void underWriterPreferenceAWriterThatCameLaterGoesBeforeReadersThatWait() {
		for (int round = 0; round < 50; round++) {
			assertThat(afterAWrite(LockPreference.WRITER)).containsExactly("writer", "reader", "reader", "reader");
		}
	}

	@Test
	void underFairPreferenceAllReadersThatWaitedGoBeforeTheNextWriter() {
		for (int round = 0; round < 50; round++) {
			assertThat(afterAWrite(LockPreference.FAIR)).containsExactly("reader", "reader", "reader", "writer");
		}
	}

	@Test
	void underReaderPreferenceAllReadersThatWaitedGoBeforeTheNextWriter() {
		for (int round = 0; round < 50; round++) {
			assertThat(afterAWrite(LockPreference.READER)).containsExactly("reader", "reader", "reader", "writer");
		}
	}

	/** A writer holds; three readers queue, then another writer; the first one leaves. */
	private List<String> afterAWrite(LockPreference preference) {
		ReaderWriterLock lock = lock(preference);
		this.order.clear();
		LockHold write = lock.acquire(LockMode.EXCLUSIVE);
		List<Background<Boolean>> all = new ArrayList<>();
		for (String who : List.of("reader", "reader", "reader", "writer")) {
			all.add(queue(lock, who));
		}
		write.close();
		all.forEach(Background::result);
		Others.assertFree(lock);
		return List.copyOf(this.order);
	}

	@Test
	void underReaderPreferenceAWriterThatEndsLetsReadersInBesideWhichOthersRead() {
		ReaderWriterLock lock = lock(LockPreference.READER);
		LockHold write = lock.acquire(LockMode.EXCLUSIVE);
		Actor reader = new Actor(lock, LockMode.SHARED);
		write.close();
		reader.awaitInside();
		Background<Boolean> writer = queue(lock, "writer");
		lock.acquire(LockMode.SHARED).close();
		assertThat(this.order).isEmpty();
		reader.leave();
		end(writer);
		Others.assertFree(lock);
	}

	@ParameterizedTest
	@EnumSource
	void writersAndUpdatersAreServedInTheOrderOfTheirArrival(LockPreference preference) {
		for (int round = 0; round < 20; round++) {
			ReaderWriterLock lock = lock(preference);
			this.order.clear();
			LockHold write = lock.acquire(LockMode.EXCLUSIVE);
			List<Background<Boolean>> all = new ArrayList<>();
			for (int i = 0; i < 6; i++) {
				String number = String.valueOf(i);
				all.add(Others.queue(lock, (i % 3 == 2) ? LockMode.UPDATE : LockMode.EXCLUSIVE,
						() -> this.order.add(number)));
			}
			write.close();
			all.forEach(Background::result);
			assertThat(this.order).containsExactly("0", "1", "2", "3", "4", "5");
		}
	}

	@Test
	void underFairPreferenceReadersAndWritersTakeTurnsByPhases() {
		ReaderWriterLock lock = lock(LockPreference.FAIR);
		LockHold write = lock.acquire(LockMode.EXCLUSIVE);
		Actor w1 = new Actor(lock, LockMode.EXCLUSIVE);
		Actor r1 = new Actor(lock, LockMode.SHARED);
		Actor r2 = new Actor(lock, LockMode.SHARED);
		Actor w2 = new Actor(lock, LockMode.EXCLUSIVE);
		Actor r3 = new Actor(lock, LockMode.SHARED);
		Actor w3 = new Actor(lock, LockMode.EXCLUSIVE);
		write.close();
		phase(lock, r1, r2, r3);
		w1.awaitInside();
		Actor r4 = new Actor(lock, LockMode.SHARED);
		Actor w4 = new Actor(lock, LockMode.EXCLUSIVE);
		Actor r5 = new Actor(lock, LockMode.SHARED);
		phase(lock, w1);
		phase(lock, r4, r5);
		w2.awaitInside();
		Actor r6 = new Actor(lock, LockMode.SHARED);
		phase(lock, w2);
		r6.awaitInside();
		// who comes while others read waits for the writer that waits already
		Actor r7 = new Actor(lock, LockMode.SHARED);
		phase(lock, r6);
		phase(lock, w3);
		phase(lock, r7);
		phase(lock, w4);
		Others.assertFree(lock);
	}

	/** These are inside all at once, and nobody else is; then they leave. */
	private static void phase(ReaderWriterLock lock, Actor... actors) {
		for (Actor actor : actors) {
			actor.awaitInside();
		}
		assertThat(lock.holders()).hasSize(actors.length);
		for (Actor actor : actors) {
			actor.leave();
		}
	}

	// Starvation is told in sections of others, not in time.

	/*
	 * Whoever is seen in the queue has said what it waits for. Those who started before
	 * that may be counted after it, so each of the threads that crowd may have one
	 * section more; all others queue behind it.
	 */
	@ParameterizedTest
	@EnumSource(names = { "WRITER", "FAIR" })
	void readersThatOverlapWithoutEndDoNotKeepAWriterOut(LockPreference preference) {
		try (Crowd crowd = new Crowd(preference, 3, LockMode.SHARED)) {
			for (int round = 0; round < 20; round++) {
				assertThat(crowd.sectionsBefore(LockMode.EXCLUSIVE)).isLessThanOrEqualTo(3);
			}
		}
	}

	/*
	 * The reader that is seen in the queue is let in when the write ends that goes on.
	 */
	@Test
	void underFairPreferenceWritersDoNotKeepAReaderOut() {
		try (Crowd crowd = new Crowd(LockPreference.FAIR, 3, LockMode.EXCLUSIVE)) {
			for (int round = 0; round < 20; round++) {
				assertThat(crowd.sectionsBefore(LockMode.SHARED)).isLessThanOrEqualTo(1);
			}
		}
	}

	/*
	 * Before a writer go the one that writes, and those who are in the queue before it.
	 */
	@Test
	void underFairPreferenceWritersDoNotKeepAWriterOut() {
		try (Crowd crowd = new Crowd(LockPreference.FAIR, 3, LockMode.EXCLUSIVE)) {
			for (int round = 0; round < 20; round++) {
				assertThat(crowd.sectionsBefore(LockMode.EXCLUSIVE)).isLessThanOrEqualTo(3);
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "WRITER", "READER" })
	void runningWritersOvertakeTheFirstThatWaitsABoundedNumberOfTimes(LockPreference preference) {
		try (Crowd crowd = new Crowd(preference, 1, LockMode.EXCLUSIVE)) {
			for (int round = 0; round < 20; round++) {
				assertThat(crowd.sectionsBefore(LockMode.EXCLUSIVE)).isLessThanOrEqualTo(MOST_SECTIONS);
				assertThat(crowd.sectionsBefore(LockMode.UPDATE)).isLessThanOrEqualTo(MOST_SECTIONS);
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "WRITER", "READER" })
	void runningUpdatersOvertakeTheFirstThatWaitsABoundedNumberOfTimes(LockPreference preference) {
		try (Crowd crowd = new Crowd(preference, 1, LockMode.UPDATE)) {
			for (int round = 0; round < 20; round++) {
				assertThat(crowd.sectionsBefore(LockMode.EXCLUSIVE)).isLessThanOrEqualTo(MOST_SECTIONS);
				assertThat(crowd.sectionsBefore(LockMode.UPDATE)).isLessThanOrEqualTo(MOST_SECTIONS);
			}
		}
	}

	/*
	 * No reader starves. Nothing says how often it is overtaken; it must not be more
	 * often than a writer.
	 */
	@Test
	void underReaderPreferenceARunningWriterOvertakesReadersABoundedNumberOfTimes() {
		try (Crowd crowd = new Crowd(LockPreference.READER, 1, LockMode.EXCLUSIVE)) {
			for (int round = 0; round < 20; round++) {
				assertThat(crowd.sectionsBefore(LockMode.SHARED)).isLessThanOrEqualTo(MOST_SECTIONS);
			}
		}
	}

	// Attempts

	@ParameterizedTest
	@EnumSource
	void tryLockWithoutATimeReadsBesideAReaderWhileAWriterWaits(LockPreference preference) {
		ReaderWriterLock lock = lock(preference);
		LockHold read = lock.acquire(LockMode.SHARED);
		Background<Boolean> writer = queue(lock, "writer");
		for (int i = 0; i < 50; i++) {
			assertThat(Others.mayBarge(lock.readLock())).isTrue();
		}
		assertThat(this.order).isEmpty();
		read.close();
		end(writer);
		Others.assertFree(lock);
	}

	@Test
	void tryLockWithoutATimeUpdatesBesideAReaderWhileAWriterWaitsUnderReaderPreference() {
		// under the others the writer that waits keeps the place of an updater already
		ReaderWriterLock lock = lock(LockPreference.READER);
		LockHold read = lock.acquire(LockMode.SHARED);
		Background<Boolean> writer = queue(lock, "writer");
		assertThat(Others.mayBarge(lock.updateLock())).isTrue();
		assertThat(Others.mayTake(lock, LockMode.UPDATE)).isFalse();
		assertThat(this.order).isEmpty();
		read.close();
		end(writer);
		Others.assertFree(lock);
	}

	@ParameterizedTest
	@EnumSource
	void tryLockDoesNotGetWhatSomebodyHolds(LockPreference preference) {
		ReaderWriterLock lock = lock(preference);
		LockHold read = lock.acquire(LockMode.SHARED);
		Background<Boolean> writer = queue(lock, "writer");
		assertThat(Others.mayBarge(lock.writeLock())).isFalse();
		read.close();
		end(writer);
		Others.assertFree(lock);
	}

	@ParameterizedTest
	@EnumSource
	void anAttemptDoesNotOvertake(LockPreference preference) {
		ReaderWriterLock lock = lock(preference);
		LockHold read = lock.acquire(LockMode.SHARED);
		Background<Boolean> writer = queue(lock, "writer");
		boolean besideWaitingWriters = preference == LockPreference.READER;
		for (LockMode mode : LockMode.values()) {
			assertThat(Background.elsewhere(() -> {
				try (LockAttempt attempt = lock.tryAcquire(mode, Duration.ZERO)) {
					return attempt.isAcquired();
				}
			})).isEqualTo(besideWaitingWriters && mode == LockMode.SHARED);
			assertThat(Others.mayTake(lock, mode)).isEqualTo(besideWaitingWriters && mode == LockMode.SHARED);
			assertThat(Background.elsewhere(() -> {
				boolean locked = lock.side(mode).tryLock(0, TimeUnit.SECONDS);
				if (locked) {
					lock.side(mode).unlock();
				}
				return locked;
			})).isEqualTo(besideWaitingWriters && mode == LockMode.SHARED);
		}
		read.close();
		end(writer);
		Others.assertFree(lock);
	}

	@ParameterizedTest
	@EnumSource
	void anAttemptDoesNotOvertakeAnUpdaterThatWaits(LockPreference preference) {
		ReaderWriterLock lock = lock(preference);
		LockHold update = lock.acquire(LockMode.UPDATE);
		Background<Boolean> updater = Others.queue(lock, LockMode.UPDATE, () -> this.order.add("updater"));
		assertThat(Others.mayTake(lock, LockMode.UPDATE)).isFalse();
		// nobody waits to write
		assertThat(Others.mayTake(lock, LockMode.SHARED)).isTrue();
		update.close();
		end(updater);
		Others.assertFree(lock);
	}

	@ParameterizedTest
	@EnumSource
	void aTimedTryLockKeepsTheOrder(LockPreference preference) {
		ReaderWriterLock lock = lock(preference);
		LockHold read = lock.acquire(LockMode.SHARED);
		Background<Boolean> writer = queue(lock, "writer");
		Background.Action timed = () -> {
			assertThat(lock.readLock().tryLock(1, TimeUnit.HOURS)).isTrue();
			this.order.add("reader");
			lock.readLock().unlock();
		};
		if (preference == LockPreference.READER) {
			Background.start(timed).result();
			assertThat(this.order).containsExactly("reader");
			read.close();
			end(writer);
		}
		else {
			Background<Boolean> reader = Others.queued(lock, timed);
			read.close();
			end(writer, reader);
			assertThat(this.order).containsExactly("writer", "reader");
		}
		Others.assertFree(lock);
	}

	@ParameterizedTest
	@EnumSource
	void aTimedTryLockThatEndsInVainHoldsNobodyBackAnyMore(LockPreference preference) {
		ReaderWriterLock lock = lock(preference);
		LockHold read = lock.acquire(LockMode.SHARED);
		assertThat(Background.elsewhere(() -> lock.writeLock().tryLock(20, TimeUnit.MILLISECONDS))).isFalse();
		assertThat(Others.mayTake(lock, LockMode.SHARED)).isTrue();
		assertThat(Background.elsewhere(() -> {
			lock.readLock().lock();
			lock.readLock().unlock();
			return true;
		})).isTrue();
		read.close();
		Others.assertFree(lock);
	}

	private Background<Boolean> queue(ReaderWriterLock lock, String who) {
		return Others.queue(lock, who.equals("writer") ? LockMode.EXCLUSIVE : LockMode.SHARED,
				() -> this.order.add(who));
	}

	private static void end(Background<?>... all) {
		Arrays.stream(all).forEach(Background::result);
	}

	/**
	 * Somebody who waits, and once inside stays until it is told to leave.
	 */
	private static final class Actor {

		private final CountDownLatch inside = new CountDownLatch(1);

		private final CountDownLatch over = new CountDownLatch(1);

		private final Background<Boolean> thread;

		Actor(ReaderWriterLock lock, LockMode mode) {
			this.thread = Others.queue(lock, mode, () -> {
				this.inside.countDown();
				this.over.await();
			});
		}

		void awaitInside() {
			Background.until(() -> this.inside.getCount() == 0);
		}

		void leave() {
			this.over.countDown();
			this.thread.result();
		}

	}

	/**
	 * Threads that take and release a lock all the time, and are counted.
	 */
	private static final class Crowd implements AutoCloseable {

		private final AtomicLong sections = new AtomicLong();

		private final AtomicBoolean over = new AtomicBoolean();

		private final LockCore core;

		private final ReaderWriterLock lock;

		private final List<Background<Boolean>> threads;

		Crowd(LockPreference preference, int threads, LockMode mode) {
			this.core = new LockCore("crowded", preference, null, 8, MOST_OVERTAKERS);
			this.lock = new ReaderWriterLock(this.core, null);
			this.threads = IntStream.range(0, threads).mapToObj((i) -> Background.start(() -> {
				while (!this.over.get()) {
					try (LockHold hold = this.lock.acquire(mode)) {
						this.sections.incrementAndGet();
						Thread.yield();
					}
				}
			})).toList();
			Background.until(() -> this.sections.get() > threads);
		}

		/** How many sections of the crowd start while somebody is in the queue. */
		long sectionsBefore(LockMode mode) {
			while (true) {
				AtomicLong inside = new AtomicLong(-1);
				Background<Boolean> guest = Background.start(() -> {
					try (LockHold hold = this.lock.acquire(mode)) {
						inside.set(this.sections.get());
					}
				});
				WaitQueue queue = this.core.queue();
				while (!guest.isDone() && !queue.isQueued(guest.thread(), mode)) {
					Thread.onSpinWait();
				}
				long seen = this.sections.get();
				guest.result();
				if (seen <= inside.get()) {
					return inside.get() - seen;
				}
				// it was inside before it was seen: another one
			}
		}

		@Override
		public void close() {
			this.over.set(true);
			this.threads.forEach(Background::result);
			Others.assertFree(this.lock);
		}

	}

}
