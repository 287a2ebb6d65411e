package org.fasteners.thread;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import org.fasteners.Background;
import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockInterruptedException;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.LockUpgradeException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Everything that a {@link ReaderWriterLock} can do, all at once, by threads that crowd.
 * The lock has room for so few readers that they change places all the time.
 */
@Timeout(120)
class ReaderWriterLockStressTests {

	private static final long MILLIS = Long.getLong("org.fasteners.stress.millis", 700);

	private static final List<LockMode> MODES = List.of(LockMode.values());

	private final AtomicInteger readers = new AtomicInteger();

	private final AtomicInteger updaters = new AtomicInteger();

	private final AtomicInteger writers = new AtomicInteger();

	private final AtomicLong writes = new AtomicLong();

	private final AtomicLong sections = new AtomicLong();

	/** Guarded by the lock under test alone. */
	private long unguarded;

	private long twin;

	static Stream<Arguments> locks() {
		return Stream.of(LockPreference.values())
			.flatMap((preference) -> Stream.of(1, 2, 8)
				.flatMap((places) -> Stream.of(3, 9).map((threads) -> Arguments.of(preference, places, threads))));
	}

	@ParameterizedTest(name = "{0}, {1} places, {2} threads")
	@MethodSource("locks")
	void nothingIsLost(LockPreference preference, int places, int threads) {
		ReaderWriterLock lock = new ReaderWriterLock(
				new LockCore("stress", preference, null, places, WaitQueue.MOST_OVERTAKERS), null);
		AtomicBoolean over = new AtomicBoolean();
		ConcurrentLinkedQueue<LockHold> adrift = new ConcurrentLinkedQueue<>();
		List<Background<Boolean>> crowd = new ArrayList<>();
		for (int i = 0; i < threads; i++) {
			crowd.add(Background.start(() -> {
				while (!over.get()) {
					section(lock, adrift);
					closeOne(adrift);
				}
			}));
		}
		Background<Boolean> interrupter = Background.start(() -> {
			while (!over.get()) {
				crowd.get(ThreadLocalRandom.current().nextInt(threads)).thread().interrupt();
				LockSupport.parkNanos(50_000);
			}
		});
		long start = System.nanoTime();
		while (System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(MILLIS)
				&& crowd.stream().noneMatch(Background::isDone)) {
			LockSupport.parkNanos(1_000_000);
		}
		over.set(true);
		interrupter.result();
		Background.until(() -> {
			closeOne(adrift);
			crowd.stream().filter(Background::isDone).forEach(Background::result);
			return crowd.stream().allMatch(Background::isDone);
		});
		adrift.forEach(LockHold::close);
		assertThat(this.sections.get()).isGreaterThan(threads);
		assertThat(this.unguarded).isEqualTo(this.writes.get());
		assertThat(lock.owner()).isEqualTo(ReaderWriterLock.Owner.NONE);
		assertThat(lock.queueLength()).isZero();
		assertThat(lock.holders()).isEmpty();
		try (LockAttempt attempt = lock.tryAcquire(LockMode.EXCLUSIVE)) {
			assertThat(attempt.isAcquired()).isTrue();
		}
	}

	private static void closeOne(ConcurrentLinkedQueue<LockHold> adrift) {
		LockHold hold = adrift.poll();
		if (hold != null) {
			hold.close();
		}
	}

	private void section(ReaderWriterLock lock, ConcurrentLinkedQueue<LockHold> adrift) throws Exception {
		ThreadLocalRandom random = ThreadLocalRandom.current();
		try {
			switch (random.nextInt(16)) {
				case 0, 1, 2 -> {
					lock.readLock().lock();
					read();
					lock.readLock().unlock();
				}
				case 3 -> {
					lock.writeLock().lock();
					write();
					lock.writeLock().unlock();
				}
				case 4 -> nested(lock);
				case 5 -> downgrade(lock, random.nextBoolean());
				case 6 -> update(lock, random);
				case 7 -> refusedUpgrade(lock);
				case 8 -> {
					if (lock.writeLock().tryLock()) {
						write();
						lock.writeLock().unlock();
					}
				}
				case 9 -> {
					if (lock.readLock().tryLock()) {
						read();
						lock.readLock().unlock();
					}
				}
				case 10 -> attempt(lock, LockMode.SHARED, Duration.ofNanos(random.nextInt(100_000)));
				case 11 -> attempt(lock, LockMode.EXCLUSIVE, Duration.ofNanos(random.nextInt(100_000)));
				case 12 -> attempt(lock, LockMode.UPDATE, Duration.ofNanos(random.nextInt(100_000)));
				case 13 -> adrift.add(detached(lock, random));
				case 14 -> promised(lock, random, Runnable::run);
				default -> {
					lock.readLock().lockInterruptibly();
					read();
					lock.readLock().unlock();
				}
			}
		}
		catch (LockInterruptedException | InterruptedException ex) {
			Thread.interrupted();
		}
		this.sections.incrementAndGet();
	}

