package org.fasteners.thread;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockInterruptedException;
import org.fasteners.LockMode;
import org.fasteners.LockUpgradeException;
import org.fasteners.Locks;
import org.fasteners.thread.ReaderWriterLock.Owner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The tests that fasteners has for its {@code ReaderWriterLock}, in their order; the name
 * upstream stands above each. Where upstream has a test for the scoped and for the plain
 * form, so is it here.
 */
@Timeout(120)
class UpstreamReaderWriterLockTests {

	private final ReaderWriterLock lock = new ReaderWriterLock("upstream");

	private final AtomicInteger readers = new AtomicInteger();

	private final AtomicInteger writers = new AtomicInteger();

	private final AtomicInteger sections = new AtomicInteger();

	// test_no_double_writers
	@ParameterizedTest
	@EnumSource
	void thereAreNeverTwoWritersAtOnce(Form form) {
		all(20, (number) -> {
			for (int round = 0; round < 100; round++) {
				form.in(this.lock, LockMode.EXCLUSIVE, this::write);
			}
		});
		assertThat(this.sections).hasValue(2000);
		assertFreeOfAll();
	}

	// test_no_concurrent_readers_writers
	@ParameterizedTest
	@EnumSource
	void aWriterNeverOverlapsAnybody(Form form) {
		all(20, (number) -> {
			for (int round = 0; round < 100; round++) {
				boolean writes = ThreadLocalRandom.current().nextBoolean();
				form.in(this.lock, writes ? LockMode.EXCLUSIVE : LockMode.SHARED, writes ? this::write : this::read);
			}
		});
		assertThat(this.sections).hasValue(2000);
		assertFreeOfAll();
	}

	// test_writer_abort
	@ParameterizedTest
	@EnumSource
	void anExceptionOfAWriterComesOutAndNobodyHoldsTheLock(Form form) {
		abort(form, LockMode.EXCLUSIVE, Owner.WRITER);
	}

	// test_reader_abort
	@ParameterizedTest
	@EnumSource
	void anExceptionOfAReaderComesOutAndNobodyHoldsTheLock(Form form) {
		abort(form, LockMode.SHARED, Owner.READER);
	}

	private void abort(Form form, LockMode mode, Owner owner) {
		assertThatIllegalStateException().isThrownBy(() -> form.in(this.lock, mode, () -> {
			assertThat(this.lock.owner()).isEqualTo(owner);
			throw new IllegalStateException("broken");
		})).withMessage("broken");
		assertFreeOfAll();
	}

	// test_double_reader_abort
	@ParameterizedTest
	@EnumSource
	void nestedReadersThatThrowLetAllWritersThrough(Form form) {
		crowd(10, (number) -> form.in(this.lock, LockMode.EXCLUSIVE, this::write), 10,
				(number) -> assertThatIllegalStateException().isThrownBy(() -> form.in(this.lock, LockMode.SHARED,
						() -> form.in(this.lock, LockMode.SHARED, UpstreamReaderWriterLockTests::fail))));
		assertThat(this.sections).hasValue(10);
		assertFreeOfAll();
	}

	// test_double_reader_writer
	@ParameterizedTest
	@EnumSource
	void aNestedReadGoesBeforeTheWriterThatWaitsAlready(Form form) throws Exception {
		List<String> order = Collections.synchronizedList(new ArrayList<>());
		List<Background<Boolean>> writer = new ArrayList<>();
		form.in(this.lock, LockMode.SHARED, () -> {
			writer
				.add(Others.queued(this.lock, () -> form.in(this.lock, LockMode.EXCLUSIVE, () -> order.add("writer"))));
			form.in(this.lock, LockMode.SHARED, () -> order.add("reader"));
		});
		writer.forEach(Background::result);
		assertThat(order).containsExactly("reader", "writer");
	}

