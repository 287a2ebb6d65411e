package org.fasteners.thread;

import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import org.fasteners.LockHold;
import org.jspecify.annotations.Nullable;

/**
 * Of {@code withLockAsync}: runs an asynchronous section under a lock and is completed as
 * the stage of the section is.
 * <p>
 * Thread-safe.
 *
 * @param <T> what the section returns
 */
final class SectionFuture<T> extends PromisedFuture<T> implements BiConsumer<@Nullable T, @Nullable Throwable> {

	/*
	 * Invariant: once the section has begun, the lock is released when its stage has
	 * completed and not before, whatever becomes of this future. The lock is released
	 * before this future is completed, so that dependent actions may acquire it. What
	 * observes the stage is this object, so that nothing has to be allocated for it once
	 * the section has begun.
	 */

	private final Supplier<? extends CompletionStage<T>> section;

	private final Executor executor;

	private @Nullable LockHold hold;

	SectionFuture(Supplier<? extends CompletionStage<T>> section, Executor executor) {
		this.section = section;
		this.executor = executor;
	}

	@Override
	void deliver(LockHold hold) {
		if (isDone()) {
			// completed by other code in this very moment
			hold.close();
			return;
		}
		this.hold = hold;
		CompletionStage<T> stage;
		try {
			stage = Objects.requireNonNull(this.section.get(), "the section returned null instead of a stage");
		}
		catch (Throwable ex) {
			accept(null, ex);
			return;
		}
		observe(stage);
	}

	/**
	 * A stage that cannot be observed keeps the lock: its section may be running.
	 */
	@SuppressWarnings("FutureReturnValueIgnored") // the action does not fail
	private void observe(CompletionStage<T> stage) {
		try {
			stage.whenComplete(this);
		}
		catch (Throwable ex) {
			settleExceptionally(ex);
		}
	}

	/** The section is over. */
	@Override
	public void accept(@Nullable T value, @Nullable Throwable failure) {
		LockHold held = Objects.requireNonNull(this.hold);
		try {
			held.close();
		}
		catch (StackOverflowError ex) {
			// the stage was completed at the end of a stack: another one has room
			this.executor.execute(() -> accept(value, failure));
			return;
		}
		if (failure != null) {
			settleExceptionally(failure);
		}
		else {
			settle(value);
		}
	}

}
