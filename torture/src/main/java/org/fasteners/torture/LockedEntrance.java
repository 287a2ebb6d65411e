package org.fasteners.torture;

import java.time.Duration;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

import org.fasteners.LockAttempt;
import org.fasteners.LockInterruptedException;
import org.fasteners.LockMode;
import org.fasteners.LockRegistry;
import org.fasteners.SharedExclusiveLock;

/**
 * Acquires the locks of the library. A patient entrance waits without limit. An impatient
 * one makes a single attempt, waits with a random timeout, or waits until it is
 * interrupted.
 */
final class LockedEntrance implements Entrance {

	private static final long LONGEST_WAIT = Duration.ofMillis(20).toNanos();

	private final SharedExclusiveLock[] locks;

	private final RandomGenerator random;

	private final boolean patient;

	LockedEntrance(LockRegistry registry, RandomGenerator random, boolean patient) {
		this.locks = IntStream.range(0, Resources.NUMBER)
			.mapToObj((resource) -> Resources.lock(registry, resource))
			.toArray(SharedExclusiveLock[]::new);
		this.random = random;
		this.patient = patient;
	}

	@Override
	public LockAttempt enter(int resource, LockMode mode) {
		SharedExclusiveLock lock = this.locks[resource];
		if (this.patient) {
			return new Granted(lock.acquire(mode));
		}
		try {
			return switch (this.random.nextInt(3)) {
				case 0 -> lock.tryAcquire(mode);
				case 1 -> lock.tryAcquire(mode, Duration.ofNanos(this.random.nextLong(LONGEST_WAIT)));
				default -> new Granted(lock.acquire(mode));
			};
		}
		catch (LockInterruptedException ex) {
			Thread.interrupted();
			return new NoLock(false);
		}
	}

}