	// test_reader_chaotic
	@ParameterizedTest
	@EnumSource
	void whenHalfOfTheReadersThrowAllOthersGetIn(Form form) {
		AtomicInteger read = new AtomicInteger();
		crowd(10, (number) -> form.in(this.lock, LockMode.EXCLUSIVE, this::write), 10,
				(number) -> failing(number, form, LockMode.SHARED, () -> {
					read();
					read.incrementAndGet();
				}));
		assertThat(read).hasValue(5);
		assertThat(this.sections).hasValue(15);
		assertFreeOfAll();
	}

	// test_writer_chaotic
	@ParameterizedTest
	@EnumSource
	void whenHalfOfTheWritersThrowAllOthersGetIn(Form form) {
		AtomicInteger written = new AtomicInteger();
		crowd(10, (number) -> form.in(this.lock, LockMode.SHARED, this::read), 10,
				(number) -> failing(number, form, LockMode.EXCLUSIVE, () -> {
					write();
					written.incrementAndGet();
				}));
		assertThat(written).hasValue(5);
		assertThat(this.sections).hasValue(15);
		assertFreeOfAll();
	}

	private void failing(int number, Form form, LockMode mode, Background.Action body) throws Exception {
		if (number % 2 == 0) {
			form.in(this.lock, mode, body);
		}
		else {
			assertThatIllegalStateException()
				.isThrownBy(() -> form.in(this.lock, mode, UpstreamReaderWriterLockTests::fail))
				.withMessage("broken");
		}
	}

	// test_writer_reader_writer_ctx, test_writer_reader_writer_plain
	@ParameterizedTest
	@EnumSource
	void aWriterMayReadAndWriteAgain(Form form) throws Exception {
		form.in(this.lock, LockMode.EXCLUSIVE, () -> {
			assertIs(true, false);
			form.in(this.lock, LockMode.SHARED, () -> {
				assertIs(true, true);
				form.in(this.lock, LockMode.EXCLUSIVE, () -> assertIs(true, true));
				assertIs(true, true);
			});
			assertIs(true, false);
		});
		assertIs(false, false);
		assertFreeOfAll();
	}

	// test_single_reader_writer_ctx, test_single_reader_writer_plain
	@ParameterizedTest
	@EnumSource
	void oneThreadMayReadThenWriteThenRead(Form form) throws Exception {
		assertIs(false, false);
		form.in(this.lock, LockMode.SHARED, () -> assertIs(false, true));
		form.in(this.lock, LockMode.EXCLUSIVE, () -> assertIs(true, false));
		form.in(this.lock, LockMode.SHARED, () -> assertIs(false, true));
		assertIs(false, false);
		assertFreeOfAll();
	}

	// test_reader_to_writer_ctx, test_reader_to_writer_plain
	@ParameterizedTest
	@EnumSource
	void aReaderCannotBecomeWriterAndReadsOn(Form form) throws Exception {
		form.in(this.lock, LockMode.SHARED, () -> {
			assertThatExceptionOfType(LockUpgradeException.class)
				.isThrownBy(() -> form.in(this.lock, LockMode.EXCLUSIVE, UpstreamReaderWriterLockTests::fail));
			assertIs(false, true);
		});
		assertIs(false, false);
		assertFreeOfAll();
	}

	// test_writer_to_reader_ctx, test_writer_to_reader_plain
	@ParameterizedTest
	@EnumSource
	void aWriterThatEndsReadingStillWrites(Form form) throws Exception {
		form.in(this.lock, LockMode.EXCLUSIVE, () -> {
			assertIs(true, false);
			form.in(this.lock, LockMode.SHARED, () -> assertIs(true, true));
			assertIs(true, false);
			assertThat(Others.mayTake(this.lock, LockMode.SHARED)).isFalse();
		});
		assertIs(false, false);
		assertFreeOfAll();
	}

	// test_double_writer_ctx, test_double_writer_plain
	@ParameterizedTest
	@EnumSource
	void theInnerReleaseOfAWriterKeepsTheLock(Form form) throws Exception {
		form.in(this.lock, LockMode.EXCLUSIVE, () -> {
			assertIs(true, false);
			form.in(this.lock, LockMode.EXCLUSIVE, () -> assertIs(true, false));
			assertIs(true, false);
			assertThat(Others.mayTake(this.lock, LockMode.SHARED)).isFalse();
		});
		assertIs(false, false);
		assertFreeOfAll();
	}

