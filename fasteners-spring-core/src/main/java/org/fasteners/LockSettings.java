package org.fasteners;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * What is set for one lock, and with it for all its keys. What is not set is as for all
 * locks.
 *
 * @param timeout the longest wait of {@code acquire}, and of annotated methods, where
 * none is given: zero or more; zero means one attempt; {@code null} if it is not set
 * @param preference who goes first when readers and writers wait; {@code null} if it is
 * not set
 * @param permits how many permits the semaphore of the path has: one or more;
 * {@code null} if it is not set. Has no meaning for thread locks
 */
public record LockSettings(@Nullable Duration timeout, @Nullable LockPreference preference, @Nullable Integer permits) {

	/**
	 * Nothing is set.
	 */
	public static final LockSettings NONE = new LockSettings(null, null, null);

	/**
	 * Create settings.
	 * @param timeout the longest wait, or {@code null}
	 * @param preference who goes first, or {@code null}
	 * @param permits how many permits, or {@code null}
	 * @throws IllegalArgumentException if the timeout is negative, or there are no
	 * permits
	 */
	public LockSettings {
		if (timeout != null && timeout.isNegative()) {
			throw new IllegalArgumentException("A timeout is zero or more, not " + timeout);
		}
		if (permits != null && permits < 1) {
			throw new IllegalArgumentException("A semaphore has one permit or more, not " + permits);
		}
	}

	/**
	 * Create settings without permits.
	 * @param timeout the longest wait, or {@code null}
	 * @param preference who goes first, or {@code null}
	 * @throws IllegalArgumentException if the timeout is negative
	 */
	public LockSettings(@Nullable Duration timeout, @Nullable LockPreference preference) {
		this(timeout, preference, null);
	}

	/**
	 * The same with a timeout.
	 * @param timeout the longest wait, zero or more; zero means one attempt
	 * @return the settings
	 * @throws IllegalArgumentException if the timeout is negative
	 */
	public LockSettings withTimeout(Duration timeout) {
		return new LockSettings(Objects.requireNonNull(timeout, "timeout"), this.preference, this.permits);
	}

	/**
	 * The same with a preference.
	 * @param preference who goes first
	 * @return the settings
	 */
	public LockSettings withPreference(LockPreference preference) {
		return new LockSettings(this.timeout, Objects.requireNonNull(preference, "preference"), this.permits);
	}

	/**
	 * The same with a number of permits, for the semaphore of a path.
	 * @param permits how many, one or more; the same for all processes
	 * @return the settings
	 * @throws IllegalArgumentException if there are none
	 */
	public LockSettings withPermits(int permits) {
		return new LockSettings(this.timeout, this.preference, permits);
	}

	/**
	 * These settings, and where they say nothing, others.
	 * @param others what is set otherwise
	 * @return both, these first
	 */
	public LockSettings orElse(LockSettings others) {
		Objects.requireNonNull(others, "others");
		return new LockSettings((this.timeout != null) ? this.timeout : others.timeout,
				(this.preference != null) ? this.preference : others.preference,
				(this.permits != null) ? this.permits : others.permits);
	}

}
