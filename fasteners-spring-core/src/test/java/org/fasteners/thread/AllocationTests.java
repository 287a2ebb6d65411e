package org.fasteners.thread;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.stream.Stream;

import com.sun.management.ThreadMXBean;
import org.fasteners.Background;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where nobody contends, locking and unlocking allocate nothing.
 */
@Timeout(60)
class AllocationTests {

	private static final int ROUNDS = 100_000;

	/** What the JVM itself may allocate meanwhile: far less than one object per round. */
	private static final long NOTHING = 20_000;

	private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	static Stream<Arguments> locks() {
		return Stream.of(LockPreference.values())
			.flatMap((preference) -> Stream.of(LockMode.values())
				.flatMap((mode) -> Stream.of(false, true).map((met) -> Arguments.of(preference, mode, met))));
	}

	@ParameterizedTest(name = "{0}, {1}, readers have met: {2}")
	@MethodSource("locks")
	void lockingAllocatesNothing(LockPreference preference, LockMode mode, boolean met) throws Exception {
		ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
		if (met) {
			letReadersMeet(lock);
		}
		Lock side = lock.side(mode);
		assertAllocatesNothing("lock", () -> {
			side.lock();
			side.unlock();
		});
		assertAllocatesNothing("lockInterruptibly", () -> {
			side.lockInterruptibly();
			side.unlock();
		});
		assertAllocatesNothing("tryLock", () -> {
			if (side.tryLock()) {
				side.unlock();
			}
		});
		assertAllocatesNothing("timed tryLock", () -> {
			if (side.tryLock(1, TimeUnit.SECONDS)) {
				side.unlock();
			}
		});
		side.lock();
		assertAllocatesNothing("re-entry", () -> {
			side.lock();
			side.unlock();
		});
		assertAllocatesNothing("re-entry by tryLock", () -> {
			if (side.tryLock()) {
				side.unlock();
			}
		});
		side.unlock();
		Others.assertFree(lock);
	}

	@ParameterizedTest
	@EnumSource
	void downgradeAndUpgradeAllocateNothing(LockPreference preference) throws Exception {
		ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
		letReadersMeet(lock);
		assertAllocatesNothing("downgrade", () -> {
			lock.writeLock().lock();
			lock.readLock().lock();
			lock.writeLock().unlock();
			lock.readLock().unlock();
		});
		assertAllocatesNothing("upgrade", () -> {
			lock.updateLock().lock();
			lock.writeLock().lock();
			lock.writeLock().unlock();
			lock.updateLock().unlock();
		});
		Others.assertFree(lock);
	}

	@Test
	void readersThatSwitchWithWritersAllocateNothing() throws Exception {
		ReaderWriterLock lock = new ReaderWriterLock();
		assertAllocatesNothing("turns", () -> {
			lock.readLock().lock();
			lock.readLock().unlock();
			lock.writeLock().lock();
			lock.writeLock().unlock();
		});
		Others.assertFree(lock);
	}

	@Test
	void whatAllocatesIsSeen() throws Exception {
		Object[] kept = new Object[1];
		assertThat(allocated(() -> kept[0] = new Object())).isGreaterThan(10 * NOTHING);
		assertThat(kept[0]).isNotNull();
	}

	private void assertAllocatesNothing(String what, Background.Action action) throws Exception {
		assertThat(allocated(action)).as("bytes of %d times %s", ROUNDS, what).isLessThan(NOTHING);
	}

	private long allocated(Background.Action action) throws Exception {
		run(action, ROUNDS / 5);
		long me = Thread.currentThread().getId();
		long before = this.threads.getThreadAllocatedBytes(me);
		run(action, ROUNDS);
		return this.threads.getThreadAllocatedBytes(me) - before;
	}

	private static void run(Background.Action action, int rounds) throws Exception {
		for (int i = 0; i < rounds; i++) {
			action.run();
		}
	}

	private static void letReadersMeet(ReaderWriterLock lock) {
		CyclicBarrier together = new CyclicBarrier(2);
		List<Background<Boolean>> readers = new ArrayList<>();
		for (int i = 0; i < 2; i++) {
			readers.add(Background.start(() -> {
				try (LockHold hold = lock.acquire(LockMode.SHARED)) {
					together.await(30, TimeUnit.SECONDS);
				}
			}));
		}
		readers.forEach(Background::result);
	}

}