	// test_double_reader_ctx, test_double_reader_plain
	@ParameterizedTest
	@EnumSource
	void theInnerReleaseOfAReaderKeepsTheLock(Form form) throws Exception {
		form.in(this.lock, LockMode.SHARED, () -> {
			assertIs(false, true);
			form.in(this.lock, LockMode.SHARED, () -> assertIs(false, true));
			assertIs(false, true);
			assertThat(Others.mayTake(this.lock, LockMode.EXCLUSIVE)).isFalse();
		});
		assertIs(false, false);
		assertFreeOfAll();
	}

	// test_multi_reader_multi_writer
	@Test
	void theTimesOfTenReadersAndTenWritersNeverOverlapWhereTheyMustNot() {
		assertNoOverlaps(10, 10);
	}

	// test_multi_reader_single_writer
	@Test
	void theTimesOfNineReadersAndOneWriterNeverOverlapWhereTheyMustNot() {
		assertNoOverlaps(9, 1);
	}

	// test_multi_writer
	@Test
	void theTimesOfTenWritersNeverOverlap() {
		assertNoOverlaps(0, 10);
	}

	/** By a clock that counts entries and exits. */
	private void assertNoOverlaps(int reading, int writing) {
		AtomicLong clock = new AtomicLong();
		List<Interval> reads = Collections.synchronizedList(new ArrayList<>());
		List<Interval> writes = Collections.synchronizedList(new ArrayList<>());
		all(reading + writing, (number) -> {
			LockMode mode = (number < reading) ? LockMode.SHARED : LockMode.EXCLUSIVE;
			for (int round = 0; round < 20; round++) {
				try (LockHold hold = this.lock.acquire(mode)) {
					long start = clock.incrementAndGet();
					Thread.yield();
					((mode == LockMode.SHARED) ? reads : writes).add(new Interval(start, clock.incrementAndGet()));
				}
			}
		});
		assertThat(reads).hasSize(20 * reading);
		assertThat(writes).hasSize(20 * writing);
		List<Interval> everybody = new ArrayList<>(reads);
		everybody.addAll(writes);
		for (Interval write : writes) {
			assertThat(everybody.stream().filter((other) -> !other.equals(write) && other.overlaps(write))).isEmpty();
		}
		assertFreeOfAll();
	}

	// test_deadlock_reproducer
	@ParameterizedTest
	@EnumSource
	void aWriterThatReadsBesideAnotherWriterEnds(Form form) {
		List<Background<Boolean>> both = List.of(Background.start(() -> {
			for (int round = 0; round < 1000; round++) {
				form.in(this.lock, LockMode.EXCLUSIVE,
						() -> form.in(this.lock, LockMode.SHARED, this.sections::incrementAndGet));
			}
		}), Background.start(() -> {
			for (int round = 0; round < 1000; round++) {
				form.in(this.lock, LockMode.EXCLUSIVE, this.sections::incrementAndGet);
			}
		}));
		both.forEach(Background::result);
		assertThat(this.sections).hasValue(2000);
		assertFreeOfAll();
	}

	// test_error_when_releasing_write_lock_without_write_lock
	@Test
	void releasingAWriteLockThatIsNotHeldIsAnError() {
		assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(this.lock.writeLock()::unlock)
			.withMessage("'upstream' is not held for writing by this owner");
		assertFreeOfAll();
	}

	// test_error_when_releasing_read_lock_without_read_lock
	@Test
	void releasingAReadLockThatIsNotHeldIsAnError() {
		assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(this.lock.readLock()::unlock)
			.withMessage("'upstream' is not held for reading by this owner");
		assertFreeOfAll();
	}

