package org.fasteners.benchmarks.annotation;

import java.io.Closeable;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/**
 * Two threads that call a bean, the second one while the first one is in the body.
 *
 * @param <T> the class of the bean
 */
public final class TwoCallers<T> implements Closeable {

	private static final Set<Thread.State> WAITING = EnumSet.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);

	private final AtomicInteger runs = new AtomicInteger();

	private final BeanUnderTest<T> under;

	private volatile CountDownLatch leave = new CountDownLatch(1);

	public TwoCallers(BeanUnderTest<T> under) throws IOException {
		this.under = under;
		under.start(this::stayInside);
	}

	private void stayInside() {
		CountDownLatch latch = this.leave;
		this.runs.incrementAndGet();
		try {
			if (!latch.await(1, TimeUnit.MINUTES)) {
				throw new IllegalStateException("The body was not asked to return in time");
			}
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Let both threads call a method, and return after both calls have returned.
	 */
	public SecondCall meet(BiConsumer<T, String> method) throws InterruptedException {
		return meet(method, method);
	}

	SecondCall meet(BiConsumer<T, String> first, BiConsumer<T, String> second) throws InterruptedException {
		this.runs.set(0);
		this.leave = new CountDownLatch(1);
		AtomicReference<@Nullable Throwable> refusal = new AtomicReference<>();
		Thread one = new Thread(() -> first.accept(this.under.bean(), "1"), "one");
		Thread other = new Thread(() -> {
			try {
				second.accept(this.under.bean(), "1");
			}
			catch (RuntimeException ex) {
				refusal.set(ex);
			}
		}, "other");
		one.start();
		while (this.runs.get() == 0) {
			Thread.onSpinWait();
		}
		other.start();
		while (other.isAlive() && !WAITING.contains(other.getState())) {
			Thread.onSpinWait();
		}
		int inside = this.runs.get();
		this.leave.countDown();
		one.join();
		other.join();
		return new SecondCall(inside, this.runs.get(), refusal.get());
	}

	@Override
	public void close() throws IOException {
		this.leave.countDown();
		this.under.close();
	}

}
