package org.fasteners.process;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

import org.fasteners.CountingSemaphore;
import org.fasteners.LockAttempt;
import org.fasteners.LockHold;
import org.fasteners.LockHolder;
import org.fasteners.LockInterruptedException;
import org.fasteners.LockState;
import org.fasteners.LockTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * So many permits between processes, and between the threads of each.
 * <ul>
 * <li><i>Order.</i> First come, first served among the threads of this JVM. Among
 * processes there is no order of arrival, but nobody starves, and who asks for many
 * permits does not either: those who wait try again after pauses (see {@link Pauses}),
 * and a process that has seen nobody wait may go on for a millisecond. A single attempt
 * may be refused in the very moment in which another process tries to get several permits
 * and fails.
 * <li><i>Ownership and re-entrancy.</i> None, as {@link CountingSemaphore} says.
 * <li><i>Number of permits.</i> The same for all processes. Whoever comes with another
 * number than one that is in use gets a {@link org.fasteners.LockPathException} from its
 * first attempt; a second number in one JVM is refused when the semaphore is asked for. A
 * number is in use from the first attempt of a process until its registry is closed and
 * its last permit was given back, or it dies.
 * <li><i>Crash.</i> When a process dies, however it dies, its permits are free. A process
 * that is merely stopped keeps them.
 * <li><i>Cost.</i> Whoever finds no permit free has looked at each of them with a system
 * call, so that hundreds of permits make waiting expensive; there may be 1,000.
 * <li><i>Visibility.</i> Between the threads of a JVM none is promised, because several
 * are inside.
 * </ul>
 * <p>
 * A semaphore and the locks of the same path are independent of one another. All objects
 * of one path in a JVM are one semaphore.
 * <p>
 * Thread-safe.
 */
public final class InterProcessSemaphore implements CountingSemaphore {

	private final PermitGate gate;

	private final @Nullable Duration defaultTimeout;

	private final Pauses pauses;

	private final BooleanSupplier closed;

	private final AtomicBoolean left = new AtomicBoolean();

	InterProcessSemaphore(PermitGate gate, @Nullable Duration defaultTimeout, Pauses pauses, BooleanSupplier closed) {
		this.gate = gate;
		this.defaultTimeout = defaultTimeout;
		this.pauses = pauses;
		this.closed = closed;
	}

	/** As {@link PermitGate#tryWakeWaiters()}. */
	boolean tryWakeWaiters() {
		return this.gate.tryWakeWaiters();
	}

	/** The registry was closed. */
	void leave() {
		if (this.left.compareAndSet(false, true)) {
			this.gate.leave();
		}
	}

	@Override
	public String name() {
		return this.gate.name();
	}

	@Override
	public int permits() {
		return this.gate.permits();
	}

	@Override
	public Optional<Duration> defaultTimeout() {
		return Optional.ofNullable(this.defaultTimeout);
	}

	@Override
	public LockHold acquire(int permits) {
		long start = System.nanoTime();
		PermitHold hold = obtain(permits, this.defaultTimeout);
		if (hold == null) {
			Duration timeout = Objects.requireNonNull(this.defaultTimeout);
			throw LockTimeoutException.ofPermits(name(), permits, permits(), timeout,
					Duration.ofNanos(System.nanoTime() - start), holders(), null);
		}
		return hold;
	}

	@Override
	public LockAttempt tryAcquire(int permits, Duration timeout) {
		Objects.requireNonNull(timeout, "timeout");
		PermitHold hold = obtain(permits, timeout);
		return (hold != null) ? hold : Refused.INSTANCE;
	}

	private @Nullable PermitHold obtain(int permits, @Nullable Duration timeout) {
		if (permits < 1 || permits > permits()) {
			throw new IllegalArgumentException(String.format(Locale.ROOT,
					"The semaphore '%s' has %d permits, so that %d of them cannot be had", name(), permits(), permits));
		}
		if (timeout != null && timeout.isNegative()) {
			throw new IllegalArgumentException("A timeout is zero or more, not " + timeout);
		}
		long nanos = (timeout != null) ? TimeUnit.NANOSECONDS.convert(timeout) : Long.MAX_VALUE;
		try {
			return this.gate.obtain(permits, nanos, this.pauses, this.closed);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw LockInterruptedException.ofPermits(name(), permits, permits(), ex);
		}
	}

	@Override
	public int heldPermits() {
		return this.gate.heldPermits();
	}

	@Override
	public List<LockHolder> holders() {
		return this.gate.holders();
	}

	@Override
	public LockState verify() {
		return this.gate.verify();
	}

	@Override
	public String toString() {
		return String.format(Locale.ROOT, "InterProcessSemaphore '%s' of %d permits", name(), permits());
	}

	/**
	 * An attempt without success.
	 */
	private enum Refused implements LockAttempt {

		INSTANCE;

		@Override
		public boolean isAcquired() {
			return false;
		}

		@Override
		public LockAttempt detach() {
			return this;
		}

		@Override
		public void close() {
			// nothing is held
		}

	}

}