	private void nested(ReaderWriterLock lock) {
		try (LockHold write = lock.acquire(LockMode.EXCLUSIVE); LockHold again = lock.acquire(LockMode.EXCLUSIVE)) {
			write();
			try (LockHold read = lock.acquire(LockMode.SHARED);
					LockHold reread = lock.acquire(LockMode.SHARED);
					LockHold update = lock.acquire(LockMode.UPDATE)) {
				write();
			}
			write();
		}
	}

	private void downgrade(ReaderWriterLock lock, boolean toUpdate) {
		try (LockHold write = lock.acquire(LockMode.EXCLUSIVE)) {
			write();
			long mine = this.unguarded;
			try (LockHold rest = lock.acquire(toUpdate ? LockMode.UPDATE : LockMode.SHARED)) {
				write.close();
				read();
				assertThat(this.unguarded).as("nobody wrote since").isEqualTo(mine);
			}
		}
	}

	private void update(ReaderWriterLock lock, ThreadLocalRandom random) {
		LockHold rest = null;
		try (LockHold update = lock.acquire(LockMode.UPDATE)) {
			assertThat(this.updaters.incrementAndGet()).isOne();
			assertThat(this.writers.get()).isZero();
			LockHold read = null;
			try {
				read = random.nextBoolean() ? lock.acquire(LockMode.SHARED) : null;
				long before = this.unguarded;
				try (LockAttempt write = random.nextBoolean()
						? lock.tryAcquire(LockMode.EXCLUSIVE, Duration.ofNanos(random.nextInt(200_000)))
						: lock.writeLock().tryAcquire()) {
					if (write.isAcquired()) {
						assertThat(this.unguarded).as("nobody wrote in between").isEqualTo(before);
						write();
					}
				}
				if (random.nextBoolean()) {
					rest = lock.acquire(LockMode.SHARED);
				}
			}
			finally {
				this.updaters.decrementAndGet();
				if (read != null) {
					read.close();
				}
			}
		}
		finally {
			if (rest != null) {
				// a read kept beyond the update hold
				read();
				rest.close();
			}
		}
	}

	private void refusedUpgrade(ReaderWriterLock lock) {
		try (LockHold read = lock.acquire(LockMode.SHARED)) {
			assertThatExceptionOfType(LockUpgradeException.class).isThrownBy(() -> lock.writeLock().lock());
			assertThatExceptionOfType(LockUpgradeException.class).isThrownBy(() -> lock.tryAcquire(LockMode.UPDATE));
			read();
		}
	}

	private void attempt(ReaderWriterLock lock, LockMode mode, Duration timeout) {
		try (LockAttempt attempt = lock.tryAcquire(mode, timeout)) {
			if (attempt.isAcquired()) {
				pass(mode);
			}
		}
	}

	private LockHold detached(ReaderWriterLock lock, ThreadLocalRandom random) {
		LockMode mode = MODES.get(random.nextInt(MODES.size()));
		if (random.nextBoolean()) {
			return lock.acquire(mode).detach();
		}
		try (LockHold stays = lock.acquire(mode)) {
			LockHold goes = lock.acquire(mode).detach();
			pass(mode);
			return goes;
		}
	}

	private void promised(ReaderWriterLock lock, ThreadLocalRandom random, Executor executor)
			throws InterruptedException, ExecutionException {
		LockMode mode = MODES.get(random.nextInt(MODES.size()));
		CompletableFuture<LockHold> future = lock.acquireAsync(mode, executor);
		CompletableFuture<Void> done = future.thenAccept((hold) -> {
			try (hold) {
				pass(mode);
			}
		});
		if (random.nextBoolean()) {
			future.cancel(false);
		}
		else {
			boolean interrupted = false;
			while (!done.isDone()) {
				try {
					done.get();
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
			done.get();
			if (interrupted) {
				throw new InterruptedException();
			}
		}
	}

	private void pass(LockMode mode) {
		switch (mode) {
			case SHARED -> read();
			case UPDATE -> {
				assertThat(this.updaters.incrementAndGet()).isOne();
				assertThat(this.writers.get()).isZero();
				this.updaters.decrementAndGet();
			}
			case EXCLUSIVE -> write();
		}
	}

	private void read() {
		this.readers.incrementAndGet();
		assertThat(this.writers.get()).isZero();
		assertThat(this.unguarded).isEqualTo(this.twin);
		this.readers.decrementAndGet();
	}

	private void write() {
		assertThat(this.writers.incrementAndGet()).isOne();
		assertThat(this.readers.get()).isZero();
		this.unguarded++;
		Thread.onSpinWait();
		this.twin++;
		this.writes.incrementAndGet();
		this.writers.decrementAndGet();
	}

}