	// test_try_lock
	@Test
	void aTriedLockIsTakenOnceAndRefusedToOthersMeanwhile() {
		Lock write = this.lock.writeLock();
		try (LockAttempt outer = Locks.tryLock(write)) {
			assertThat(outer.isAcquired()).isTrue();
			assertThat(Background.elsewhere(() -> {
				try (LockAttempt inner = Locks.tryLock(write)) {
					return inner.isAcquired();
				}
			})).isFalse();
			// the lock of Python's test does not re-enter; this one does
			try (LockAttempt again = Locks.tryLock(write)) {
				assertThat(again.isAcquired()).isTrue();
			}
			assertThat(this.lock.isWriter(false)).isTrue();
		}
		assertFreeOfAll();
	}

	// test_eventlet_spawn_n_bug
	@Test
	void tasksOfOneThreadAreOneOwnerIfNobodySaysOtherwise() {
		// Task 1 writes and is suspended; task 2 runs on the same thread.
		this.lock.writeLock().lock();
		assertThat(this.lock.writeLock().tryLock()).isTrue();
		assertThat(this.lock.holdCount(LockMode.EXCLUSIVE)).isEqualTo(2);
		this.lock.writeLock().unlock();
		this.lock.writeLock().unlock();
		assertFreeOfAll();
	}

	// test_eventlet_spawn_n_bugfix
	@Test
	void tasksOfOneThreadExcludeOneAnotherIfTheyAreOwners() {
		String[] task = { "task 1" };
		ReaderWriterLock tasks = ReaderWriterLock.builder().name("tasks").owners(() -> task[0]).build();
		tasks.writeLock().lock();
		task[0] = "task 2";
		assertThat(tasks.writeLock().tryLock()).isFalse();
		assertThat(tasks.readLock().tryLock()).isFalse();
		task[0] = "task 1";
		tasks.writeLock().unlock();
		task[0] = "task 2";
		assertThat(tasks.writeLock().tryLock()).isTrue();
		tasks.writeLock().unlock();
		Others.assertFree(tasks);
	}

	// What upstream has no test for, and does wrong.

	@ParameterizedTest
	@EnumSource
	void anInterruptedWaiterLeavesNoGhost(LockMode mode) {
		LockHold write = this.lock.acquire(LockMode.EXCLUSIVE);
		Background<Boolean> waiter = Others.queued(this.lock, () -> {
			assertThatExceptionOfType(LockInterruptedException.class).isThrownBy(() -> this.lock.acquire(mode));
			assertThat(this.lock.isWriter(true)).isFalse();
			assertThat(this.lock.isReader()).isFalse();
			assertThat(Thread.interrupted()).isTrue();
			// upstream this raises: a pending writer must not read
			try (LockAttempt attempt = this.lock.tryAcquire(LockMode.SHARED)) {
				assertThat(attempt.isAcquired()).isFalse();
			}
		});
		assertThat(this.lock.hasPendingWriters()).isEqualTo(mode == LockMode.EXCLUSIVE);
		waiter.thread().interrupt();
		waiter.result();
		assertThat(this.lock.hasPendingWriters()).isFalse();
		assertThat(this.lock.queueLength()).isZero();
		write.close();
		for (LockMode next : LockMode.values()) {
			assertThat(Others.mayTake(this.lock, next)).isTrue();
		}
		assertFreeOfAll();
	}

