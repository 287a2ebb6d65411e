package org.fasteners.thread;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.AbstractQueuedSynchronizer;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

import org.fasteners.Background;
import org.fasteners.LockHold;
import org.fasteners.LockInterruptedException;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * That whoever waits is told in time. A thread that waits looks now and then without
 * being told, but a future does not, so futures show who was told.
 */
@Timeout(120)
class WaitQueueTests {

	private static final Executor DIRECT = Runnable::run;

	private static final int MOST_IN_VAIN = 100;

	/**
	 * A writer that the machine keeps from running between taking the word and looking
	 * for readers: if it then finds one and gives the word back, the other attempt must
	 * not have failed because of it.
	 */
	@ParameterizedTest
	@EnumSource(LockMode.class)
	void anAttemptWaitsForTheDecisionOfAWriterHoweverLateThatIs(LockMode mode) {
		LockCore core = new LockCore("slow", LockPreference.WRITER, null);
		assertThat(core.changeState(0, LockCore.WRITER)).isTrue();
		Background<Boolean> attempt = Background.run(() -> core.attempt(mode, Manner.BARGING)).awaitWaiting();
		core.giveBack();
		assertThat(attempt.result()).isTrue();
	}

	@ParameterizedTest
	@EnumSource(names = { "WRITER", "FAIR" })
	void whoWaitedBehindAWriterIsToldWhenThatGivesUp(LockPreference preference) {
		ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
		LockHold update = lock.acquire(LockMode.UPDATE);
		Background<Boolean> writer = Others.queued(lock, () -> assertThatExceptionOfType(LockInterruptedException.class)
			.isThrownBy(() -> lock.acquire(LockMode.EXCLUSIVE)));
		CompletableFuture<LockHold> reader = lock.acquireAsync(LockMode.SHARED, DIRECT);
		assertThat(reader).isNotDone();
		writer.thread().interrupt();
		writer.result();
		assertThat(reader).isCompleted();
		reader.join().close();
		update.close();
		Others.assertFree(lock);
	}

	@ParameterizedTest
	@EnumSource(names = { "WRITER", "FAIR" })
	void whoWaitedBehindAWriterIsToldWhenThatRunsOutOfTime(LockPreference preference) {
		ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
		LockHold update = lock.acquire(LockMode.UPDATE);
		Background<Boolean> writer = Others.queued(lock,
				() -> assertThat(lock.writeLock().tryLock(200, TimeUnit.MILLISECONDS)).isFalse());
		CompletableFuture<LockHold> reader = lock.acquireAsync(LockMode.SHARED, DIRECT);
		writer.result();
		assertThat(reader).isCompleted();
		reader.join().close();
		update.close();
		Others.assertFree(lock);
	}

	@ParameterizedTest
	@EnumSource
	void aReaderThatIsLetInLetsTheNextReaderIn(LockPreference preference) {
		ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
		CountDownLatch inside = new CountDownLatch(1);
		CountDownLatch over = new CountDownLatch(1);
		LockHold write = lock.acquire(LockMode.EXCLUSIVE);
		Background<Boolean> first = Others.queue(lock, LockMode.SHARED, () -> {
			inside.countDown();
			over.await();
		});
		CompletableFuture<LockHold> second = lock.acquireAsync(LockMode.SHARED, DIRECT);
		assertThat(second).isNotDone();
		write.close();
		Background.until(() -> inside.getCount() == 0);
		assertThat(second).isCompleted();
		over.countDown();
		first.result();
		second.join().close();
		Others.assertFree(lock);
	}

	@ParameterizedTest
	@EnumSource
	void theLastReaderThatLeavesTellsAWriter(LockPreference preference) {
		ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
		lock.readLock().lock();
		lock.readLock().lock();
		CompletableFuture<LockHold> writer = lock.acquireAsync(LockMode.EXCLUSIVE, DIRECT);
		lock.readLock().unlock();
		assertThat(writer).isNotDone();
		lock.readLock().unlock();
		assertThat(writer).isCompleted();
		writer.join().close();
		Others.assertFree(lock);
	}

	/*
	 * The reader leaves while it has the queue for itself, so that nothing else happens
	 * before it is known who was told.
	 */
	@ParameterizedTest
	@EnumSource
	void theLastOtherReaderThatLeavesTellsAnUpdaterThatReadsToo(LockPreference preference) {
		LockCore core = new LockCore("told", preference, null, 8, WaitQueue.MOST_OVERTAKERS);
		ReaderWriterLock lock = new ReaderWriterLock(core, null);
		lock.readLock().lock();
		Background<Boolean> updater = Others.queued(lock, () -> {
			try (LockHold update = lock.acquire(LockMode.UPDATE)) {
				// as if it had found no slot
				core.queue().addRead(Thread.currentThread());
				lock.acquire(LockMode.EXCLUSIVE).close();
				lock.readLock().unlock();
			}
		});
		assertThat(core.control & LockCore.TELL_VACATED).isNotZero();
		AtomicInteger after = new AtomicInteger(LockCore.TELL_VACATED);
		core.queue().forEachReader((owner) -> {
			lock.readLock().unlock();
			after.set(core.control);
		});
		assertThat(after.get() & LockCore.TELL_VACATED).isZero();
		updater.result();
		Others.assertFree(lock);
	}

