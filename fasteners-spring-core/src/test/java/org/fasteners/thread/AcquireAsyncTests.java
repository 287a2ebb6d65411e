package org.fasteners.thread;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.fasteners.Background;
import org.fasteners.LockHold;
import org.fasteners.LockHolder;
import org.fasteners.LockMode;
import org.fasteners.LockPreference;
import org.fasteners.LockRegistryClosedException;
import org.fasteners.thread.ReaderWriterLock.Owner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Acquiring without a thread that waits.
 */
@Timeout(120)
class AcquireAsyncTests {

	private static final Executor DIRECT = Runnable::run;

	private static final LockHold OTHER = new ReaderWriterLock("other").acquire(LockMode.SHARED).detach();

	private final ReaderWriterLock lock = new ReaderWriterLock("promised");

	private final List<String> order = Collections.synchronizedList(new ArrayList<>());

	@ParameterizedTest
	@EnumSource
	void aFreeLockIsHadAtOnce(LockMode mode) {
		CompletableFuture<LockHold> future = this.lock.acquireAsync(mode, DIRECT);
		assertThat(future).isCompleted();
		assertThat(this.lock.isHeld(mode)).isTrue();
		assertThat(this.lock.holdCount(mode)).isZero();
		assertThat(Others.mayTake(this.lock, LockMode.EXCLUSIVE)).isFalse();
		Background.elsewhere(() -> {
			future.join().close();
			future.join().close();
			return true;
		});
		Others.assertFree(this.lock);
	}

	@ParameterizedTest
	@EnumSource
	void aLockThatIsHeldIsHadWhenItIsReleased(LockMode mode) {
		LockHold write = this.lock.acquire(LockMode.EXCLUSIVE);
		CompletableFuture<LockHold> future = this.lock.acquireAsync(mode, DIRECT);
		assertThat(future).isNotDone();
		assertThat(this.lock.queueLength()).isEqualTo(1);
		assertThat(this.lock.hasPendingWriters()).isEqualTo(mode == LockMode.EXCLUSIVE);
		write.close();
		assertThat(future).isCompleted();
		assertThat(this.lock.isHeld(mode)).isTrue();
		future.join().close();
		Others.assertFree(this.lock);
	}

	@Test
	void nobodyReentersByWhatAFutureHolds() {
		try (LockHold hold = this.lock.acquireAsync(LockMode.EXCLUSIVE, DIRECT).join()) {
			assertThat(this.lock.isWriter(true)).isFalse();
			assertThat(this.lock.writeLock().tryLock()).isFalse();
			assertThat(this.lock.readLock().tryLock()).isFalse();
			assertThatExceptionOfType(IllegalMonitorStateException.class).isThrownBy(this.lock.writeLock()::unlock);
			assertThat(this.lock.holders()).extracting(LockHolder::description)
				.containsExactly(
						String.format(Locale.ROOT, "a detached hold of thread '%s'", Thread.currentThread().getName()));
		}
		Others.assertFree(this.lock);
	}

	@Test
	void aFutureDoesNotReenterByWhatItsMakerHolds() {
		LockHold read = this.lock.acquire(LockMode.SHARED);
		CompletableFuture<LockHold> future = this.lock.acquireAsync(LockMode.EXCLUSIVE, DIRECT);
		assertThat(future).isNotDone();
		read.close();
		assertThat(future).isCompleted();
		future.join().close();
		Others.assertFree(this.lock);
	}

	@Test
	void aFutureReadsBesideAReaderAndBesideAnUpdater() {
		LockHold update = this.lock.acquire(LockMode.UPDATE);
		LockHold read = this.lock.acquireAsync(LockMode.SHARED, DIRECT).join();
		assertThat(Others.mayTake(this.lock, LockMode.SHARED)).isTrue();
		update.close();
		assertThat(this.lock.owner()).isEqualTo(Owner.READER);
		assertThat(Others.mayTake(this.lock, LockMode.EXCLUSIVE)).isFalse();
		read.close();
		Others.assertFree(this.lock);
	}

