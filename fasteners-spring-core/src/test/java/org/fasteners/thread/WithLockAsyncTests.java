package org.fasteners.thread;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import org.fasteners.Background;
import org.fasteners.LockHold;
import org.fasteners.LockMode;
import org.fasteners.LockRegistryClosedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Asynchronous sections under a lock.
 */
@Timeout(120)
class WithLockAsyncTests {

	private static final Executor DIRECT = Runnable::run;

	private final ReaderWriterLock lock = new ReaderWriterLock("section");

	private final CompletableFuture<String> stage = new CompletableFuture<>();

	private final AtomicInteger begun = new AtomicInteger();

	private CompletableFuture<String> start(LockMode mode, Executor executor) {
		return this.lock.withLockAsync(mode, executor, () -> {
			this.begun.incrementAndGet();
			return this.stage;
		});
	}

	@ParameterizedTest
	@EnumSource
	void theLockIsHeldFromBeforeTheSectionBeginsUntilItsStageCompletes(LockMode mode) {
		List<Boolean> held = new ArrayList<>();
		CompletableFuture<String> future = this.lock.withLockAsync(mode, DIRECT, () -> {
			held.add(this.lock.isHeld(mode));
			return this.stage;
		});
		assertThat(held).containsExactly(true);
		assertThat(future).isNotDone();
		assertThat(Others.mayTake(this.lock, LockMode.EXCLUSIVE)).isFalse();
		CompletableFuture<Boolean> free = future.thenApply((value) -> Others.mayTake(this.lock, LockMode.EXCLUSIVE));
		this.stage.complete("done");
		assertThat(free.join()).as("free before dependent actions run").isTrue();
		assertThat(future).isCompletedWithValue("done");
		Others.assertFree(this.lock);
	}

	@ParameterizedTest
	@EnumSource
	void aSectionThatIsCancelledBeforeItHasBegunDoesNotRun(LockMode mode) {
		LockHold write = this.lock.acquire(LockMode.EXCLUSIVE);
		CompletableFuture<String> queued = start(mode, DIRECT);
		assertThat(queued.cancel(false)).isTrue();
		assertThat(this.lock.queueLength()).isZero();
		write.close();
		Deque<Runnable> later = new ArrayDeque<>();
		CompletableFuture<String> granted = start(mode, later::add);
		assertThat(this.lock.isHeld(mode)).isTrue();
		assertThat(granted.cancel(false)).isTrue();
		Others.assertFree(this.lock);
		later.forEach(Runnable::run);
		assertThat(this.begun).hasValue(0);
		Others.assertFree(this.lock);
	}

	@ParameterizedTest
	@EnumSource
	void aSectionThatHasBegunKeepsTheLockAlthoughItsFutureIsCancelled(LockMode mode) {
		CompletableFuture<String> future = start(mode, DIRECT);
		assertThat(future.cancel(true)).isTrue();
		assertThat(this.begun).hasValue(1);
		assertThat(this.stage).isNotDone();
		assertThat(this.lock.isHeld(mode)).isTrue();
		assertThat(Others.mayTake(this.lock, LockMode.EXCLUSIVE)).isFalse();
		this.stage.complete("done");
		assertThat(future).isCancelled();
		Others.assertFree(this.lock);
	}

	@Test
	void aSectionThatHasBegunKeepsTheLockAlthoughItsFutureTimesOut() {
		CompletableFuture<String> future = start(LockMode.EXCLUSIVE, DIRECT).orTimeout(1, TimeUnit.MILLISECONDS);
		assertThatExceptionOfType(CompletionException.class).isThrownBy(future::join)
			.withCauseInstanceOf(TimeoutException.class);
		assertThat(Others.mayTake(this.lock, LockMode.SHARED)).isFalse();
		this.stage.complete("late");
		Others.assertFree(this.lock);
	}

	@Test
	void aSectionThatTimesOutInTheQueueDoesNotRun() {
		LockHold write = this.lock.acquire(LockMode.EXCLUSIVE);
		CompletableFuture<String> future = start(LockMode.EXCLUSIVE, DIRECT).completeOnTimeout("none", 1,
				TimeUnit.MILLISECONDS);
		assertThat(future.join()).isEqualTo("none");
		assertThat(this.lock.queueLength()).isZero();
		write.close();
		assertThat(this.begun).hasValue(0);
		Others.assertFree(this.lock);
	}

	@Test
	void aSectionThatFailsReleasesAndItsFutureFailsWithTheSame() {
		IllegalStateException failure = new IllegalStateException("no export");
		CompletableFuture<String> future = start(LockMode.EXCLUSIVE, DIRECT);
		this.stage.completeExceptionally(failure);
		assertThatExceptionOfType(CompletionException.class).isThrownBy(future::join).withCause(failure);
		Others.assertFree(this.lock);
		CompletableFuture<String> thrown = this.lock.withLockAsync(LockMode.EXCLUSIVE, DIRECT, () -> {
			throw failure;
		});
		assertThatExceptionOfType(CompletionException.class).isThrownBy(thrown::join).withCause(failure);
		Others.assertFree(this.lock);
	}