	/*
	 * The lock is taken again while nobody gets at the queue, so that whoever was told
	 * looks in vain.
	 */
	@ParameterizedTest
	@EnumSource(names = { "WRITER", "READER" })
	void whoWasOftenToldInVainIsOvertakenNoMore(LockPreference preference) {
		LockCore core = new LockCore("overtaking", preference, null, 8, WaitQueue.MOST_OVERTAKERS);
		ReaderWriterLock lock = new ReaderWriterLock(core, null);
		Object bystander = new Object();
		core.queue().addRead(bystander);
		lock.updateLock().lock();
		Background<Boolean> updater = Others.queue(lock, LockMode.UPDATE, () -> {
		});
		int inVain = 0;
		while ((core.control & LockCore.NO_OVERTAKING) == 0) {
			assertThat(inVain++).isLessThan(MOST_IN_VAIN);
			core.queue().forEachReader((owner) -> {
				lock.updateLock().unlock();
				assertThat(lock.updateLock().tryLock()).isTrue();
			});
			// until it has looked
			Background.until(() -> (core.control & LockCore.TELL_RELEASE) != 0);
		}
		assertThat(inVain).isGreaterThan(1);
		Background<Boolean> next = Background.start(() -> lock.acquire(LockMode.UPDATE).close());
		Background.until(() -> lock.queueLength() == 2);
		lock.updateLock().unlock();
		updater.result();
		next.result();
		core.queue().removeRead(bystander);
		assertThat(core.control).isZero();
		Others.assertFree(lock);
	}

	/*
	 * It comes to look before the writer that leaves can tell anybody, and is let in
	 * after it has looked, because it is the readers' turn.
	 */
	@Test
	void aReaderThatIsLetInWhileItGivesUpHoldsTheLock() {
		Keeper keeper = new Keeper();
		LockCore core = keeper.core(LockPreference.FAIR);
		ReaderWriterLock lock = new ReaderWriterLock(core, null);
		CountDownLatch over = new CountDownLatch(1);
		Background<Boolean> first = Background.start(() -> {
			try (LockHold write = lock.acquire(LockMode.EXCLUSIVE)) {
				over.await();
			}
		});
		Background.until(() -> lock.isHeld(LockMode.EXCLUSIVE));
		Background<Boolean> second = Others.queue(lock, LockMode.EXCLUSIVE, () -> {
		});
		Background<Boolean> reader = Others.queued(lock, () -> {
			lock.readLock().lockInterruptibly();
			assertThat(Thread.interrupted()).isTrue();
			assertThat(lock.isHeld(LockMode.EXCLUSIVE)).isFalse();
			lock.readLock().unlock();
		});
		keeper.keepWhile(core, () -> {
			reader.thread().interrupt();
			Background.until(() -> isKeptOut(reader));
			over.countDown();
			Background.until(() -> !lock.isHeld(LockMode.EXCLUSIVE) && isKeptOut(first));
		});
		first.result();
		reader.result();
		second.result();
		Others.assertFree(lock);
	}

	@Test
	void aReaderLooksForAWriterAgainAfterItHasPublishedItsHold() {
		Keeper keeper = new Keeper();
		LockCore core = keeper.core(LockPreference.WRITER);
		ReaderWriterLock lock = new ReaderWriterLock(core, null);
		lock.acquire(LockMode.SHARED).close();
		keeper.keepWhile(core, () -> {
			Background<Boolean> reader = Background.run(lock.readLock()::tryLock);
			Background.until(() -> isKeptOut(reader));
			assertThat(lock.writeLock().tryLock()).isTrue();
			keeper.letGo();
			assertThat(reader.result()).isFalse();
			lock.writeLock().unlock();
		});
		Others.assertFree(lock);
	}

	/** Whether somebody waits for the queue itself. */
	private static boolean isKeptOut(Background<?> thread) {
		return LockSupport.getBlocker(thread.thread()) instanceof AbstractQueuedSynchronizer;
	}

	/**
	 * Keeps the queue of a lock for itself, for a while: it is asked who it is while it
	 * has the queue, and takes its time to answer.
	 */
	private static final class Keeper implements Supplier<Object> {

		private final CountDownLatch kept = new CountDownLatch(1);

		private final CountDownLatch over = new CountDownLatch(1);

		private volatile @Nullable Thread thread;

		LockCore core(LockPreference preference) {
			return new LockCore("kept", preference, this, 1, WaitQueue.MOST_OVERTAKERS);
		}

		@Override
		public Object get() {
			if (Thread.currentThread() == this.thread) {
				this.kept.countDown();
				try {
					this.over.await();
				}
				catch (InterruptedException ex) {
					throw new AssertionError(ex);
				}
			}
			return Thread.currentThread();
		}

		void keepWhile(LockCore core, Runnable action) {
			Background<Boolean> keeping = Background.start(() -> {
				this.thread = Thread.currentThread();
				assertThatExceptionOfType(IllegalMonitorStateException.class)
					.isThrownBy(() -> core.queue().detach(LockMode.SHARED));
			});
			Background.until(() -> this.kept.getCount() == 0);
			try {
				action.run();
			}
			finally {
				letGo();
			}
			keeping.result();
		}

		void letGo() {
			this.over.countDown();
		}

	}

}
