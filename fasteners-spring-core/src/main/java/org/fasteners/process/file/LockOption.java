package org.fasteners.process.file;

import java.nio.file.OpenOption;
import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * How a {@link LockedFile} is locked. These stand among the options with which it is
 * opened. Without any of them the lock is exclusive, and waited for as long as it takes.
 * <p>
 * Immutable.
 */
public final class LockOption implements OpenOption {

	/**
	 * Lock the file together with others that share it, as readers do.
	 */
	public static final LockOption SHARED = new LockOption("SHARED", null);

	/**
	 * Do not wait: one attempt, whatever timeout is given besides.
	 */
	public static final LockOption NON_BLOCKING = new LockOption("NON_BLOCKING", null);

	/**
	 * Accept a file on a network file system, which is refused otherwise because it may
	 * lose locks while they are held. No promise is made there.
	 */
	public static final LockOption ALLOW_NETWORK_FILE_SYSTEM = new LockOption("ALLOW_NETWORK_FILE_SYSTEM", null);

	private final String name;

	private final @Nullable Duration timeout;

	private LockOption(String name, @Nullable Duration timeout) {
		this.name = name;
		this.timeout = timeout;
	}

	/**
	 * Wait for some time at most.
	 * @param timeout the longest wait, zero or more; zero means one attempt
	 * @return the option
	 * @throws IllegalArgumentException if the timeout is negative
	 */
	public static LockOption timeout(Duration timeout) {
		Objects.requireNonNull(timeout, "timeout");
		if (timeout.isNegative()) {
			throw new IllegalArgumentException("A timeout is zero or more, not " + timeout);
		}
		return new LockOption("timeout(" + timeout + ")", timeout);
	}

	/** The longest wait, if this option is one. */
	@Nullable Duration timeout() {
		return this.timeout;
	}

	@Override
	public String toString() {
		return this.name;
	}

}