	@Test
	@SuppressWarnings("NullAway") // what the test is about
	void aSectionThatReturnsNullReleases() {
		Supplier<CompletionStage<String>> none = () -> null;
		CompletableFuture<String> future = this.lock.withLockAsync(LockMode.EXCLUSIVE, DIRECT, none);
		assertThatExceptionOfType(CompletionException.class).isThrownBy(future::join)
			.withCauseInstanceOf(NullPointerException.class)
			.withMessageContaining("the section returned null");
		Others.assertFree(this.lock);
	}

	@Test
	void aStageThatCannotBeObservedKeepsTheLock() {
		IllegalStateException failure = new IllegalStateException("not observed");
		CompletableFuture<String> unobservable = new CompletableFuture<>() {

			@Override
			public CompletableFuture<String> whenComplete(
					java.util.function.BiConsumer<? super String, ? super Throwable> action) {
				throw failure;
			}

		};
		CompletableFuture<String> future = this.lock.withLockAsync(LockMode.EXCLUSIVE, DIRECT, () -> unobservable);
		assertThatExceptionOfType(CompletionException.class).isThrownBy(future::join).withCause(failure);
		assertThat(this.lock.isHeld(LockMode.EXCLUSIVE)).isTrue();
	}

	@Test
	void anExecutorThatRejectsReleasesAndTheSectionDoesNotRun() {
		CompletableFuture<String> future = start(LockMode.EXCLUSIVE, (task) -> {
			throw new RejectedExecutionException("full");
		});
		assertThatExceptionOfType(CompletionException.class).isThrownBy(future::join)
			.withCauseInstanceOf(RejectedExecutionException.class);
		assertThat(this.begun).hasValue(0);
		Others.assertFree(this.lock);
	}

	@Test
	void anExecutorThatRunsTheSectionAndThenThrowsChangesNothing() {
		CompletableFuture<String> future = start(LockMode.EXCLUSIVE, (task) -> {
			task.run();
			throw new IllegalStateException("after the task");
		});
		assertThat(future).isNotDone();
		assertThat(Others.mayTake(this.lock, LockMode.SHARED)).isFalse();
		this.stage.complete("done");
		assertThat(future.join()).isEqualTo("done");
		assertThat(this.begun).hasValue(1);
		Others.assertFree(this.lock);
	}

	@Test
	void ofADroppedSectionTheLockIsFreeWhenItsFutureIsCancelled() {
		CompletableFuture<String> future = start(LockMode.EXCLUSIVE, (task) -> {
		});
		assertThat(Others.mayTake(this.lock, LockMode.SHARED)).isFalse();
		future.cancel(false);
		Others.assertFree(this.lock);
	}

	@Test
	void aDependentFutureThatIsCancelledLeavesTheLockToTheSection() {
		CompletableFuture<Void> dependent = start(LockMode.EXCLUSIVE, DIRECT).thenAccept((value) -> {
		});
		dependent.cancel(true);
		assertThat(this.lock.isHeld(LockMode.EXCLUSIVE)).isTrue();
		this.stage.complete("done");
		Others.assertFree(this.lock);
	}

	@Test
	void ofAClosedRegistryASectionRunsIfTheLockIsFree() {
		this.lock.close();
		CompletableFuture<String> future = start(LockMode.EXCLUSIVE, DIRECT);
		assertThatExceptionOfType(LockRegistryClosedException.class)
			.isThrownBy(() -> start(LockMode.EXCLUSIVE, DIRECT));
		this.stage.complete("done");
		assertThat(future.join()).isEqualTo("done");
		assertThat(this.begun).hasValue(1);
		Others.assertFree(this.lock);
	}

	@Test
	void sectionsThatCrowdDoNotOverlap() {
		AtomicInteger inside = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		List<CompletableFuture<Boolean>> all = new ArrayList<>();
		LockHold write = this.lock.acquire(LockMode.EXCLUSIVE);
		for (int i = 0; i < 1_000; i++) {
			all.add(this.lock.withLockAsync(LockMode.EXCLUSIVE, DIRECT, () -> {
				most.accumulateAndGet(inside.incrementAndGet(), Math::max);
				return CompletableFuture.supplyAsync(() -> inside.decrementAndGet() == 0);
			}));
		}
		write.close();
		all.forEach((future) -> assertThat(future.join()).isTrue());
		assertThat(most).hasValue(1);
		Background.until(() -> !this.lock.isHeld(LockMode.EXCLUSIVE));
		Others.assertFree(this.lock);
	}

	@Test
	@SuppressWarnings("NullAway") // what the test is about
	void aSectionIsNeeded() {
		assertThatNullPointerException().isThrownBy(() -> this.lock.withLockAsync(LockMode.SHARED, DIRECT, null))
			.withMessage("section");
		Others.assertFree(this.lock);
	}

}