	@Test
	void aFutureUpdatesAndOthersReadBesideIt() {
		LockHold update = this.lock.acquireAsync(LockMode.UPDATE, DIRECT).join();
		assertThat(this.lock.owner()).isEqualTo(Owner.UPDATER);
		assertThat(Others.mayTake(this.lock, LockMode.SHARED)).isTrue();
		assertThat(Others.mayTake(this.lock, LockMode.UPDATE)).isFalse();
		assertThat(Others.mayTake(this.lock, LockMode.EXCLUSIVE)).isFalse();
		Background<Boolean> updater = Others.queue(this.lock, LockMode.UPDATE, () -> {
		});
		update.close();
		updater.result();
		Others.assertFree(this.lock);
	}

	@ParameterizedTest
	@EnumSource
	void threadsAndFuturesThatWriteAreServedInTheOrderOfTheirArrival(LockPreference preference) {
		ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
		LockHold write = lock.acquire(LockMode.EXCLUSIVE);
		List<Background<Boolean>> threads = new ArrayList<>();
		List<CompletableFuture<Void>> futures = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			String name = String.valueOf(i);
			if (i % 2 == 0) {
				threads.add(Others.queue(lock, LockMode.EXCLUSIVE, () -> this.order.add(name)));
			}
			else {
				futures.add(lock.acquireAsync(LockMode.EXCLUSIVE, DIRECT).thenAccept((hold) -> {
					try (hold) {
						this.order.add(name);
					}
				}));
			}
		}
		assertThat(lock.queueLength()).isEqualTo(6);
		write.close();
		threads.forEach(Background::result);
		futures.forEach(CompletableFuture::join);
		assertThat(this.order).containsExactly("0", "1", "2", "3", "4", "5");
		Others.assertFree(lock);
	}

	@ParameterizedTest
	@EnumSource(names = { "WRITER", "FAIR" })
	void aFutureThatWaitsToWriteHoldsNewReadersBack(LockPreference preference) {
		ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
		LockHold read = lock.acquire(LockMode.SHARED);
		CompletableFuture<Void> writer = lock.acquireAsync(LockMode.EXCLUSIVE, DIRECT).thenAccept((hold) -> {
			this.order.add("writer");
			hold.close();
		});
		CompletableFuture<Void> future = lock.acquireAsync(LockMode.SHARED, DIRECT).thenAccept((hold) -> {
			this.order.add("reader");
			hold.close();
		});
		Background<Boolean> reader = Others.queue(lock, LockMode.SHARED, () -> this.order.add("reader"));
		assertThat(this.order).isEmpty();
		read.close();
		writer.join();
		future.join();
		reader.result();
		assertThat(this.order).containsExactly("writer", "reader", "reader");
		Others.assertFree(lock);
	}

	@ParameterizedTest
	@EnumSource
	void aFutureThatIsCancelledLeavesTheQueueAndLetsOthersThrough(LockPreference preference) {
		ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
		LockHold read = lock.acquire(LockMode.SHARED);
		CompletableFuture<LockHold> writer = lock.acquireAsync(LockMode.EXCLUSIVE, DIRECT);
		CompletableFuture<LockHold> reader = lock.acquireAsync(LockMode.SHARED, DIRECT);
		assertThat(reader.isDone()).isEqualTo(preference == LockPreference.READER);
		assertThat(writer.cancel(false)).isTrue();
		assertThat(lock.hasPendingWriters()).isFalse();
		assertThat(lock.queueLength()).isZero();
		assertThat(reader).isCompleted();
		assertThat(Others.mayTake(lock, LockMode.SHARED)).isTrue();
		reader.join().close();
		read.close();
		assertThat(writer).isCancelled();
		Others.assertFree(lock);
	}

	@ParameterizedTest
	@EnumSource
	void aFutureThatIsCancelledAfterTheGrantButBeforeItIsToldReleases(LockMode mode) {
		Deque<Runnable> later = new ArrayDeque<>();
		CompletableFuture<LockHold> future = this.lock.acquireAsync(mode, later::add);
		assertThat(this.lock.isHeld(mode)).isTrue();
		assertThat(future).isNotDone();
		future.cancel(true);
		later.forEach(Runnable::run);
		assertThat(future).isCancelled();
		Others.assertFree(this.lock);
	}

	@ParameterizedTest
	@EnumSource
	void anExecutorThatRunsTheTaskAndThenThrowsLeavesTheHoldToTheUser(LockMode mode) {
		Executor failing = (task) -> {
			task.run();
			throw new IllegalStateException("after the task");
		};
		LockHold hold = this.lock.acquireAsync(mode, failing).join();
		assertThat(this.lock.isHeld(mode)).isTrue();
		assertThat(Others.mayTake(this.lock, LockMode.EXCLUSIVE)).isFalse();
		hold.close();
		LockHold write = this.lock.acquire(LockMode.EXCLUSIVE);
		CompletableFuture<LockHold> queued = this.lock.acquireAsync(mode, failing);
		write.close();
		assertThat(Others.mayTake(this.lock, LockMode.EXCLUSIVE)).isFalse();
		queued.join().close();
		Others.assertFree(this.lock);
	}

	@Test
	void anExecutorThatThrowsAndRunsTheTaskLaterHasNothingToDeliver() {
		Deque<Runnable> later = new ArrayDeque<>();
		CompletableFuture<LockHold> future = this.lock.acquireAsync(LockMode.EXCLUSIVE, (task) -> {
			later.add(task);
			throw new RejectedExecutionException("full");
		});
		assertThat(future).isCompletedExceptionally();
		LockHold write = this.lock.acquire(LockMode.EXCLUSIVE);
		later.forEach(Runnable::run);
		assertThat(this.lock.isWriter(false)).isTrue();
		write.close();
		Others.assertFree(this.lock);
	}

	@Test
	void anExecutorThatRunsTheTaskTwiceDeliversOnce() {
		LockHold hold = this.lock.acquireAsync(LockMode.EXCLUSIVE, (task) -> {
			task.run();
			task.run();
		}).join();
		assertThat(this.lock.isHeld(LockMode.EXCLUSIVE)).isTrue();
		hold.close();
		Others.assertFree(this.lock);
	}

	static Stream<Arguments> endings() {
		Map<String, Consumer<CompletableFuture<LockHold>>> endings = new LinkedHashMap<>();
		endings.put("cancel", (future) -> future.cancel(false));
		endings.put("complete", (future) -> future.complete(OTHER));
		endings.put("completeExceptionally", (future) -> future.completeExceptionally(new IllegalStateException()));
		endings.put("orTimeout", (future) -> future.orTimeout(1, TimeUnit.MILLISECONDS));
		endings.put("completeOnTimeout", (future) -> future.completeOnTimeout(OTHER, 1, TimeUnit.MILLISECONDS));
		endings.put("completeAsync", (future) -> future.completeAsync(() -> OTHER, DIRECT));
		endings.put("completeAsync that fails", (future) -> future.completeAsync(() -> {
			throw new IllegalStateException();
		}, DIRECT));
		endings.put("obtrudeValue", (future) -> future.obtrudeValue(OTHER));
		endings.put("obtrudeException", (future) -> future.obtrudeException(new IllegalStateException()));
		return endings.entrySet()
			.stream()
			.flatMap((ending) -> Stream.of(LockMode.values())
				.map((mode) -> Arguments.of(ending.getKey(), mode, ending.getValue())));
	}

	@ParameterizedTest(name = "{0}, {1}")
	@MethodSource("endings")
	void aFutureThatEndsAfterTheGrantReleasesAlthoughTheExecutorDropsTheTask(String name, LockMode mode,
			Consumer<CompletableFuture<LockHold>> ending) {
		List<Runnable> dropped = new ArrayList<>();
		CompletableFuture<LockHold> future = this.lock.acquireAsync(mode, dropped::add);
		CompletableFuture<LockHold> next = this.lock.acquireAsync(LockMode.EXCLUSIVE, DIRECT);
		assertThat(this.lock.isHeld(mode)).isTrue();
		// runs before whatever else depends on the future
		CompletableFuture<Boolean> free = future.handle((hold, failure) -> next.isDone());
		ending.accept(future);
		assertThat(free.join()).isTrue();
		next.join().close();
		assertThat(future).isDone();
		dropped.forEach(Runnable::run);
		Others.assertFree(this.lock);
	}

	@ParameterizedTest(name = "{0}, {1}")
	@MethodSource("endings")
	void aFutureThatEndsInTheQueueLeavesIt(String name, LockMode mode, Consumer<CompletableFuture<LockHold>> ending) {
		LockHold write = this.lock.acquire(LockMode.EXCLUSIVE);
		CompletableFuture<LockHold> future = this.lock.acquireAsync(mode, DIRECT);
		ending.accept(future);
		Background.until(() -> this.lock.queueLength() == 0);
		write.close();
		Others.assertFree(this.lock);
	}

	@Test
	void aFutureThatIsCancelledAndDeliveredInTheSameMomentIsHeldByTheUserOrFree() {
		ExecutorService pool = Executors.newSingleThreadExecutor();
		try {
			for (int round = 0; round < 3_000; round++) {
				CompletableFuture<LockHold> future = this.lock.acquireAsync(LockMode.EXCLUSIVE, pool);
				if (!future.cancel(false)) {
					assertThat(this.lock.isHeld(LockMode.EXCLUSIVE)).isTrue();
					future.join().close();
				}
			}
		}
		finally {
			pool.shutdown();
		}
		Background.until(pool::isTerminated);
		Others.assertFree(this.lock);
	}

	@Test
	void cancellingAFutureThatIsCompleteDoesNothing() {
		CompletableFuture<LockHold> future = this.lock.acquireAsync(LockMode.EXCLUSIVE, DIRECT);
		assertThat(future.cancel(true)).isFalse();
		assertThat(this.lock.isHeld(LockMode.EXCLUSIVE)).isTrue();
		future.join().close();
		Others.assertFree(this.lock);
	}

	@Test
	void aFutureThatTimesOutLeavesTheQueue() {
		LockHold write = this.lock.acquire(LockMode.EXCLUSIVE);
		CompletableFuture<LockHold> future = this.lock.acquireAsync(LockMode.EXCLUSIVE, DIRECT)
			.orTimeout(5, TimeUnit.MILLISECONDS);
		assertThatExceptionOfType(CompletionException.class).isThrownBy(future::join)
			.withCauseInstanceOf(TimeoutException.class);
		// the one who completes it completes it first and tells the lock then
		Background.until(() -> this.lock.queueLength() == 0);
		write.close();
		Others.assertFree(this.lock);
	}

	@Test
	void aFutureThatSomebodyElseCompletesWithAnExceptionLeavesTheQueue() {
		LockHold write = this.lock.acquire(LockMode.EXCLUSIVE);
		CompletableFuture<LockHold> future = this.lock.acquireAsync(LockMode.EXCLUSIVE, DIRECT);
		future.completeExceptionally(new IllegalStateException("no longer wanted"));
		assertThat(this.lock.queueLength()).isZero();
		write.close();
		Others.assertFree(this.lock);
	}

	@Test
	@SuppressWarnings("NullAway") // nobody forbids it
	void aFutureThatSomebodyElseCompletesWithAValueLeavesTheQueue() {
		LockHold read = this.lock.acquire(LockMode.SHARED);
		CompletableFuture<LockHold> future = this.lock.acquireAsync(LockMode.EXCLUSIVE, DIRECT);
		future.complete(null);
		assertThat(this.lock.queueLength()).isZero();
		assertThat(Others.mayTake(this.lock, LockMode.SHARED)).isTrue();
		read.close();
		Others.assertFree(this.lock);
	}

	@ParameterizedTest
	@EnumSource
	void ifTheExecutorRejectsTheLockIsReleasedAndTheFutureFails(LockMode mode) {
		RejectedExecutionException full = new RejectedExecutionException("full");
		Executor rejecting = (task) -> {
			throw full;
		};
		CompletableFuture<LockHold> atOnce = this.lock.acquireAsync(mode, rejecting);
		assertThat(atOnce).isCompletedExceptionally();
		assertThatExceptionOfType(CompletionException.class).isThrownBy(atOnce::join).withCause(full);
		Others.assertFree(this.lock);
		LockHold write = this.lock.acquire(LockMode.EXCLUSIVE);
		CompletableFuture<LockHold> queued = this.lock.acquireAsync(mode, rejecting);
		CompletableFuture<LockHold> next = this.lock.acquireAsync(mode, DIRECT);
		write.close();
		assertThatExceptionOfType(CompletionException.class).isThrownBy(queued::join).withCause(full);
		next.join().close();
		Others.assertFree(this.lock);
	}

	@ParameterizedTest
	@EnumSource
	void ifTheExecutorFailsInAnotherWayNobodyElseSuffers(LockPreference preference) {
		ReaderWriterLock lock = ReaderWriterLock.builder().preference(preference).build();
		IllegalStateException broken = new IllegalStateException("broken");
		LockHold write = lock.acquire(LockMode.EXCLUSIVE);
		CompletableFuture<LockHold> failing = lock.acquireAsync(LockMode.SHARED, (task) -> {
			throw broken;
		});
		CompletableFuture<LockHold> next = lock.acquireAsync(LockMode.SHARED, DIRECT);
		try {
			write.close();
		}
		catch (IllegalStateException ex) {
			// that it comes out of somebody's release is as bad
			this.order.add("the release threw " + ex);
		}
		assertThat(failing).isCompletedExceptionally();
		assertThat(next).isCompleted();
		next.join().close();
		assertThat(this.order).isEmpty();
		Others.assertFree(lock);
	}

	@Test
	void whatDependsOnAFutureRunsInItsExecutorAndNotInsideOfTheRelease() {
		Deque<Runnable> later = new ArrayDeque<>();
		LockHold write = this.lock.acquire(LockMode.EXCLUSIVE);
		CompletableFuture<Void> done = this.lock.acquireAsync(LockMode.EXCLUSIVE, later::add).thenAccept((hold) -> {
			this.order.add("inside");
			hold.close();
		});
		write.close();
		assertThat(this.order).isEmpty();
		assertThat(this.lock.isHeld(LockMode.EXCLUSIVE)).isTrue();
		assertThat(later).hasSize(1);
		later.forEach(Runnable::run);
		assertThat(done).isCompleted();
		assertThat(this.order).containsExactly("inside");
		Others.assertFree(this.lock);
	}

	@Test
	void aRegistryThatClosesFailsTheFuturesThatWaitAndRefusesNewOnes() {
		LockHold write = this.lock.acquire(LockMode.EXCLUSIVE);
		CompletableFuture<LockHold> waiting = this.lock.acquireAsync(LockMode.SHARED, DIRECT);
		this.lock.close();
		assertThat(waiting).isCompletedExceptionally();
		assertThatExceptionOfType(CompletionException.class).isThrownBy(waiting::join)
			.withCauseInstanceOf(LockRegistryClosedException.class);
		assertThatExceptionOfType(LockRegistryClosedException.class)
			.isThrownBy(() -> this.lock.acquireAsync(LockMode.SHARED, DIRECT));
		assertThat(this.lock.isWriter(false)).isTrue();
		write.close();
		Others.assertFree(this.lock);
	}

	@ParameterizedTest
	@EnumSource
	void ofAClosedRegistryALockThatIsFreeIsGranted(LockMode mode) {
		this.lock.close();
		this.lock.acquire(mode).close();
		LockHold hold = this.lock.acquireAsync(mode, DIRECT).join();
		assertThat(this.lock.isHeld(mode)).isTrue();
		assertThatExceptionOfType(LockRegistryClosedException.class)
			.isThrownBy(() -> this.lock.acquireAsync(LockMode.EXCLUSIVE, DIRECT));
		assertThatExceptionOfType(LockRegistryClosedException.class)
			.isThrownBy(() -> this.lock.acquire(LockMode.EXCLUSIVE));
		hold.close();
		Others.assertFree(this.lock);
	}

	@Test
	void aRegistryThatClosesLeavesTheHoldOfAFuture() {
		LockHold hold = this.lock.acquireAsync(LockMode.EXCLUSIVE, DIRECT).join();
		this.lock.close();
		assertThat(this.lock.isHeld(LockMode.EXCLUSIVE)).isTrue();
		hold.close();
		Others.assertFree(this.lock);
	}

	@Test
	@SuppressWarnings("NullAway") // what the test is about
	void anExecutorIsNeeded() {
		assertThatNullPointerException().isThrownBy(() -> this.lock.acquireAsync(LockMode.SHARED, null))
			.withMessage("executor");
		Others.assertFree(this.lock);
	}

	@ParameterizedTest
	@EnumSource
	void tenThousandFuturesOfOneLockComplete(LockMode mode) {
		ExecutorService pool = Executors.newFixedThreadPool(2);
		try {
			AtomicInteger passed = new AtomicInteger();
			LockHold write = this.lock.acquire(LockMode.EXCLUSIVE);
			List<CompletableFuture<Void>> all = passTenThousand(mode, pool, passed);
			write.close();
			all.forEach(CompletableFuture::join);
			assertThat(passed).hasValue(10_000);
		}
		finally {
			pool.shutdownNow();
		}
		Others.assertFree(this.lock);
	}

	@ParameterizedTest
	@EnumSource
	void tenThousandFuturesOfOneLockCompleteInTheThreadThatReleases(LockMode mode) {
		AtomicInteger passed = new AtomicInteger();
		LockHold write = this.lock.acquire(LockMode.EXCLUSIVE);
		List<CompletableFuture<Void>> all = passTenThousand(mode, DIRECT, passed);
		// a future swallows the error of what depends on it, and then nobody closes
		write.close();
		assertThat(passed).hasValue(10_000);
		assertThat(all.stream().filter(CompletableFuture::isCompletedExceptionally).count()).isZero();
		Others.assertFree(this.lock);
	}

	private List<CompletableFuture<Void>> passTenThousand(LockMode mode, Executor executor, AtomicInteger passed) {
		List<CompletableFuture<Void>> all = new ArrayList<>();
		for (int i = 0; i < 10_000; i++) {
			all.add(this.lock.acquireAsync(mode, executor).thenAccept((hold) -> {
				passed.incrementAndGet();
				hold.close();
			}));
		}
		assertThat(this.lock.queueLength()).isEqualTo(10_000);
		return all;
	}

	@Test
	void futuresAndThreadsThatCrowdLoseNothing() {
		ExecutorService pool = Executors.newFixedThreadPool(2);
		int[] unguarded = new int[1];
		try {
			List<Background<Boolean>> threads = new ArrayList<>();
			List<CompletableFuture<Void>> futures = Collections.synchronizedList(new ArrayList<>());
			for (int i = 0; i < 3; i++) {
				threads.add(Background.start(() -> {
					for (int round = 0; round < 1000; round++) {
						futures.add(this.lock.acquireAsync(LockMode.EXCLUSIVE, pool).thenAccept((hold) -> {
							unguarded[0]++;
							hold.close();
						}));
						try (LockHold hold = this.lock.acquire(LockMode.EXCLUSIVE)) {
							unguarded[0]++;
						}
						CompletableFuture<LockHold> unwanted = this.lock.acquireAsync(LockMode.EXCLUSIVE, pool);
						if (!unwanted.cancel(false)) {
							unwanted.join().close();
						}
					}
				}));
			}
			threads.forEach(Background::result);
			futures.forEach(CompletableFuture::join);
		}
		finally {
			pool.shutdown();
		}
		Background.until(pool::isTerminated);
		assertThat(unguarded[0]).isEqualTo(6000);
		Others.assertFree(this.lock);
	}

}
