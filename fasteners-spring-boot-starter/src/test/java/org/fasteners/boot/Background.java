package org.fasteners.boot;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * A thread that runs one action, for tests with two threads.
 *
 * @param <T> the type of the result
 */
final class Background<T> {

	private static final long LONG_ENOUGH = TimeUnit.SECONDS.toNanos(30);

	private final FutureTask<T> task;

	private final Thread thread;

	private Background(Callable<T> action) {
		this.task = new FutureTask<>(action);
		this.thread = new Thread(this.task);
		this.thread.setDaemon(true);
		this.thread.start();
	}

	static <T> Background<T> run(Callable<T> action) {
		return new Background<>(action);
	}

	/** Wait until the thread waits. */
	Background<T> awaitWaiting() {
		long start = System.nanoTime();
		while (!isWaiting()) {
			if (this.task.isDone() || System.nanoTime() - start > LONG_ENOUGH) {
				throw new AssertionError("The thread does not wait");
			}
			Thread.onSpinWait();
		}
		return this;
	}

	private boolean isWaiting() {
		return this.thread.getState() == Thread.State.WAITING || this.thread.getState() == Thread.State.TIMED_WAITING;
	}

	T result() throws Exception {
		return this.task.get(LONG_ENOUGH, TimeUnit.NANOSECONDS);
	}

}
