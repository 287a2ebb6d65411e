package org.fasteners.thread;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import org.fasteners.LockHold;
import org.jspecify.annotations.Nullable;

/**
 * A future that waits for a lock. Each of its methods that completes it, which the timers
 * of the JDK use as well, first ends the wait or releases what was granted and not
 * delivered yet: before any dependent action runs, and although the executor may have
 * dropped the task that was to deliver it.
 * <p>
 * Thread-safe.
 *
 * @param <T> what it is completed with
 */
abstract class PromisedFuture<T> extends CompletableFuture<T> {

	/** Set once, before the future is published. */
	Waiter.@Nullable Promise promise;

	/**
	 * The lock is held and has become the user's.
	 * @param hold releases it
	 */
	abstract void deliver(LockHold hold);

	/** Complete it for the lock. */
	final boolean settle(@Nullable T value) {
		return super.complete(value);
	}

	/** Complete it for the lock. */
	final void settleExceptionally(@Nullable Throwable failure) {
		super.completeExceptionally(failure);
	}

	private void withdraw() {
		Waiter.Promise waiting = this.promise;
		if (waiting != null) {
			waiting.withdraw();
		}
	}

	@Override
	public boolean complete(@Nullable T value) {
		withdraw();
		return super.complete(value);
	}

	@Override
	public boolean completeExceptionally(Throwable ex) {
		Objects.requireNonNull(ex, "ex");
		withdraw();
		return super.completeExceptionally(ex);
	}

	@Override
	public boolean cancel(boolean mayInterruptIfRunning) {
		withdraw();
		return super.cancel(mayInterruptIfRunning);
	}

	/** Not that of the super class, which completes without calling any method. */
	@Override
	public CompletableFuture<T> completeAsync(Supplier<? extends T> supplier, Executor executor) {
		Objects.requireNonNull(supplier, "supplier");
		Objects.requireNonNull(executor, "executor").execute(() -> {
			if (isDone()) {
				return;
			}
			try {
				complete(supplier.get());
			}
			catch (Throwable ex) {
				completeExceptionally(ex);
			}
		});
		return this;
	}

	@Override
	public void obtrudeValue(@Nullable T value) {
		withdraw();
		super.obtrudeValue(value);
	}

	@Override
	public void obtrudeException(Throwable ex) {
		Objects.requireNonNull(ex, "ex");
		withdraw();
		super.obtrudeException(ex);
	}

	/**
	 * Of {@code acquireAsync}: completed with the hold.
	 */
	static final class OfHold extends PromisedFuture<LockHold> {

		@Override
		void deliver(LockHold hold) {
			if (!settle(hold)) {
				// completed by other code in this very moment
				hold.close();
			}
		}

	}

}