	@Test
	void theEndOfAScopeTakesAwayItsOwnHoldAndNoOther() {
		try (LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE)) {
			this.lock.writeLock().lock();
		}
		assertThat(this.lock.holdCount(LockMode.EXCLUSIVE)).isEqualTo(1);
		assertThat(Others.mayTake(this.lock, LockMode.SHARED)).isFalse();
		this.lock.writeLock().unlock();
		assertFreeOfAll();
	}

	@ParameterizedTest
	@EnumSource
	void theEndOfAScopeThatWasReleasedInsideIsAnErrorAndTouchesNobodyElse(LockMode mode) {
		CountDownLatch mayEnd = new CountDownLatch(1);
		LockHold hold = this.lock.acquire(mode);
		this.lock.side(mode).unlock();
		Background<Boolean> other = Background.start(() -> {
			try (LockHold theirs = this.lock.acquire(mode)) {
				mayEnd.await();
				// upstream the writer is evicted by now
				assertThat(this.lock.holdCount(mode)).isEqualTo(1);
			}
		});
		Background.until(() -> this.lock.isHeld(mode));
		assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(hold::close);
		assertThat(this.lock.isHeld(mode)).isTrue();
		mayEnd.countDown();
		other.result();
		assertFreeOfAll();
	}

	@ParameterizedTest
	@EnumSource
	void anotherThreadCannotRelease(LockMode mode) {
		LockHold hold = this.lock.acquire(mode);
		Background.elsewhere(() -> {
			assertThatExceptionOfType(IllegalMonitorStateException.class)
				.isThrownBy(() -> this.lock.side(mode).unlock());
			assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(hold::close);
			return true;
		});
		assertThat(this.lock.holdCount(mode)).isEqualTo(1);
		hold.close();
		assertFreeOfAll();
	}

	@ParameterizedTest
	@EnumSource
	void whoDiesHoldingKeepsTheLock(LockMode mode) {
		Background.elsewhere(() -> {
			this.lock.side(mode).lock();
			return true;
		});
		assertThat(this.lock.isHeld(mode)).isTrue();
		assertThat(Others.mayTake(this.lock, LockMode.EXCLUSIVE)).isFalse();
		assertThat(Others.mayTake(this.lock, LockMode.SHARED)).isEqualTo(mode != LockMode.EXCLUSIVE);
	}

	private static void fail() {
		throw new IllegalStateException("broken");
	}

	private void read() {
		this.readers.incrementAndGet();
		Thread.yield();
		assertThat(this.writers).hasValue(0);
		this.readers.decrementAndGet();
		this.sections.incrementAndGet();
	}

	private void write() {
		assertThat(this.writers.incrementAndGet()).isEqualTo(1);
		Thread.yield();
		assertThat(this.readers).hasValue(0);
		assertThat(this.writers.decrementAndGet()).isZero();
		this.sections.incrementAndGet();
	}

	private void assertIs(boolean writer, boolean reader) {
		assertThat(this.lock.isWriter(true)).isEqualTo(writer);
		assertThat(this.lock.isWriter(false)).isEqualTo(writer);
		assertThat(this.lock.isReader()).isEqualTo(reader);
	}

	private void assertFreeOfAll() {
		Others.assertFree(this.lock);
	}

	private static void crowd(int some, Numbered action, int others, Numbered other) {
		all(some + others, (number) -> {
			if (number < some) {
				action.run(number);
			}
			else {
				other.run(number - some);
			}
		});
	}

	private static void all(int threads, Numbered action) {
		CyclicBarrier start = new CyclicBarrier(threads);
		List<Background<Boolean>> all = new ArrayList<>();
		for (int i = 0; i < threads; i++) {
			int number = i;
			all.add(Background.start(() -> {
				start.await(30, TimeUnit.SECONDS);
				action.run(number);
			}));
		}
		all.forEach(Background::result);
	}

	/**
	 * What a thread of a crowd does.
	 */
	@FunctionalInterface
	private interface Numbered {

		void run(int number) throws Exception;

	}

	/**
	 * From when to when.
	 */
	private record Interval(long start, long end) {

		boolean overlaps(Interval other) {
			return this.start < other.end && other.start < this.end;
		}

	}

	/**
	 * How a lock is taken and released around something.
	 */
	enum Form {

		SCOPED {
			@Override
			void in(ReaderWriterLock lock, LockMode mode, Background.Action body) throws Exception {
				try (LockHold hold = lock.acquire(mode)) {
					body.run();
				}
			}
		},

		PLAIN {
			@Override
			void in(ReaderWriterLock lock, LockMode mode, Background.Action body) throws Exception {
				Lock side = lock.side(mode);
				side.lock();
				try {
					body.run();
				}
				finally {
					side.unlock();
				}
			}
		};

		abstract void in(ReaderWriterLock lock, LockMode mode, Background.Action body) throws Exception;

	}

}
