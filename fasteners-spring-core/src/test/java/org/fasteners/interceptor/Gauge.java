package org.fasteners.interceptor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import org.fasteners.Background;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A body for locked methods that notices whether it is run by one thread at a time: it
 * counts who is inside, and updates of its unguarded counter get lost if two are.
 */
public final class Gauge implements Runnable {

	private static final int THREADS = 4;

	private static final int ROUNDS = 100;

	private final AtomicInteger inside = new AtomicInteger();

	private final AtomicInteger most = new AtomicInteger();

	private int unguarded;

	private Gauge() {
	}

	@Override
	public void run() {
		this.most.accumulateAndGet(this.inside.incrementAndGet(), Math::max);
		int seen = this.unguarded;
		// time for others to come in, if they can
		LockSupport.parkNanos(1);
		this.unguarded = seen + 1;
		this.inside.decrementAndGet();
	}

	/**
	 * Have a crowd of threads make a call, over and over, and assert that the body it
	 * runs was never run by two at once.
	 */
	public static void assertAlone(Consumer<Runnable> call) {
		assertAlone(call, 1);
	}

	/**
	 * The same for a call that runs the body more than once.
	 */
	public static void assertAlone(Consumer<Runnable> call, int bodies) {
		Gauge gauge = new Gauge();
		List<Background<Boolean>> crowd = new ArrayList<>();
		for (int i = 0; i < THREADS; i++) {
			crowd.add(Background.start(() -> {
				for (int round = 0; round < ROUNDS; round++) {
					call.accept(gauge);
				}
			}));
		}
		crowd.forEach(Background::result);
		assertThat(gauge.most).as("threads inside at the same time").hasValue(1);
		assertThat(gauge.unguarded).as("unguarded counter").isEqualTo(THREADS * ROUNDS * bodies);
	}

}
