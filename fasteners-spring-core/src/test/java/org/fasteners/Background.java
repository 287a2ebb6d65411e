package org.fasteners;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A thread that does one thing, for tests that need two sides.
 *
 * @param <T> what it returns
 */
public final class Background<T> {

	private static final Duration LONG_ENOUGH = Duration.ofSeconds(30);

	private final FutureTask<T> task;

	private final Thread thread;

	private Background(Callable<T> action) {
		this.task = new FutureTask<>(action);
		this.thread = new Thread(this.task);
		this.thread.setDaemon(true);
		this.thread.start();
	}

	public static <T> Background<T> run(Callable<T> action) {
		return new Background<>(action);
	}

	public static Background<Boolean> start(Action action) {
		return run(() -> {
			action.run();
			return true;
		});
	}

	/** Run in another thread, to its end. */
	public static <T> T elsewhere(Callable<T> action) {
		return run(action).result();
	}

	public Thread thread() {
		return this.thread;
	}

	public boolean isDone() {
		return this.task.isDone();
	}

	/** Wait until the thread sleeps in a wait. */
	public Background<T> awaitWaiting() {
		until(() -> this.thread.getState() == Thread.State.WAITING
				|| this.thread.getState() == Thread.State.TIMED_WAITING || this.task.isDone());
		if (this.task.isDone()) {
			throw new AssertionError("It did not wait, but ended with " + result());
		}
		return this;
	}

	/**
	 * Wait until the thread is in a method, so not on its way there, where it may wait
	 * for a mutex.
	 */
	public Background<T> awaitInside(String method) {
		until(() -> this.task.isDone()
				|| Stream.of(this.thread.getStackTrace()).anyMatch((frame) -> frame.getMethodName().equals(method)));
		return awaitWaiting();
	}

	public T result() {
		try {
			return this.task.get(LONG_ENOUGH.toSeconds(), TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof RuntimeException failure) {
				throw failure;
			}
			if (ex.getCause() instanceof Error failure) {
				throw failure;
			}
			throw new AssertionError(ex.getCause());
		}
		catch (TimeoutException ex) {
			AssertionError error = new AssertionError("It hangs");
			error.setStackTrace(this.thread.getStackTrace());
			throw error;
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	/** Look again and again until something is so. */
	public static void until(BooleanSupplier condition) {
		long start = System.nanoTime();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() - start > LONG_ENOUGH.toNanos()) {
				throw new AssertionError("It never came about");
			}
			LockSupport.parkNanos(1);
		}
	}

	/**
	 * Something that may fail.
	 */
	@FunctionalInterface
	public interface Action {

		void run() throws Exception;

	}

}
